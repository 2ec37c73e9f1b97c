// SPDX-License-Identifier: Apache-2.0

// A clock that stands still until it is told the time, for tests and for the demo's days.

import QueueCore
import Synchronization

/// A clock that the program itself sets: a wall clock that is wrong, jumps or becomes trusted.
public final class SimulatedClock: Clock {
    private struct State {
        var now: Moment
        var wallSeconds: Int64
        var isTrusted: Bool
    }

    /// The clinic's time zone.
    public let zone: ZoneRules

    private let state: Mutex<State>

    /// A clock at a time in seconds since 1970-01-01 00:00 UTC.
    public init(
        wallSeconds: Int64, isTrusted: Bool, zone: ZoneRules, now: Moment = .zero
    ) {
        self.zone = zone
        state = Mutex(State(now: now, wallSeconds: wallSeconds, isTrusted: isTrusted))
    }

    /// Lets time pass on both clocks; the wall clock counts whole seconds of the other.
    public func advance(_ span: TimeSpan) {
        precondition(span >= .zero, "the monotonic clock never goes back")
        state.withLock { state in
            let before = state.now.microseconds / 1_000_000
            state.now = state.now + span
            state.wallSeconds += state.now.microseconds / 1_000_000 - before
        }
    }

    /// Sets the wall clock alone, as a time server or a wrong battery clock does.
    public func setWall(_ seconds: Int64, isTrusted: Bool) {
        state.withLock { state in
            state.wallSeconds = seconds
            state.isTrusted = isTrusted
        }
    }

    /// The present moment.
    public func now() -> Moment { state.withLock { $0.now } }

    /// Seconds since 1970-01-01 00:00 UTC by the wall clock.
    public func wallSeconds() -> Int64 { state.withLock { $0.wallSeconds } }

    /// The local date as days since 1970-01-01.
    public func serviceDay() -> Int { zone.day(at: wallSeconds()) }

    /// Whether the wall clock is told to be right.
    public func isTrusted() -> Bool { state.withLock { $0.isTrusted } }
}
