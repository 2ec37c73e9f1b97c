// SPDX-License-Identifier: Apache-2.0

// The rule at the end of a time zone file, which holds for all times after its last listed change.

/// A rule such as `<+0330>-3:30` or `CET-1CEST,M3.5.0,M10.5.0/3`. Source: POSIX.1, TZ variable.
struct PosixZoneRule: Sendable {
    /// A day of a month and the local time at which the clock changes.
    private struct Change {
        let month: Int64
        let week: Int64
        let weekday: Int64
        let seconds: Int64

        /// Local seconds since 1970-01-01 of the change in a year.
        func local(inYear year: Int64) -> Int64 {
            let first = CivilDay.days(year: year, month: month, day: 1)
            let next = CivilDay.days(
                year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
            var day = first + (weekday - CivilDay.weekday(ofDay: first) + 7) % 7 + (week - 1) * 7
            while day >= next { day -= 7 }
            return day * 86_400 + seconds
        }
    }

    private let standard: Int64
    private let summer: (offset: Int64, start: Change, end: Change)?

    /// Nil when the text is no rule. Days as `Jn` or `n`, which no zone of the tz database uses
    /// today, are not understood.
    init?(_ text: String) {
        var rest = Substring(text)
        guard Self.takeName(&rest), let west = Self.takeTime(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard Self.takeName(&rest) else { return nil }
        var offset = standard + 3_600
        if rest.first != "," {
            guard let west = Self.takeTime(&rest) else { return nil }
            offset = -west
        }
        guard let start = Self.takeChange(&rest), let end = Self.takeChange(&rest), rest.isEmpty
        else { return nil }
        summer = (offset, start, end)
    }

    /// Seconds that local time is ahead of UTC at a time in seconds since 1970-01-01 00:00 UTC.
    func offset(at seconds: Int64) -> Int64 {
        guard let summer else { return standard }
        let day = CivilDay.floorDivide(seconds + standard, 86_400)
        let year = CivilDay.year(ofDay: day)
        let start = summer.start.local(inYear: year) - standard
        let end = summer.end.local(inYear: year) - summer.offset
        // South of the equator summer spans the turn of the year.
        let isSummer =
            start < end
            ? (start..<end).contains(seconds) : !(end..<start).contains(seconds)
        return isSummer ? summer.offset : standard
    }

    private static func takeName(_ rest: inout Substring) -> Bool {
        if rest.first == "<" {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(name.count)
        return name.count >= 3
    }

    /// Takes `[+-]h[h][:mm[:ss]]` as seconds.
    private static func takeTime(_ rest: inout Substring) -> Int64? {
        var sign: Int64 = 1
        if let first = rest.first, first == "-" || first == "+" {
            sign = first == "-" ? -1 : 1
            rest.removeFirst()
        }
        guard var seconds = takeNumber(&rest).map({ $0 * 3_600 }) else { return nil }
        for unit: Int64 in [60, 1] where rest.first == ":" {
            rest.removeFirst()
            guard let part = takeNumber(&rest) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    /// Takes `,Mm.w.d[/time]`.
    private static func takeChange(_ rest: inout Substring) -> Change? {
        guard rest.hasPrefix(",M") else { return nil }
        rest = rest.dropFirst(2)
        guard let month = takeNumber(&rest), (1...12).contains(month), takeDot(&rest),
            let week = takeNumber(&rest), (1...5).contains(week), takeDot(&rest),
            let weekday = takeNumber(&rest), (0...6).contains(weekday)
        else { return nil }
        var seconds: Int64 = 7_200
        if rest.first == "/" {
            rest.removeFirst()
            guard let time = takeTime(&rest) else { return nil }
            seconds = time
        }
        return Change(month: month, week: week, weekday: weekday, seconds: seconds)
    }

    private static func takeDot(_ rest: inout Substring) -> Bool {
        guard rest.first == "." else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes up to three digits.
    private static func takeNumber(_ rest: inout Substring) -> Int64? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int64(digits)
    }
}
