// SPDX-License-Identifier: Apache-2.0

// Time as the hands read it, to be handed to the machines as values.

import QueueCore

/// The two times of a board: one that never jumps, and the wall clock that may be wrong.
public protocol Clock: Sendable {
    /// The present moment. It orders everything.
    func now() -> Moment

    /// Seconds since 1970-01-01 00:00 UTC by the wall clock, right or wrong. It orders nothing.
    func wallSeconds() -> Int64

    /// The local date as days since 1970-01-01, by the wall clock in the clinic's time zone.
    func serviceDay() -> Int

    /// Whether the wall clock is known to be right: only then may a service day turn over.
    func isTrusted() -> Bool
}
