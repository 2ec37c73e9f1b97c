// SPDX-License-Identifier: Apache-2.0

// What the central keeps on disk, row by row, and the changes to it.

/// Who alone may call a waiting ticket, or who last had it.
public enum Holder: Hashable, Sendable {
    /// It waits at the central for a controller that can call it.
    case central
    /// It is in the tray of this controller, or was called there.
    case controller(Name)

    /// The controller, or nil for the central.
    public var controller: Name? {
        if case .controller(let name) = self { name } else { nil }
    }
}

/// A ticket as the central knows it.
public struct CentralTicket: Hashable, Sendable {
    /// The ticket.
    public var ticket: Ticket
    /// Where it is in its life.
    public var state: TicketState
    /// Who has it.
    public var holder: Holder
    /// The booth it was last called at, even when it waits again: its number rests after that call.
    public var booth: BoothNumber?
    /// It was asked back and the answer is not here yet.
    public var isWithdrawing: Bool
    /// The order that dealt it to its holder; 0 when it was issued or stated there. What was yielded
    /// by an earlier order was an earlier deal.
    public var dealtBy: UInt64

    /// A ticket as the central knows it.
    public init(
        ticket: Ticket, state: TicketState = .waiting, holder: Holder = .central,
        booth: BoothNumber? = nil, isWithdrawing: Bool = false, dealtBy: UInt64 = 0
    ) {
        self.ticket = ticket
        self.state = state
        self.holder = holder
        self.booth = booth
        self.isWithdrawing = isWithdrawing
        self.dealtBy = dealtBy
    }
}

extension CentralTicket {
    /// The booth to tell of it: none while it waits.
    public var boothToTell: BoothNumber? { state == .waiting ? nil : booth }
}

/// A log that a controller no longer keeps.
public struct OldLog: ShortListElement {
    /// Its epoch.
    public let epoch: Epoch
    /// Up to which fact the central has heard all of it; 0 when that is not known.
    public let heard: UInt64
    /// The log that it began as a copy of; nil when it began empty.
    public let copied: CopiedLog?

    /// A log of an epoch, heard up to a fact.
    public init(epoch: Epoch, heard: UInt64, copied: CopiedLog? = nil) {
        self.epoch = epoch
        self.heard = heard
        self.copied = copied
    }

    /// Any log.
    public static var filler: OldLog { OldLog(epoch: .filler, heard: 0) }
}

/// What the central knows of one controller.
public struct ControllerRecord: Hashable, Sendable {
    /// The controller's name.
    public let name: Name
    /// The epoch of its log; nil until it has greeted once.
    public var epoch: Epoch?
    /// Its logs of earlier epochs, newest last; at most ``Limits/oldEpochsMax``.
    public var oldLogs: ShortList<16, OldLog>
    /// The log that its present one began as a copy of; nil when it began empty.
    public var copied: CopiedLog?
    /// The last fact applied, or that can no longer be asked for.
    public var have: UInt64
    /// Up to which fact all were heard: what its log no longer had when it was asked for is not among
    /// them, and may be in another copy of it.
    public var heard: UInt64
    /// The number of the last order written.
    public var lastOrder: UInt64
    /// The last order that the controller acknowledged.
    public var ordersAcknowledged: UInt64
    /// An operator declared the controller gone; it has not yet obeyed.
    public var isFenced: Bool
    /// Its full statement has been heard in the central's present epoch.
    public var hasReported: Bool
    /// The first value of its standing lease of the local series; 0 for none yet.
    public var localFirst: UInt16
    /// The service day in which that lease was given.
    public var localDay: ServiceDay
    /// The first value of the lease that stood when that day began, or else of the first one of that
    /// day: it may have been used that day, so it is not given again in it. 0 for none.
    public var localLost: UInt16

    /// A controller that has not greeted yet.
    public init(name: Name) {
        self.name = name
        epoch = nil
        oldLogs = []
        copied = nil
        have = 0
        heard = 0
        lastOrder = 0
        ordersAcknowledged = 0
        isFenced = false
        hasReported = false
        localFirst = 0
        localDay = .unknown
        localLost = 0
    }
}

/// A booth as the central knows it.
public struct CentralBooth: Hashable, Sendable {
    /// The controller of the booth.
    public var controller: Name
    /// The booth; `isOpen` and `services` as last told, `current` the ticket called there.
    public var booth: BoothRecord

    /// A booth of a controller.
    public init(controller: Name, booth: BoothRecord) {
        self.controller = controller
        self.booth = booth
    }
}

/// A block and who may issue from it.
public struct CentralBlock: Hashable, Sendable {
    /// Who may issue from it.
    public var holder: Holder
    /// The block; `next` as far as the central has heard.
    public var block: Block

    /// A block and its holder.
    public init(holder: Holder, block: Block) {
        self.holder = holder
        self.block = block
    }
}

