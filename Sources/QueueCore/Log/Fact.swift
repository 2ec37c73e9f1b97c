// SPDX-License-Identifier: Apache-2.0

/// The number of a booth, 1…``Limits/boothNumberMax``.
public typealias BoothNumber = UInt8

/// What happened at a controller. Facts are numbered from 1 within the controller's epoch, kept on
/// its disk until the central acknowledges them, and applied there once.
public enum Fact: Hashable, Sendable {
    /// A number was given out here; the ticket is in this controller's tray. With an `origin` it goes on
    /// from that ticket, and waits nowhere before ``transferred(booth:ticket:service:kept:returned:)``.
    case issued(Ticket, origin: TicketID? = nil)
    /// A ticket of the tray was called; it is told in full, so that a central that has lost its
    /// memory understands the log.
    case called(booth: BoothNumber, ticket: Ticket)
    /// The ticket at the booth was called again, for the `count`th time.
    case recalled(booth: BoothNumber, ticket: TicketID, count: UInt8)
    /// The booth is done with the ticket.
    case finished(booth: BoothNumber, ticket: TicketID)
    /// The ticket was called and nobody came.
    case noShow(booth: BoothNumber, ticket: TicketID)
    /// The ticket went away for a while; it returns to this tray by itself.
    case parked(booth: BoothNumber, ticket: TicketID, forSeconds: UInt32)
    /// A parked ticket, or a no-show who came late, is back in the tray.
    case returned(TicketID)
    /// The ticket now waits for another service: in this tray when `kept`, else at the central; before
    /// the others of its class when `returned`.
    case transferred(
        booth: BoothNumber, ticket: TicketID, service: Name, kept: Bool, returned: Bool = false)
    /// The ticket is void.
    case cancelled(TicketID, CancelReason)
    /// The last press at the booth was taken back: a called ticket waits again in its old place, and
    /// the one before it is at the booth again.
    case undone(booth: BoothNumber, uncalled: TicketID?, restored: TicketID?)
    /// The ticket is no longer in this tray, by that order; the central may deal it anew. A deal of a
    /// later order is not meant.
    case yielded(TicketID, order: UInt64)
    /// The booth calls from now on, for these services in this order.
    case boothOpened(booth: BoothNumber, services: BoothServices)
    /// The booth calls no more.
    case boothClosed(booth: BoothNumber)
    /// The ticket, issued here, was for this tracking code.
    case arrived(TicketID, TrackingCode)
    /// A number of the day was taken for a slip that could not be printed; nobody has it.
    case spoiled(TicketNumber, ServiceDay)
    /// The service day turned; everything of earlier days that waited here is void.
    case dayTurned(ServiceDay)
    /// A full statement of what this controller holds begins.
    case reportBegan
    /// Part of the statement: a ticket that is alive here.
    case held(Ticket, TicketState, booth: BoothNumber?)
    /// Part of the statement: a block of numbers.
    case holding(Block)
    /// Part of the statement: the central once said that the series was given out up to this value.
    case marked(day: ServiceDay, series: Series, through: UInt16)
    /// The statement is complete; what the central thought to be here and was not told is not here.
    case reportEnded
    /// The fence was obeyed: the tray and the blocks are empty.
    case fenceDone
}

extension Fact {
    var beginsReport: Bool { if case .reportBegan = self { true } else { false } }
}

/// What the central wants of one controller. Orders are numbered from 1 within the central's epoch,
/// for each controller apart, and kept until acknowledged.
public enum Order: Hashable, Sendable {
    /// The ticket is in your tray now.
    case deal(Ticket)
    /// Give the ticket back, unless it has been called.
    case withdraw(TicketID)
    /// These numbers are yours to issue.
    case block(Block)
    /// The series is given out up to this value; remember it for me.
    case mark(day: ServiceDay, series: Series, through: UInt16)
    /// This service day has begun.
    case day(ServiceDay)
    /// Your tray was dealt to others; give everything back.
    case fence
    /// The ticket is void, by order of a supervisor; or with a session, if it still waits for that
    /// service.
    case cancel(TicketID, CancelReason, service: Name? = nil)
}

/// A record of a log under its number.
public struct Numbered<Record: Hashable & Sendable>: Hashable, Sendable {
    /// The number, from 1, without gaps within an epoch.
    public let number: UInt64
    /// The record.
    public let record: Record
    /// When it happened, of facts; for people, never for order.
    public var at: WallTime

    /// A numbered record.
    public init(_ number: UInt64, _ record: Record, at: WallTime = .unknown) {
        self.number = number
        self.record = record
        self.at = at
    }
}
