// SPDX-License-Identifier: Apache-2.0

// Time as the core knows it: a value that comes in with each input. It only ever counts up from
// the start of the process, so that a wrong wall clock can order nothing.

/// A length of time, in whole microseconds.
public struct TimeSpan: Comparable, Hashable, Sendable {
    /// The length in microseconds; negative lengths are allowed in arithmetic.
    public var microseconds: Int64

    /// A length from its number of microseconds.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The length in milliseconds, rounded towards zero.
    public var milliseconds: Int64 { microseconds / 1_000 }

    /// `count` microseconds.
    public static func microseconds(_ count: Int64) -> TimeSpan { .init(microseconds: count) }

    /// `count` milliseconds.
    public static func milliseconds(_ count: Int64) -> TimeSpan {
        .init(microseconds: count * 1_000)
    }

    /// `count` seconds.
    public static func seconds(_ count: Int64) -> TimeSpan {
        .init(microseconds: count * 1_000_000)
    }

    /// No time at all.
    public static let zero = TimeSpan(microseconds: 0)

    /// Whether `left` is shorter.
    public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The sum of two lengths.
    public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        .init(microseconds: left.microseconds + right.microseconds)
    }

    /// A length taken `count` times.
    public static func * (left: TimeSpan, count: Int64) -> TimeSpan {
        .init(microseconds: left.microseconds * count)
    }
}

/// A point on a monotonic clock that starts anywhere and never jumps.
public struct Moment: Comparable, Hashable, Sendable {
    /// Microseconds since the clock's arbitrary start.
    public var microseconds: Int64

    /// A moment from its microseconds since the clock's start.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The clock's start.
    public static let zero = Moment(microseconds: 0)

    /// Whether `left` is earlier.
    public static func < (left: Moment, right: Moment) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment `span` later.
    public static func + (left: Moment, span: TimeSpan) -> Moment {
        .init(microseconds: left.microseconds + span.microseconds)
    }

    /// The moment `span` earlier.
    public static func - (left: Moment, span: TimeSpan) -> Moment {
        .init(microseconds: left.microseconds - span.microseconds)
    }

    /// The time from `right` to `left`.
    public static func - (left: Moment, right: Moment) -> TimeSpan {
        .init(microseconds: left.microseconds - right.microseconds)
    }
}