/// A line of the central's history, in the order in which it learned it; never changed.
public enum HistoryEntry: Hashable, Sendable {
    /// A controller's fact, under the epoch and number it came with.
    case fact(controller: Name, epoch: Epoch, Numbered<Fact>)
    /// The central gave out a number itself.
    case issued(Ticket)
    /// The central's service day turned.
    case dayTurned(ServiceDay)
    /// Numbers that nobody will ever hold, and why.
    case gap(day: ServiceDay, series: Series, first: UInt16, last: UInt16, reason: GapReason)
    /// An operator fenced the controller; so many tickets were taken from its tray.
    case fenced(Name, tickets: Int)
    /// A ticket was called at two places; the first is where the central has it.
    case conflict(Conflict)
    /// A ticket that the controller had forgotten is dealt again.
    case dealtAgain(TicketID, lostBy: Name)
    /// The central lost its memory, or part of it, and asks all controllers.
    case rebuilding(Epoch)
    /// The ticket is void, by order of a supervisor or at the end of its day.
    case cancelled(TicketID, CancelReason)
    /// Something about appointments.
    case appointment(AppointmentEntry)
    /// A session of a service is over: so many of those who still waited were carried into the next
    /// one, and so many cancelled, here or by an order to their controllers.
    case sessionEnded(service: Name, session: Name, carried: UInt32, cancelled: UInt32)
    /// The controller is connected.
    case linkUp(Name)
    /// The connection to the controller is lost; so many tickets wait in its tray.
    case linkDown(Name, trayCount: Int)
    /// The day begins without the controller.
    case absent(Name)
    /// The central begins to run, without connections; it was last known to run at this time.
    case started(lastAlive: WallTime)
}

/// A ticket that was called at two booths, or called where it no longer was.
public struct Conflict: Hashable, Sendable {
    /// The ticket.
    public var ticket: TicketID
    /// Its number.
    public var number: TicketNumber
    /// Who had it when the second call became known.
    public var holder: Holder
    /// The booth where it had been called, or nil when it was waiting there.
    public var holderBooth: BoothNumber?
    /// Who called it as well.
    public var caller: Name
    /// At which booth.
    public var callerBooth: BoothNumber

    /// A conflict from its parts.
    public init(
        ticket: TicketID, number: TicketNumber, holder: Holder, holderBooth: BoothNumber?,
        caller: Name, callerBooth: BoothNumber
    ) {
        self.ticket = ticket
        self.number = number
        self.holder = holder
        self.holderBooth = holderBooth
        self.caller = caller
        self.callerBooth = callerBooth
    }
}

/// How far a series of a day has been given out.
public struct SeriesCounter: Hashable, Sendable {
    /// The service day.
    public var day: ServiceDay
    /// The series.
    public var series: Series
    /// The last value given out, to whomever; 0 for none.
    public var through: UInt16
    /// Whether the series has started over.
    public var hasWrapped: Bool

    /// A counter from its parts.
    public init(day: ServiceDay, series: Series, through: UInt16, hasWrapped: Bool = false) {
        self.day = day
        self.series = series
        self.through = through
        self.hasWrapped = hasWrapped
    }
}

/// The single values of the central.
public struct CentralMeta: Hashable, Sendable {
    /// The epoch of its orders.
    public var epoch: Epoch
    /// The service day.
    public var day: ServiceDay
    /// The order of issue.
    public var rank: UInt64
    /// Tickets up to this rank may be held by a controller that has not reported yet, though they
    /// seem to wait at the central; 0 when all is known.
    public var unsettledRank: UInt64
    /// Sessions that end up to this time of the service day's date are over, and those who waited
    /// told so.
    public var closedThrough: LocalTime
    /// When the central was last known to run, to a minute.
    public var aliveAt = WallTime.unknown

    /// The values of a central that has seen nothing yet.
    public init(epoch: Epoch) {
        self.epoch = epoch
        day = .unknown
        rank = 0
        unsettledRank = 0
        closedThrough = .midnight
    }
}

/// One change to the central's rows.
public enum CentralChange: Hashable, Sendable {
    /// Replace the single values.
    case meta(CentralMeta)
    /// Insert or replace a controller, by its name.
    case controller(ControllerRecord)
    /// Insert or replace a booth, by controller and number.
    case booth(CentralBooth)
    /// Insert or replace a ticket, by its identity.
    case ticket(CentralTicket)
    /// Forget a ticket (the history keeps it).
    case forget(TicketID)
    /// Insert or replace a block, by its key.
    case block(CentralBlock)
    /// Forget a block.
    case dropBlock(BlockKey)
    /// Insert or replace a counter, by day and series.
    case counter(SeriesCounter)
    /// Forget a counter.
    case dropCounter(day: ServiceDay, series: Series)
    /// Append an order to a controller's log.
    case order(controller: Name, Numbered<Order>)
    /// Forget a controller's orders up to this number.
    case trimOrders(controller: Name, through: UInt64)
    /// A change to the appointment book.
    case appointment(AppointmentChange)
    /// Append to the history, under the service day it belongs to.
    case history(day: ServiceDay, at: HistoryTime = .unknown, HistoryEntry)
}

/// All rows of the central, but for the history, as read from disk.
public struct CentralSnapshot: Hashable, Sendable {
    /// The single values.
    public var meta: CentralMeta
    /// The controllers, in any order.
    public var controllers: [ControllerRecord]
    /// The booths, in any order.
    public var booths: [CentralBooth]
    /// The tickets, under their identities: a machine takes them over without a look at each.
    public var ticketRows: KeyedRows<TicketID, CentralTicket>
    /// The blocks, in any order.
    public var blocks: [CentralBlock]
    /// The counters, in any order.
    public var counters: [SeriesCounter]
    /// The unacknowledged orders of each controller, in order, without gaps.
    public var orders: [Name: [Numbered<Order>]]
    /// The appointment book.
    public var appointments = AppointmentSnapshot()

    /// The rows of a central that has seen nothing yet.
    public init(epoch: Epoch) {
        meta = CentralMeta(epoch: epoch)
        controllers = []
        booths = []
        ticketRows = KeyedRows()
        blocks = []
        counters = []
        orders = [:]
    }
}

extension CentralSnapshot {
    /// The tickets as a list, in any order.
    public var tickets: [CentralTicket] {
        get { ticketRows.values }
        set { ticketRows = KeyedRows(newValue, by: \.ticket.id) }
    }
}
