// SPDX-License-Identifier: Apache-2.0

/// A queue and the series it numbers from, as the central's configuration has it.
public struct Service: Hashable, Sendable {
    /// The name of the service.
    public let name: Name
    /// The hall whose booths serve it.
    public let hall: Name
    /// The series that its numbers bear.
    public let series: Series
    /// The first value of the series.
    public let first: UInt16
    /// The last value of the series.
    public let last: UInt16
    /// Whether the series starts over, within a day, after its last value.
    public let wraps: Bool
    /// How many numbers a controller is given at once to issue by itself.
    public let blockSize: UInt16
    /// Where its tickets go on to; nil when they end here.
    public let then: Step?

    /// A service, or nil when the series is empty or out of range.
    public init?(
        name: Name, hall: Name, series: Series, first: UInt16 = 1,
        last: UInt16 = Limits.numberValueMax, wraps: Bool = false, blockSize: UInt16 = 50,
        then: Step? = nil
    ) {
        guard first >= 1, first <= last, last <= Limits.numberValueMax, blockSize >= 1 else {
            return nil
        }
        self.name = name
        self.hall = hall
        self.series = series
        self.first = first
        self.last = last
        self.wraps = wraps
        self.blockSize = blockSize
        self.then = then
    }
}

/// A run of numbers that one controller alone may issue.
public struct Block: Hashable, Sendable {
    /// The service day of the numbers; ``ServiceDay/unknown`` for a standing local lease, which starts
    /// over with each day.
    public let day: ServiceDay
    /// The series of the numbers.
    public let series: Series
    /// The service that they are for; nil for a local lease, which serves all.
    public let service: Name?
    /// The first value.
    public let first: UInt16
    /// The last value.
    public let last: UInt16
    /// The next value to issue; `last + 1` when the block is used up.
    public var next: UInt16

    /// A block from its parts.
    public init(
        day: ServiceDay, series: Series, service: Name?, first: UInt16, last: UInt16, next: UInt16
    ) {
        self.day = day
        self.series = series
        self.service = service
        self.first = first
        self.last = last
        self.next = next
    }

    /// Whether it is the controller's own local series.
    public var isLocal: Bool { service == nil }

    /// Numbers not issued yet.
    public var remaining: Int { Int(last) + 1 - Int(next) }

    /// What no two blocks share.
    public var key: BlockKey { BlockKey(day: day, series: series, first: first) }
}

/// What no two blocks share.
public struct BlockKey: Hashable, Sendable {
    /// The service day of the numbers.
    public let day: ServiceDay
    /// The series of the numbers.
    public let series: Series
    /// The first value.
    public let first: UInt16

    /// A key from its parts.
    public init(day: ServiceDay, series: Series, first: UInt16) {
        self.day = day
        self.series = series
        self.first = first
    }
}
