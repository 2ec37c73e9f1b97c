// SPDX-License-Identifier: Apache-2.0

// Events that wait for the owner of a driver, never more than a bound.

/// A list of at most `DisplayLimits.eventsMax` events; the oldest give way.
struct EventList: Sendable {
    private var events: [UnitEvent] = []
    /// Events that gave way since the start.
    private(set) var dropped = 0

    mutating func add(_ event: UnitEvent) {
        if events.count == DisplayLimits.eventsMax {
            events.removeFirst()
            dropped += 1
        }
        events.append(event)
    }

    mutating func take() -> [UnitEvent] {
        defer { events = [] }
        return events
    }
}
