// SPDX-License-Identifier: Apache-2.0

// What a controller keeps on disk, row by row, and the changes to it. A step of the machine returns
// the changes that must be durable before any of its effects is carried out.

/// A ticket that a controller knows: alive in its custody, or ended here today.
public struct HeldTicket: Hashable, Sendable {
    /// The ticket.
    public var ticket: Ticket
    /// Where it is in its life.
    public var state: TicketState
    /// The booth it was last called at.
    public var booth: BoothNumber?
    /// How often it was recalled since it was called.
    public var recalls: UInt8
    /// The length of its timed absence, while parked.
    public var parkedForSeconds: UInt32
    /// When it left its booth, while it is kept back on its way to another service.
    public var leftAt: WallTime

    /// A ticket as a controller knows it.
    public init(
        ticket: Ticket, state: TicketState = .waiting, booth: BoothNumber? = nil,
        recalls: UInt8 = 0, parkedForSeconds: UInt32 = 0, leftAt: WallTime = .unknown
    ) {
        self.ticket = ticket
        self.state = state
        self.booth = booth
        self.recalls = recalls
        self.parkedForSeconds = parkedForSeconds
        self.leftAt = leftAt
    }
}

/// What a booth is doing.
public struct BoothRecord: Hashable, Sendable {
    /// The booth.
    public let number: BoothNumber
    /// Whether it calls.
    public var isOpen: Bool
    /// What it serves, in order of preference.
    public var services: BoothServices
    /// The ticket at the booth: its last call, unless that is over.
    public var current: TicketID?

    /// A booth as it stands.
    public init(
        number: BoothNumber, isOpen: Bool, services: BoothServices, current: TicketID? = nil
    ) {
        self.number = number
        self.isOpen = isOpen
        self.services = services
        self.current = current
    }
}

/// The single values of a controller.
public struct ControllerMeta: Hashable, Sendable {
    /// The epoch of its log of facts.
    public var epoch: Epoch
    /// The central's epoch that `ordersApplied` belongs to.
    public var central: Epoch?
    /// The last order applied.
    public var ordersApplied: UInt64
    /// The last fact written.
    public var lastFact: UInt64
    /// The last fact acknowledged by the central.
    public var factsAcknowledged: UInt64
    /// The last fact that may have been sent, so that the central can have it.
    public var factsTold: UInt64
    /// The order of issue, as far as it is known here.
    public var rank: UInt64
    /// The service day.
    public var day: ServiceDay
    /// Sessions that end up to this time of that date are over, and those who waited told so.
    public var closedThrough: LocalTime
    /// The logs that this one began as a copy of.
    public var copied: Lineage

    /// The values of a controller that has seen nothing yet.
    public init(epoch: Epoch) {
        self.epoch = epoch
        central = nil
        ordersApplied = 0
        lastFact = 0
        factsAcknowledged = 0
        factsTold = 0
        rank = 0
        day = .unknown
        closedThrough = .midnight
        copied = []
    }
}

/// What the central once said of a series: it is given out up to a value.
public struct SeriesMark: Hashable, Sendable {
    /// The service day of the series.
    public var day: ServiceDay
    /// The series.
    public var series: Series
    /// The last value given out.
    public var through: UInt16

    /// A mark from its parts.
    public init(day: ServiceDay, series: Series, through: UInt16) {
        self.day = day
        self.series = series
        self.through = through
    }
}

/// One change to a controller's rows.
public enum ControllerChange: Hashable, Sendable {
    /// Replace the single values.
    case meta(ControllerMeta)
    /// Insert or replace a ticket, by its identity.
    case ticket(HeldTicket)
    /// Forget a ticket.
    case forget(TicketID)
    /// Insert or replace a booth, by its number.
    case booth(BoothRecord)
    /// Forget a booth.
    case forgetBooth(BoothNumber)
    /// Insert or replace a block, by its key.
    case block(Block)
    /// Forget a block.
    case dropBlock(BlockKey)
    /// Insert or replace a mark, by day and series.
    case mark(SeriesMark)
    /// Forget a mark.
    case dropMark(day: ServiceDay, series: Series)
    /// Insert or replace a count, by service and class.
    case passedOver(PassedOver)
    /// Insert a slip that is to be printed.
    case slip(Slip)
    /// Forget a slip.
    case dropSlip(TicketID)
    /// Append a fact to the log.
    case fact(Numbered<Fact>)
    /// The time of a fact has become known.
    case stamp(fact: UInt64, at: WallTime)
    /// Forget the facts up to this number.
    case trimFacts(through: UInt64)
    /// Forget the whole log: a new epoch begins.
    case clearFacts
}

/// All rows of a controller, as read from disk.
public struct ControllerSnapshot: Hashable, Sendable {
    /// The single values.
    public var meta: ControllerMeta
    /// The tickets, under their identities: a machine takes them over without a look at each.
    public var ticketRows: KeyedRows<TicketID, HeldTicket>
    /// The booths, in any order.
    public var booths: [BoothRecord]
    /// The blocks, in any order.
    public var blocks: [Block]
    /// The marks, in any order.
    public var marks: [SeriesMark]
    /// How often each line was passed over, in any order.
    public var passedOver: [PassedOver]
    /// The slips being printed, in any order.
    public var slips: [Slip]
    /// The retained log, in order, without gaps.
    public var facts: [Numbered<Fact>]

    /// The rows of a controller that has seen nothing yet.
    public init(epoch: Epoch) {
        meta = ControllerMeta(epoch: epoch)
        ticketRows = KeyedRows()
        booths = []
        blocks = []
        marks = []
        passedOver = []
        slips = []
        facts = []
    }
}

extension ControllerSnapshot {
    /// The tickets as a list, in any order.
    public var tickets: [HeldTicket] {
        get { ticketRows.values }
        set { ticketRows = KeyedRows(newValue, by: \.ticket.id) }
    }
}
