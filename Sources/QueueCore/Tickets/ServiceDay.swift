// SPDX-License-Identifier: Apache-2.0

/// A service day: numbers start over with each. It is counted in days since 1970-01-01 of the
/// clinic's own calendar date, worked out outside the core. Where numbers start over with each
/// session, it has parts.
public struct ServiceDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The count and the part in one word: every ticket holds one.
    private let packed: Int32

    /// Days since 1970-01-01; 0 is "not known yet".
    public var count: Int32 { packed >> 8 }

    /// The session that numbers restarted with, from 1; 0 where they restart with the day.
    public var part: UInt8 { UInt8(truncatingIfNeeded: packed) }

    /// A day from its count; counts that no calendar has become the last or first one there is room for.
    public init(_ count: Int32, part: UInt8 = 0) {
        packed = max(-Self.countRoom, min(count, Self.countRoom)) << 8 | Int32(part)
    }

    /// The largest count that fits; far more than ``countMax``.
    private static let countRoom: Int32 = 8_000_000

    /// The last day that is believed, in 2243; the arithmetic of days can't overflow.
    public static let countMax: Int32 = 99_999

    /// No day has begun yet.
    public static let unknown = ServiceDay(0)

    /// The day after this one.
    public var next: ServiceDay { ServiceDay(count + 1) }

    /// The date alone.
    public var whole: ServiceDay { ServiceDay(count) }

    /// A day from `20780` or `20780.2`, or nil.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard let count = Int32(parts[0]), parts.count <= 2 else { return nil }
        var part: UInt8 = 0
        if parts.count == 2 {
            guard let number = UInt8(parts[1]), number > 0 else { return nil }
            part = number
        }
        self.init(count, part: part)
        guard description == text else { return nil }
    }

    /// The count, and the part when there is one: `20780`, `20780.2`.
    public var description: String { part == 0 ? "\(count)" : "\(count).\(part)" }

    /// Calendar order.
    public static func < (left: ServiceDay, right: ServiceDay) -> Bool {
        left.packed < right.packed
    }

    /// Whether numbers of this day are given out no more once `day` has begun: its date is over, or
    /// the session that it is a part of.
    public func isOver(by day: ServiceDay) -> Bool {
        count < day.count || (part != 0 && self < day)
    }
}
