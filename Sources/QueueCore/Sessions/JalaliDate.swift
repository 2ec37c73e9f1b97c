// SPDX-License-Identifier: Apache-2.0

// Dates as people in Iran read and write them. Leap years follow the cycle of 33 years, which is the
// official calendar's own from 1210 to 1501 (to March 2123); after that it may be a day off at Nowruz.

/// A date of the solar Hijri calendar, such as 1405/09/02.
public struct JalaliDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The year, 1348…1622 for days that a service day can count.
    public let year: Int
    /// The month, 1 (Farvardin) to 12 (Esfand).
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// The years that are read: those of ``ServiceDay/countMax``.
    public static let years = 1_348...1_622

    /// Days since 1970-01-01 of the first day of year 0 by the cycle, worked back from 1 Farvardin
    /// 1404, which was 21 March 2025 (day 20 168).
    private static let origin = 20_168 - daysBefore(1_404)

    /// Days from the first day of year 0 to the first day of `year`, by the cycle.
    private static func daysBefore(_ year: Int) -> Int { year * 365 + (8 * year + 21) / 33 }

    /// Days of the year before the first of `month`: six months of 31 days, then of 30.
    private static func daysBefore(month: Int) -> Int {
        month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30
    }

    /// The date of a service day.
    public init(_ serviceDay: ServiceDay) {
        let days = Int(serviceDay.count) - Self.origin
        // A guess that is a year off at most: the mean year has 365 days and 8 parts of 33.
        var year = days * 33 / 12_053
        while Self.daysBefore(year) > days { year -= 1 }
        while Self.daysBefore(year + 1) <= days { year += 1 }
        let ofYear = days - Self.daysBefore(year)
        month = ofYear < 186 ? ofYear / 31 + 1 : (ofYear - 186) / 30 + 7
        day = ofYear - Self.daysBefore(month: month) + 1
        self.year = year
    }

    /// A date from its parts, or nil when the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// A date from `1405/09/02` or `1405-09-02`; Persian and Arabic digits are read too. Nil for
    /// other texts and for days that the calendar does not have.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "-" }
        guard parts.count == 3, let year = Digits.number(parts[0], max: 9_999),
            let month = Digits.number(parts[1], max: 12), let day = Digits.number(parts[2], max: 31)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Whether the year's last month has 30 days.
    public static func isLeap(_ year: Int) -> Bool {
        daysBefore(year + 1) - daysBefore(year) == 366
    }

    /// The days of a month, 29 to 31.
    public static func length(ofMonth month: Int, year: Int) -> Int {
        month <= 6 ? 31 : month <= 11 || isLeap(year) ? 30 : 29
    }

    /// The service day of the date.
    public var serviceDay: ServiceDay {
        ServiceDay(
            Int32(
                clamping: Self.origin + Self.daysBefore(year) + Self.daysBefore(month: month) + day
                    - 1))
    }

    /// `1405/09/02`, in ASCII digits.
    public var description: String {
        "\(year)/\(Digits.padded(month))/\(Digits.padded(day))"
    }

    /// The date in words, for slips and pages: `دوشنبه ۲ آذر ۱۴۰۵`.
    public var persian: String {
        let month = Self.monthNames[month - 1]
        let weekday = Weekday(serviceDay).persian
        return "\(weekday) \(Digits.persian("\(day)")) \(month) \(Digits.persian("\(year)"))"
    }

    /// The months, from Farvardin.
    public static let monthNames = [
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی",
        "بهمن",
        "اسفند",
    ]

    /// Calendar order.
    public static func < (left: JalaliDate, right: JalaliDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension ServiceDay {
    /// The day as people read it: `monday 1405/09/02`, and the session when numbers restart with it.
    public var dateText: String {
        guard self != .unknown else { return "no day yet" }
        let date = "\(Weekday(self).word) \(JalaliDate(self))"
        return part == 0 ? date : "\(date), session \(part)"
    }
}
