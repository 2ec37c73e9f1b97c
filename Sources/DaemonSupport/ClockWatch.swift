// SPDX-License-Identifier: Apache-2.0

// Reads the wall clock for a machine, and says when it can't be believed: a board without a battery
// clock wakes up in 1970, and its service day then waits for the central or for a time server.

import Hardware
import QueueCore
import Synchronization

/// The wall clock of a daemon, and what was last told of it.
public final class ClockWatch: Sendable {
    private enum Belief { case right, notSynchronised, impossible }

    private let clock: SystemClock
    private let isAlwaysRight: Bool
    private let log: EventLog
    private let timestamps: Timestamps
    private let told = Mutex(Belief.right)

    /// A watch; `isAlwaysRight` when the board has a battery clock that needs no time server.
    public init(clock: SystemClock, isAlwaysRight: Bool, timestamps: Timestamps, log: EventLog) {
        self.clock = clock
        self.isAlwaysRight = isAlwaysRight
        self.timestamps = timestamps
        self.log = log
    }

    /// Today and the time of day by the wall clock, and whether it is known to be right. What changed is
    /// told.
    public func read() -> (today: ServiceDay, time: LocalTime, isTrusted: Bool) {
        let belief: Belief =
            !clock.isPlausible
            ? .impossible : isAlwaysRight || clock.isTrusted() ? .right : .notSynchronised
        let isNews = told.withLock { told in
            defer { told = belief }
            return told != belief
        }
        if isNews { tell(belief) }
        return (
            ServiceDay(Int32(clamping: clock.serviceDay())),
            LocalTime(minute: clock.minuteOfDay()), belief == .right
        )
    }

    /// The wall clock in seconds, as the machines take it: only when it is known to be right.
    public func time(isTrusted: Bool) -> WallTime {
        isTrusted ? WallTime(clock.wallSeconds()) : .unknown
    }

    /// The wall clock now; unknown while it is not known to be right.
    public var now: WallTime {
        time(isTrusted: clock.isPlausible && (isAlwaysRight || clock.isTrusted()))
    }

    /// The time of day as `HH:MM`; nil when the clock is not known to be right.
    public var timeOfDay: String? {
        guard clock.isPlausible, isAlwaysRight || clock.isTrusted() else { return nil }
        let minutes = clock.zone.secondOfDay(at: clock.wallSeconds()) / 60
        let two = { (value: Int64) in (value < 10 ? "0" : "") + String(value) }
        return two(minutes / 60) + ":" + two(minutes % 60)
    }

    private func tell(_ belief: Belief) {
        switch belief {
        case .impossible:
            log.tell(
                "clock-unknown",
                "the clock says \(timestamps.now), which can't be true: it turns no service day; "
                    + "set it, or see why no time server answers", isWarning: true)
        case .notSynchronised:
            log.tell(
                "clock-unknown",
                "the clock is not synchronised: it turns no service day until a time server answers"
            )
        case .right:
            log.tell("clock-known", "the clock is right: \(timestamps.now)")
        }
    }
}
