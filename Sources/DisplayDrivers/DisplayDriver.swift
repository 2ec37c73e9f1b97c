// SPDX-License-Identifier: Apache-2.0

// What a caller may expect of any display family's driver: it is told what to show and what came
// in, with the time, and says what to send next. It does no I/O and reads no clock.

import QueueCore

/// What the owner of the port does next.
public enum BusStep: Equatable, Sendable {
    /// Send the bytes now; about `replyLength` bytes come back, and nothing after `deadline`.
    case transmit([UInt8], replyLength: Int, deadline: Moment)
    /// Nothing to send; ask again at the moment, or after any input before it.
    case idle(until: Moment)
}

/// The driver of one bus with its displays.
///
/// The owner loops: `next(at:)`; on `.transmit` writes the bytes; feeds whatever arrives, in any
/// chunks, to `received(_:at:)`; asks `next(at:)` again after each input and at the moment named.
public protocol DisplayDriver: Sendable {
    /// Orders a unit to show `content`; the latest order wins. False: there is no such unit.
    @discardableResult
    mutating func show(unit: UnitAddress, content: DisplayContent, at now: Moment) -> Bool
    /// What to do now; also where overdue replies are noticed.
    mutating func next(at now: Moment) -> BusStep
    /// Bytes came in.
    mutating func received(_ bytes: [UInt8], at now: Moment)
    /// The port is open; nothing is sent before.
    mutating func portReady(at now: Moment)
    /// The port is gone; what was in flight is forgotten, and no display's state is known.
    mutating func portLost(at now: Moment)
    /// Each unit of the bus, by address.
    var unitStates: [UnitState] { get }
    /// Bytes that belonged to no reply: noise, or a unit that speaks unasked.
    var strayBytes: Int { get }
    /// What happened since the last time; at most `DisplayLimits.eventsMax`, oldest first.
    mutating func takeEvents() -> [UnitEvent]
}
