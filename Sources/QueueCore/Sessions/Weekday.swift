// SPDX-License-Identifier: Apache-2.0

/// A day of the week; Iran's week begins on Saturday and rests on Friday.
public enum Weekday: UInt8, CaseIterable, Comparable, Sendable {
    case saturday = 0
    case sunday = 1
    case monday = 2
    case tuesday = 3
    case wednesday = 4
    case thursday = 5
    case friday = 6

    /// The weekday of a service day: 1970-01-01 was a Thursday.
    public init(_ day: ServiceDay) {
        let place = (Int(day.count) + 5) % 7
        self = Self.allCases[place < 0 ? place + 7 : place]
    }

    /// The word in configuration and in sentences.
    public var word: String {
        switch self {
        case .saturday: "saturday"
        case .sunday: "sunday"
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        }
    }

    /// The name that patients read.
    public var persian: String {
        switch self {
        case .saturday: "شنبه"
        case .sunday: "یکشنبه"
        case .monday: "دوشنبه"
        case .tuesday: "سه‌شنبه"
        case .wednesday: "چهارشنبه"
        case .thursday: "پنجشنبه"
        case .friday: "جمعه"
        }
    }

    /// A weekday from its word, or nil.
    public init?(word: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = found
    }

    /// By place in the week.
    public static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }
}

/// Some days of the week.
public struct Weekdays: OptionSet, Hashable, Sendable {
    /// Bit 0 is Saturday.
    public let rawValue: UInt8

    /// Days from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Days from a list.
    public init(_ days: some Sequence<Weekday>) {
        rawValue = days.reduce(0) { $0 | 1 << $1.rawValue }
    }

    /// Whether the day is one of them.
    public func contains(_ day: Weekday) -> Bool { rawValue & 1 << day.rawValue != 0 }

    /// The week of Iran's clinics: Saturday to Wednesday.
    public static let working = Weekdays([.saturday, .sunday, .monday, .tuesday, .wednesday])

    /// Every day.
    public static let all = Weekdays(Weekday.allCases)
}
