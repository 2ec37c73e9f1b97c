// SPDX-License-Identifier: Apache-2.0

/// A service day: numbers start over with each. It is counted in days since 1970-01-01 of the
/// clinic's own calendar date, worked out outside the core.
public struct ServiceDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01; 0 is "not known yet".
    public let count: Int32

    /// A day from its count.
    public init(_ count: Int32) { self.count = count }

    /// The last day that is believed, in 2243; the arithmetic of days can't overflow.
    public static let countMax: Int32 = 99_999

    /// No day has begun yet.
    public static let unknown = ServiceDay(0)

    /// The day after this one.
    public var next: ServiceDay { ServiceDay(count + 1) }

    /// The count.
    public var description: String { String(count) }

    /// Calendar order.
    public static func < (left: ServiceDay, right: ServiceDay) -> Bool {
        left.count < right.count
    }
}
