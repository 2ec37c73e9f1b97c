// SPDX-License-Identifier: Apache-2.0

// A service day as people write it: a Jalali date, or the number that programs know it by.

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
        } else {
            return nil
        }
    }
}
