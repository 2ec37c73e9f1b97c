// SPDX-License-Identifier: Apache-2.0

import Glibc
import Hardware
import QueueCore

/// Monotonic moments as wall-clock times that people read: ISO 8601, UTC, to the second. They order
/// nothing.
public struct Timestamps: Sendable {
    private let clock: any Clock

    /// Times read from a clock.
    public init(clock: any Clock) { self.clock = clock }

    /// The present time.
    public var now: String { text(clock.now()) }

    /// The time of a moment, by the wall clock as it stands now.
    public func text(_ moment: Moment) -> String {
        let ago = (clock.now() - moment).microseconds / 1_000_000
        var seconds = time_t(clock.wallSeconds() - ago)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let two = { (value: Int32) in (value < 10 ? "0" : "") + String(value) }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}
