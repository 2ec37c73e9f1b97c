// SPDX-License-Identifier: Apache-2.0

/// All decisions of one controller: which ticket a press calls, what the displays and lamps show, which
/// numbers are issued, and how it stays in step with the central. It does no I/O and reads no clock.
///
/// The caller feeds ``start(at:)`` once, then ``step(_:at:)`` for everything that happens, and carries
/// out what comes back: see ``ControllerOutput``.
public struct ControllerMachine: Sendable {
    /// How the controller is configured.
    public let plan: ControllerPlan
    /// The single values that are on disk.
    public internal(set) var meta: ControllerMeta
    /// Every ticket known here, alive or ended.
    public internal(set) var tickets: KeyedRows<TicketID, HeldTicket>
    /// The tray: the waiting tickets that this controller alone may call, in call order.
    public internal(set) var tray: TicketLine
    /// The booths, in order of their configuration.
    public internal(set) var booths: [Booth]
    /// The numbers that may be issued here.
    public internal(set) var blocks: [Block]
    /// What the central asked to be remembered of its series.
    public internal(set) var marks: [SeriesMark]
    /// How often each line was passed over by calls of other classes.
    public internal(set) var passedOver: [PassedOver]
    /// The retained log; the tail after `meta.factsAcknowledged` is the outbox.
    public internal(set) var facts: [Numbered<Fact>]
    /// Slips that are being printed.
    public internal(set) var slips: [Slip]
    /// The connection to the central.
    public internal(set) var link = Link.none
    /// The newest calls of the hall's other controllers.
    public internal(set) var news: [News] = []

    /// The epoch of tickets issued in this run of the program.
    let run: Epoch
    var issuedInRun: UInt32 = 0
    /// The wall clock as last known to be right, and the facts that wait for it.
    var wall = WallClock()
    var untimed: [UntimedFact] = []
    /// How long a turn takes at the booths here today.
    var pace: WaitEstimator
    /// Since when the central owes the acknowledgement of a fact.
    var owedSince: Moment?
    /// Tickets without an appointment that the central still wants given out; empty without a link.
    var walkInsLeft = KeyedRows<Name, UInt16>()
    /// Whether other controllers call in this hall: how many wait in their trays is not known here.
    var sharesHall = false
    /// Tracking codes that the central was asked about.
    var checks: [CodeCheck] = []
    var lastReference: UInt64 = 0
    var returnsAt = KeyedRows<TicketID, Moment>()
    /// Tickets that are kept back, and why.
    var moves = KeyedRows<TicketID, Move>()
    /// Until when each no-show may come late.
    var lateUntil = KeyedRows<TicketID, Moment>()
    var today = ServiceDay.unknown
    /// The time of day; nil while no clock that is right has told it.
    var localTime: LocalTime?
    var clockIsTrusted = false
    var clockRefused = false
    var clockIsBehind = false
    /// Whether the disk refused the last thing that was to be written: booths show trouble.
    public internal(set) var hasDiskTrouble = false
    var freshCalls: [Int] = []
    var trayChanged = true
    var metaChanged = false
    var now = Moment.zero
    var output = ControllerOutput()

    /// A booth at work.
    public struct Booth: Sendable {
        /// How it is configured.
        public let plan: BoothPlan
        /// What is on disk of it.
        public internal(set) var record: BoothRecord
        /// What its lamp shows; nil before the first decision.
        public internal(set) var lamp: LampState?
        /// Its button is held by something other than a clerk.
        public internal(set) var isStuck = false
        /// Its display answers.
        public internal(set) var displayWorks = true
        var calledAt: Moment?
        var undo: Undo?
        /// The ticket under a new number that the press now obeyed has made.
        var renumbered: TicketID?
    }

    /// What taking back a booth's last press would do.
    struct Undo: Sendable {
        var pressedAt: Moment
        var uncalled: TicketID?
        var restored: TicketID?
        /// The ticket that goes on from `restored` under a new number.
        var renumbered: TicketID?
    }

    /// The connection to the central.
    public enum Link: Hashable, Sendable {
        /// There is none; nothing changes for the booths.
        case none
        /// The greeting is out.
        case greeting(LinkID)
        /// Both logs flow; facts up to `sent` are on their way.
        case live(LinkID, sent: UInt64)

        /// The connection, if there is one.
        public var id: LinkID? {
            switch self {
            case .none: nil
            case .greeting(let id), .live(let id, _): id
            }
        }

        /// Whether both logs flow.
        public var isLive: Bool {
            if case .live = self { true } else { false }
        }
    }

    /// A machine from what is on disk. `run` marks the tickets issued from now on; it must be random.
    public init(plan: ControllerPlan, snapshot: ControllerSnapshot, run: Epoch) {
        self.plan = plan
        self.run = run
        pace = WaitEstimator(expected: plan.visits)
        meta = snapshot.meta
        meta.factsAcknowledged = min(meta.factsAcknowledged, meta.lastFact)
        meta.factsTold = min(meta.factsTold, meta.lastFact)
        blocks = snapshot.blocks
        marks = snapshot.marks
        passedOver = snapshot.passedOver
        facts = snapshot.facts
        slips = snapshot.slips
        tickets = snapshot.ticketRows
        tray = TicketLine(snapshot.tickets.lazy.filter { $0.state == .waiting }.map(\.ticket))
        booths = plan.booths.map { plan in
            let stored = snapshot.booths.first { $0.number == plan.number }
            let record = BoothRecord(
                number: plan.number, isOpen: stored?.isOpen ?? false,
                services: stored?.services ?? [], current: stored?.current)
            return Booth(plan: plan, record: record)
        }
        forgotten = snapshot.booths.filter { stored in
            !plan.booths.contains { $0.number == stored.number }
        }
        pace.remember(facts, of: plan.name)
    }

