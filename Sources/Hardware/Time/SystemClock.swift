// SPDX-License-Identifier: Apache-2.0

// The board's own clocks, and whether its wall clock can be believed: boards have no battery clock
// and wake up in 1970 or at the last shutdown until a time server answers.

import CSerialPort
import Glibc
import QueueCore

/// Linux's clocks, with the clinic's time zone.
public struct SystemClock: Clock {
    /// The clinic's time zone.
    public let zone: ZoneRules

    /// Clocks for a zone of the tz database, such as `Asia/Tehran`.
    public init(timeZone: String) throws(ZoneError) { zone = try ZoneRules(named: timeZone) }

    /// The monotonic clock that also stamps GPIO edges.
    public func now() -> Moment { Self.monotonic() }

    /// The same without a time zone at hand.
    public static func monotonic() -> Moment { Posix.now() }

    /// Seconds since 1970-01-01 00:00 UTC by the wall clock.
    public func wallSeconds() -> Int64 { Int64(time(nil)) }

    /// The local date as days since 1970-01-01.
    public func serviceDay() -> Int { zone.day(at: wallSeconds()) }

    /// The local time of day, in minutes since midnight.
    public func minuteOfDay() -> Int {
        let seconds = wallSeconds()
        return Int((seconds + zone.offset(at: seconds)) - Int64(zone.day(at: seconds)) * 86_400)
            / 60
    }

    /// Whether the kernel holds the clock to be synchronised (some time service told it so, see
    /// adjtimex(2)) and the year can be true. A service that may not ask the kernel reads it from the note
    /// of nobat-clock.service.
    public func isTrusted() -> Bool {
        guard Self.isYearSane(wallSeconds()) else { return false }
        let answer = nobat_clock_synchronised()
        return answer == 1 || answer < 0 && SyncMark.vouchesNow()
    }

    /// Whether the year can be true, whoever set the clock.
    public var isPlausible: Bool { Self.isYearSane(wallSeconds()) }

    /// Whether a time lies in the years that are believed, `HardwareLimits.yearMin...yearMax`.
    static func isYearSane(_ seconds: Int64) -> Bool {
        let first = CivilDay.days(year: HardwareLimits.yearMin, month: 1, day: 1) * 86_400
        let end = CivilDay.days(year: HardwareLimits.yearMax + 1, month: 1, day: 1) * 86_400
        return (first..<end).contains(seconds)
    }
}
