// SPDX-License-Identifier: Apache-2.0

/// A time of day of the clinic's own clock, to the minute. It opens and closes services; it orders
/// nothing.
public struct LocalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Minutes since midnight, 0…1440; 1440 is the end of the day.
    public let minute: UInt16

    /// A time from its minute of the day; later ones become the end of the day.
    public init(minute: Int) { self.minute = UInt16(min(max(minute, 0), 1_440)) }

    /// A time from `08:30`, `8:30` or `24:00`, or nil; Persian and Arabic digits are read too.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].unicodeScalars.count == 2,
            let hour = Digits.number(parts[0], max: 24),
            let rest = Digits.number(parts[1], max: 59),
            hour * 60 + rest <= 1_440
        else { return nil }
        self.init(minute: hour * 60 + rest)
    }

    /// Midnight, when the day begins.
    public static let midnight = LocalTime(minute: 0)

    /// The end of the day.
    public static let end = LocalTime(minute: 1_440)

    /// The last minute that a clock shows.
    public static let lastMinute = LocalTime(minute: 1_439)

    /// `08:30`.
    public var description: String {
        "\(Digits.padded(Int(minute) / 60)):\(Digits.padded(Int(minute) % 60))"
    }

    /// The time `minutes` later (earlier when negative), within the day.
    public static func + (left: LocalTime, minutes: Int) -> LocalTime {
        LocalTime(minute: Int(left.minute) + minutes)
    }

    /// By the clock.
    public static func < (left: LocalTime, right: LocalTime) -> Bool { left.minute < right.minute }
}
