// SPDX-License-Identifier: Apache-2.0

// Dates of the Gregorian calendar as days since 1970-01-01, for service days and time zone rules.

/// Arithmetic of dates.
enum CivilDay {
    /// Days since 1970-01-01 of a date; `month` and `day` count from 1.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years begin in March here, so that a leap day is a year's last.
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The year that a day since 1970-01-01 lies in.
    static func year(ofDay day: Int64) -> Int64 {
        let sinceEra = day + 719_468
        let era = floorDivide(sinceEra, 146_097)
        let dayOfEra = sinceEra - era * 146_097
        let leaps = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leaps) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Day 306 of a year that begins in March is the first of January.
        return era * 400 + yearOfEra + (dayOfYear >= 306 ? 1 : 0)
    }

    /// 0 for Sunday.
    static func weekday(ofDay day: Int64) -> Int64 {
        let rest = (day + 4) % 7
        return rest < 0 ? rest + 7 : rest
    }

    /// Division rounded down.
    static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : -((-value + by - 1) / by)
    }
}
