// SPDX-License-Identifier: Apache-2.0

// When something happened, for people: reports and slips read it. It orders nothing, so a wrong clock
// makes a wrong report and nothing worse.

/// A time of the wall clock, in whole seconds since 1970-01-01 00:00 UTC.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01 00:00 UTC; 0 is "not known".
    public var seconds: Int64

    /// A time from its seconds.
    public init(_ seconds: Int64) { self.seconds = seconds }

    /// No clock that was known to be right told it.
    public static let unknown = WallTime(0)

    /// Whether a clock that was known to be right told it.
    public var isKnown: Bool { seconds > 0 }

    /// The seconds.
    public var description: String { String(seconds) }

    /// Order on the clock.
    public static func < (left: WallTime, right: WallTime) -> Bool {
        left.seconds < right.seconds
    }

    /// The whole seconds from `right` to `left`; nil when one of them is not known.
    public static func - (left: WallTime, right: WallTime) -> Int64? {
        left.isKnown && right.isKnown ? left.seconds - right.seconds : nil
    }
}

/// The wall clock as it was last known to be right, carried on by the clock that never jumps.
struct WallClock: Hashable, Sendable {
    private var told = WallTime.unknown
    private var toldAt = Moment.zero

    /// Whether a right time was ever told.
    var isKnown: Bool { told.isKnown }

    /// A right time at a moment; ``WallTime/unknown`` leaves the last one standing.
    mutating func set(_ time: WallTime, at moment: Moment) {
        guard time.isKnown else { return }
        (told, toldAt) = (time, moment)
    }

    /// The time of a moment, before or after the last one told.
    func time(at moment: Moment) -> WallTime {
        guard told.isKnown else { return .unknown }
        let since = (moment - toldAt).microseconds
        // Rounded down on both sides of the time that was told.
        let seconds = (since >= 0 ? since : since - 999_999) / 1_000_000
        return WallTime(max(1, told.seconds + seconds))
    }
}

/// When the central's history says that something happened.
public struct HistoryTime: Hashable, Sendable {
    /// The time; unknown when neither side's clock was known to be right.
    public let at: WallTime
    /// It is the time at which the central heard of it: the controller's own clock was not right.
    public let isArrival: Bool

    /// A time from its parts.
    public init(_ at: WallTime, isArrival: Bool = false) {
        self.at = at
        self.isArrival = isArrival && at.isKnown
    }

    /// Nobody knew the time.
    public static let unknown = HistoryTime(.unknown)
}
