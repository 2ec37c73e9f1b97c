// SPDX-License-Identifier: Apache-2.0

// A service day as people write it: a Jalali or a Gregorian date, or the number that programs know it by.

import ArgumentParser
import QueueCore

/// A service day on the command line.
struct DayArgument: ExpressibleByArgument {
    /// Days since 1970-01-01.
    let count: Int

    init?(argument: String) {
        if let date = JalaliDate(argument) {
            count = Int(date.serviceDay.count)
        } else if let number = Digits.number(argument, max: Int(ServiceDay.countMax)) {
            count = number
        } else if let day = Self.gregorian(argument) {
            count = Int(day.count)
        } else {
            return nil
        }
    }

    private static func gregorian(_ text: String) -> ServiceDay? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1_970...2_242).contains(year), (1...12).contains(month)
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        let before = year - 1
        let leaps = before / 4 - before / 100 + before / 400
        // 719,162 days lie before 1970.
        let days = before * 365 + leaps + lengths[..<(month - 1)].reduce(0, +) + day - 1 - 719_162
        return ServiceDay(Int32(days))
    }
}
