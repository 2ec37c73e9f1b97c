// SPDX-License-Identifier: Apache-2.0

// How long a client waits before it tries again: exponential with full jitter, so that the
// controllers of a clinic do not come back to a restarted central all in the same moment.

import QueueCore

/// The waits between attempts to connect. Pure: chance comes in as a generator.
public struct BackOff: Hashable, Sendable {
    /// The longest first wait; it doubles with each attempt.
    public let first: TimeSpan
    /// The longest wait of all.
    public let longest: TimeSpan
    private var ceiling: TimeSpan

    /// Waits of up to `first`, twice that, and so on up to `longest`.
    public init(first: TimeSpan = .milliseconds(200), longest: TimeSpan = .seconds(5)) {
        precondition(.zero < first && first <= longest, "waits grow")
        precondition(longest <= .seconds(3_600), "nobody waits for hours")
        self.first = first
        self.longest = longest
        self.ceiling = first
    }

    /// The next wait: anything from zero to the present ceiling, each microsecond as likely. It is
    /// `(ceiling + 1) * r / 2^64` for the generator's next `r`.
    public mutating func next(using random: inout some RandomNumberGenerator) -> TimeSpan {
        let choices = UInt64(ceiling.microseconds) + 1
        let wait = choices.multipliedFullWidth(by: random.next()).high
        ceiling = min(ceiling * 2, longest)
        return TimeSpan(microseconds: Int64(wait))
    }

    /// Starts over, after a connection that lasted.
    public mutating func reset() { ceiling = first }
}
