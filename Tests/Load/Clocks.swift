// SPDX-License-Identifier: Apache-2.0

import Glibc
import QueueCore

/// The machine's clocks, as the core wants them.
enum Clocks {
    static func now() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// The service day and the time, UTC.
    static func today() -> (ServiceDay, WallTime) {
        let seconds = Int64(time(nil))
        return (ServiceDay(Int32(clamping: seconds / 86_400)), WallTime(seconds))
    }

    /// The minute of the day, UTC.
    static func timeOfDay() -> LocalTime {
        LocalTime(minute: time(nil) % 86_400 / 60)
    }

    static func sleep(milliseconds: Int) { usleep(UInt32(milliseconds) * 1_000) }
}

/// Seconds between two moments, to a tenth.
func seconds(_ span: TimeSpan) -> Double { Double(span.milliseconds / 100) / 10 }

/// Prints a line at once, also into a file.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