    /// Booths on disk that the configuration no longer has.
    private var forgotten: [BoothRecord]

    /// Brings displays, lamps and log in line with the disk and the configuration. Once, at first.
    public mutating func start(at now: Moment) -> ControllerOutput {
        self.now = now
        for record in forgotten {
            if let id = record.current, let held = tickets[id], held.state == .called {
                _ = finish(held, at: record.number)
            }
            if record.isOpen { append(.boothClosed(booth: record.number)) }
            output.changes.append(.forgetBooth(record.number))
        }
        forgotten = []
        for index in booths.indices { reconcile(index) }
        for held in tickets.values where held.state == .parked {
            returnsAt[held.ticket.id] = now + .seconds(Int64(held.parkedForSeconds))
        }
        resumeSteps()
        settleSlips()
        for index in booths.indices { show(index, attention: false) }
        return finishStep()
    }

    /// Takes in one thing that happened and returns what is to be done about it.
    public mutating func step(
        _ input: consuming ControllerInput, at now: Moment
    ) -> ControllerOutput {
        self.now = max(self.now, now)
        output.empty()
        returnParked()
        if !moves.isEmpty { sendDue() }
        switch consume input {
        case .press(let booth, let gesture, let request):
            press(booth, gesture, request)
        case .command(let command, let request):
            obey(command, request)
        case .connected(let id):
            greet(id)
        case .message(let id, let message, let random):
            if link.id == id { receive(message, random: random) }
        case .disconnected(let id):
            if link.id == id { drop() }
        case .clock(let today, let time, let isTrusted):
            readClock(today, time, isTrusted: isTrusted)
        case .time(let time): readWall(time)
        case .buttonDown(let booth): reach(for: booth)
        case .buttonStuck(let booth, let isStuck):
            noteStuck(booth, isStuck)
        case .displayWorks(let booth, let works):
            noteDisplay(booth, works)
        case .tick:
            if hasDiskTrouble { metaChanged = true }
            if let since = owedSince, self.now >= since + Limits.acknowledgeSpan { giveUpLink() }
        case .diskFailed(let why, let pressed):
            noteDiskFailure(why, pressed)
        }
        giveUpChecks()
        return finishStep()
    }

    /// The changes of the steps so far are on disk at this moment. The guard time of a call begins only
    /// now: with a slow card the clerk has seen no number before.
    public mutating func committed(at moment: Moment) {
        while let index = freshCalls.popLast() {
            guard booths[index].calledAt != nil else { continue }
            booths[index].calledAt = moment
            booths[index].undo?.pressedAt = moment
            keepBack(from: booths[index].plan.number, since: moment)
        }
    }

    /// Takes over what no disk knows from a machine that this one replaces: which buttons are stuck and
    /// which displays answer.
    public mutating func inherit(from old: ControllerMachine) {
        for index in booths.indices {
            guard
                let booth = old.booths.first(where: { $0.plan.number == booths[index].plan.number })
            else { continue }
            booths[index].isStuck = booth.isStuck
            booths[index].displayWorks = booth.displayWorks
        }
        inheritTimes(from: old)
        sharesHall = old.sharesHall
        trayChanged = true
    }

    /// When ``ControllerInput/tick`` is wanted next, or nil.
    public var deadline: Moment? {
        var first = returnsAt.values.min()
        if !moves.isEmpty { first = earliestMove(before: first) }
        if let owedSince {
            let due = owedSince + Limits.acknowledgeSpan
            first = min(first ?? due, due)
        }
        for check in checks { first = min(first ?? check.until, check.until) }
        guard hasDiskTrouble else { return first }
        let probe = now + .seconds(5)
        return min(first ?? probe, probe)
    }

    /// Facts that the central has not acknowledged yet.
    public var outboxCount: Int { Int(meta.lastFact - meta.factsAcknowledged) }
}

extension ControllerMachine {
    @inline(__always)
    mutating func effect(_ effect: consuming ControllerEffect) {
        output.effects.append(effect)
    }

    mutating func keep(_ held: HeldTicket) {
        tickets[held.ticket.id] = held
        output.changes.append(.ticket(held))
    }

    mutating func forget(_ id: TicketID) {
        tickets[id] = nil
        returnsAt[id] = nil
        moves[id] = nil
        lateUntil[id] = nil
        output.changes.append(.forget(id))
    }

    mutating func removeFromTray(_ id: TicketID) {
        tray.leave(id)
        trayChanged = true
    }

    mutating func putIntoTray(_ ticket: Ticket) {
        tray.lineUp(ticket)
        trayChanged = true
    }

    /// Brings a booth's record in line with its configuration.
    private mutating func reconcile(_ index: Int) {
        let isNew = booths[index].record.services.isEmpty
        let opens = isNew ? booths[index].plan.opensAtStart : booths[index].record.isOpen
        let plan = booths[index].plan
        let services = BoothServices(plan.services)
        if isNew || booths[index].record.services != services {
            booths[index].record.services = services
            booths[index].record.isOpen = opens
            output.changes.append(.booth(booths[index].record))
            append(
                opens
                    ? .boothOpened(booth: plan.number, services: services)
                    : .boothClosed(booth: plan.number))
        }
    }

    private mutating func finishStep() -> ControllerOutput {
        if hasDiskTrouble, metaChanged || !output.changes.isEmpty { clearDiskTrouble() }
        pump()
        if trayChanged {
            trayChanged = false
            refreshLamps()
        }
        if metaChanged {
            metaChanged = false
            output.changes.append(.meta(meta))
        }
        return output
    }
}
