// SPDX-License-Identifier: Apache-2.0

/// All decisions of the central: numbering, which tray each waiting ticket is in, what the controllers'
/// facts mean, fences, conflicts, and what to do when either side has lost its memory. It does no I/O
/// and reads no clock; see ``CentralOutput`` for the contract with its caller.
public struct CentralMachine: Sendable {
    /// How the central is configured.
    public let plan: CentralPlan
    /// The single values that are on disk.
    public internal(set) var meta: CentralMeta
    /// What is known of each configured controller.
    public internal(set) var controllers: KeyedRows<Name, ControllerRecord>
    /// The booths of each controller.
    public internal(set) var booths = KeyedRows<Name, [BoothRecord]>()
    /// Every ticket of the service day.
    public internal(set) var tickets: KeyedRows<TicketID, CentralTicket>
    /// Waiting tickets that are in no controller's tray, by hall, in call order.
    public internal(set) var pool = KeyedRows<Name, [Ticket]>()
    /// Waiting tickets in the tray of each controller, in call order.
    public internal(set) var trays = KeyedRows<Name, TicketLine>()
    /// Blocks of numbers and who may issue from them.
    public internal(set) var blocks: [CentralBlock]
    /// How far each series is given out.
    public internal(set) var counters: [SeriesCounter]
    /// Unacknowledged orders of each controller.
    public internal(set) var orders = KeyedRows<Name, [Numbered<Order>]>()
    /// The connection of each connected controller.
    public internal(set) var links = KeyedRows<Name, LinkID>()
    /// When a controller that was connected in this run was lost.
    public internal(set) var lostAt = KeyedRows<Name, Moment>()
    /// The newest calls of each hall, newest first.
    public internal(set) var news = KeyedRows<Name, [News]>()
    /// Conflicts seen in this run, newest last.
    public internal(set) var conflicts: [Conflict] = []

    /// The epoch of tickets issued in this run of the program.
    let run: Epoch
    let hallOf: KeyedRows<Name, Name>
    let entryOf: KeyedRows<Name, ControllerEntry>
    /// What the open booths of each controller serve.
    var capacities = KeyedRows<Name, Capacity>()
    let serviceOf: KeyedRows<Name, Service>
    /// The services that the controllers of each hall number for.
    let lends: KeyedRows<Name, [Service]>
    /// How many controllers number for each service.
    let lenders: KeyedRows<Name, Int>
    /// The appointments of all clinics.
    public internal(set) var book: AppointmentBook
    var desk = AppointmentDesk()
    var issuedInRun: UInt32 = 0
    /// The wall clock as last known to be right.
    var wall = WallClock()
    /// How long a turn takes today.
    var pace: WaitEstimator
    var hasSaidThatItStarted = false
    /// That, and it is on disk.
    var hasToldItsStart = false
    /// It was said on a disk that failed: it is said again before the next line of the history.
    var owesItsStart = false
    /// When it was last noted, or tried to be, that the central runs.
    var aliveSaidAt = WallTime.unknown
    /// Connections that ended when the disk could not be written.
    var unsaidLosses: [LinkLoss] = []
    /// Connections whose end was said, but is not known to be on disk.
    var freshLosses: [LinkLoss] = []
    var sessions = KeyedRows<LinkID, Session>()
    /// Links whose ``Session/role`` may still be wanting, oldest first.
    var newcomers: [Newcomer] = []
    /// How many links each key has opened.
    var linksOfKey: [KeyHolder: Int] = [:]
    /// Facts of full statements that have begun; they are applied, and acknowledged, together.
    var reports = KeyedRows<LinkID, [Numbered<Fact>]>()
    /// What clients without logs were answered, by their references.
    var answered = KeyedRows<LinkID, KeyedRows<UInt64, CentralMessage>>()
    /// The connections of hall boards.
    var boards: [LinkID] = []
    var wanted = KeyedRows<TicketID, Name>()
    /// What each controller with a finger on a button is likely to call next.
    var reached = KeyedRows<Name, Reach>()
    var overtaken = KeyedRows<TicketID, UInt16>()
    /// Tickets cancelled by a supervisor, or with their session, while a controller had them.
    var doomed = KeyedRows<TicketID, CancelReason>()
    /// The last order that each controller can have: on disk at the start, or sent since.
    var lastTold = KeyedRows<Name, UInt64>()
    /// The last order sent on the present link of each controller.
    var sentOrder = KeyedRows<Name, UInt64>()
    var unsent = KeyedRows<Name, Void>()
    /// Since when each connected controller owes the acknowledgement of an order.
    var owedSince = KeyedRows<Name, Moment>()
    /// When to look for controllers that owe it for too long; nil when none does.
    private var owedDue: Moment?
    /// Statements up to this fact were made for a central that is no more.
    var statementAfter = KeyedRows<Name, UInt64>()
    var lastCalled = KeyedRows<TicketNumber, Moment>()
    var marksSent = KeyedRows<Name, [SeriesCounter]>()
    var exhausted: Set<Series> = []
    var settleUntil: Moment?
    var clockTold: ServiceDay?
    var clockDay = ServiceDay.unknown
    /// The time of day; nil while no clock that is right has told it.
    var localTime: LocalTime?
    var dirtyHalls = KeyedRows<Name, Void>()
    var refills = KeyedRows<Name, Void>()
    var changedControllers = KeyedRows<Name, Void>()
    var metaChanged = false
    var startedAt = Moment.zero
    var now = Moment.zero
    var output = CentralOutput()

    /// A ticket that is to stay where a finger is on a button.
    struct Reach: Sendable {
        var ticket: TicketID
        var until: Moment
    }

    /// A connection and what is known of who is behind it.
    struct Session: Sendable {
        var role: Role?
        var name: Name?
        /// Whose key the link was opened with; nil for a plain one, of this machine.
        var holder: KeyHolder?
    }

    /// A machine from what is on disk. `run` marks the tickets issued from now on; it must be random.
    public init(plan: CentralPlan, snapshot: CentralSnapshot, run: Epoch) {
        self.plan = plan
        self.run = run
        pace = WaitEstimator(expected: plan.visits)
        meta = snapshot.meta
        controllers = KeyedRows(snapshot.controllers, by: \.name)
        tickets = snapshot.ticketRows
        blocks = snapshot.blocks
        counters = snapshot.counters
        book = AppointmentBook(plan: plan.appointments, rows: snapshot.appointments)
        var hallOf = KeyedRows<Name, Name>()
        var entryOf = KeyedRows<Name, ControllerEntry>()
        for hall in plan.halls {
            for entry in hall.controllers {
                hallOf[entry.name] = hall.name
                entryOf[entry.name] = entry
            }
        }
        self.hallOf = hallOf
        self.entryOf = entryOf
        serviceOf = KeyedRows(plan.services, by: \.name)
        lends = Self.lends(of: plan)
        lenders = Self.lenders(of: plan)
        for entry in entryOf.values where controllers[entry.name] == nil {
            controllers[entry.name] = ControllerRecord(name: entry.name)
        }
        for booth in snapshot.booths.sorted(by: { $0.booth.number < $1.booth.number }) {
            booths[booth.controller, default: []].append(booth.booth)
        }
        for (name, booths) in booths { capacities[name] = Capacity(of: booths) }
        for record in controllers.values { lastTold[record.name] = record.lastOrder }
        for (name, waiting) in snapshot.orders.sorted(by: { $0.key < $1.key }) {
            orders[name] = waiting
            for order in waiting { doom(order.record) }
        }
        for held in tickets.values where held.state == .waiting {
            index(held)
        }
    }

    /// Makes a central without memory, or with an old one, wait for its controllers. Once, at first.
    public mutating func start(at now: Moment) -> CentralOutput {
        self.now = now
        startedAt = now
        let isFresh = meta.rank == 0 && tickets.isEmpty && counters.isEmpty
        if isFresh || meta.unsettledRank != 0, !entryOf.isEmpty {
            settleUntil = now + Limits.settleSpan
        }
        metaChanged = isFresh
        let orphans = tickets.values.count { isOrphan($0) }
        if orphans > 0 { effect(.event(.orphaned(orphans))) }
        for hall in plan.halls { dirtyHalls.insert(hall.name) }
        return finishStep()
    }

    /// Takes in one thing that happened and returns what is to be done about it.
    public mutating func step(_ input: consuming CentralInput, at now: Moment) -> CentralOutput {
        self.now = max(self.now, now)
        output.empty()
        if !hasSaidThatItStarted { sayThatItStarted(copy input) }
        if let until = settleUntil, now >= until { settle() }
        switch consume input {
        case .connected(let id): arrive(id)
        case .identified(let id, let holder): identify(id, as: holder)
        case .revoked(let holder): revoke(holder)
        case .message(let id, let message, let random): receive(message, id, random: random)
        case .disconnected(let id): drop(id)
        case .command(let command, let request): obey(command, request)
        case .clock(let today, let time, let isTrusted):
            readClock(today, time, isTrusted: isTrusted)
        case .time(let time): readWall(time)
        case .tick: break
        }
        if let due = owedDue, self.now >= due { giveUpSilent() }
        if let first = newcomers.first, self.now >= first.due { turnAwayUngreeted() }
        return finishStep()
    }

    /// Whether nobody in the configuration can ever call a waiting ticket.
    private func isOrphan(_ held: CentralTicket) -> Bool {
        guard held.state == .waiting || held.state == .parked else { return false }
        let isHeldByStranger = held.holder.controller.map { entryOf[$0] == nil } ?? false
        return serviceOf[held.ticket.service] == nil || isHeldByStranger
    }

    /// When ``CentralInput/tick`` is wanted next, or nil.
    public var deadline: Moment? {
        var due = settleUntil
        if !owedSince.isEmpty, let owed = owedDue { due = min(owed, due ?? owed) }
        if let first = newcomers.first { due = min(first.due, due ?? first.due) }
        if !refills.isEmpty { due = min(now, due ?? now) }
        return due
    }

    /// The controllers of a hall, in order of the configuration.
    @inline(__always)
    func controllers(in hall: Name) -> [ControllerEntry] {
        plan.halls.first { $0.name == hall }?.controllers ?? []
    }

    /// Whether a controller is connected and may be dealt to.
    @inline(__always)
    public func isReady(_ name: Name) -> Bool {
        let isKnown = controllers.read(name) { $0.hasReported && !$0.isFenced } ?? false
        return isKnown && links[name] != nil && (orders[name]?.count ?? 0) < Limits.ordersMax
    }

    private mutating func finishStep() -> CentralOutput {
        if !dirtyHalls.isEmpty {
            for hall in dirtyHalls.sortedKeys() { deal(hall) }
            dirtyHalls.removeAll()
        }
        if !refills.isEmpty {
            let names = refills.sortedKeys()
            refills.removeAll()
            for name in names.prefix(Limits.refillsAtOnce) { refill(name) }
            for name in names.dropFirst(Limits.refillsAtOnce) { refills.insert(name) }
        }
        if !unsent.isEmpty {
            for name in unsent.sortedKeys() { pumpOrders(name) }
            unsent.removeAll()
        }
        if !changedControllers.isEmpty {
            for name in changedControllers.sortedKeys() {
                if let record = controllers[name] { output.changes.append(.controller(record)) }
            }
            changedControllers.removeAll()
        }
        finishAppointments()
        if metaChanged {
            metaChanged = false
            output.changes.append(.meta(meta))
        }
        return output
    }
}

extension CentralMachine {
    @inline(__always)
    mutating func effect(_ effect: consuming CentralEffect) {
        output.effects.append(effect)
    }

    mutating func change(_ name: Name, _ body: (inout ControllerRecord) -> Void) {
        controllers.update(name) {
            body(&$0)
            changedControllers.insert(name)
        }
    }

    /// Writes an order into a controller's log and sends it when the controller listens.
    mutating func order(_ name: Name, _ order: Order) {
        guard let last = controllers.read(name, { $0.lastOrder }) else { return }
        let numbered = Numbered(last + 1, order)
        change(name) { $0.lastOrder += 1 }
        orders[name, default: []].append(numbered)
        output.changes.append(.order(controller: name, numbered))
        unsent.insert(name)
    }

    /// Gives up the connections on which an order or its acknowledgement got lost; on the next one the
    /// controller says what it has.
    private mutating func giveUpSilent() {
        owedDue = nil
        for (name, since) in owedSince {
            let due = since + Limits.acknowledgeSpan
            if now < due {
                owedDue = min(due, owedDue ?? due)
            } else if let id = links[name] {
                refuse(id, .silentPeer, "an order was not acknowledged for 30 s")
            }
        }
    }

    /// Sends a controller what it has not got yet, as far as the window allows.
    private mutating func pumpOrders(_ name: Name) {
        guard let id = links[name], let waiting = orders[name], let first = waiting.first?.number,
            let last = controllers.read(
                name,
                {
                    min($0.lastOrder, $0.ordersAcknowledged + UInt64(Limits.ordersInFlightMax))
                })
        else { return }
        var sent = max(sentOrder[name] ?? 0, first - 1)
        if sent < last, owedSince[name] == nil {
            owedSince[name] = now
            if owedDue == nil { owedDue = now + Limits.acknowledgeSpan }
        }
        while sent < last {
            effect(.send(id, .order(waiting[Int(sent + 1 - first)])))
            sent += 1
        }
        sentOrder[name] = sent
        lastTold[name] = max(lastTold[name] ?? 0, sent)
    }

    /// Stores a ticket and keeps the pool and the trays in step with it.
    mutating func put(_ held: CentralTicket) {
        let old = tickets.replace(held.ticket.id, with: held)
        if let old, old.state == .waiting { unindex(old) }
        if held.state == .waiting { index(held) }
        output.changes.append(.ticket(held))
    }

    mutating func forget(_ id: TicketID) {
        if let old = tickets[id], old.state == .waiting { unindex(old) }
        tickets[id] = nil
        wanted[id] = nil
        overtaken[id] = nil
        doomed.remove(id)
        output.changes.append(.forget(id))
    }

    private mutating func index(_ held: CentralTicket) {
        switch held.holder {
        case .central:
            guard let service = serviceOf[held.ticket.service] else { return }
            pool[service.hall, default: []].lineUp(held.ticket)
            dirtyHalls.insert(service.hall)
        case .controller(let name): trays[name, default: TicketLine([])].lineUp(held.ticket)
        }
    }

    private mutating func unindex(_ held: CentralTicket) {
        switch held.holder {
        case .central:
            guard let service = serviceOf[held.ticket.service] else { return }
            pool.update(service.hall) { $0.leave(held.ticket.id) }
        case .controller(let name): trays.update(name) { $0.leave(held.ticket) }
        }
    }

    mutating func countRank(_ rank: UInt64) {
        guard rank > meta.rank else { return }
        meta.rank = rank
        metaChanged = true
    }

    /// Tells the other controllers of a hall how far the order of issue has come.
    mutating func shareRank(hall: Name, except issuer: Name?) {
        send(.rank(meta.rank), to: connected(in: hall, except: issuer))
    }

    /// The links of a hall's other controllers, in order of the configuration.
    func connected(in hall: Name, except name: Name?) -> [LinkID] {
        controllers(in: hall).compactMap { $0.name == name ? nil : links[$0.name] }
    }

    mutating func send(_ message: CentralMessage, to ids: [LinkID]) {
        guard let first = ids.first else { return }
        effect(ids.count == 1 ? .send(first, message) : .sendAll(ids, message))
    }

    mutating func trimOrders(_ name: Name, through number: UInt64) {
        guard let first = orders[name]?.first?.number, first <= number else { return }
        orders.update(name) { $0.trim(through: number) }
        output.changes.append(.trimOrders(controller: name, through: number))
    }

    /// Says why, and ends the connection.
    mutating func refuse(_ id: LinkID, _ complaint: Complaint, _ detail: String) {
        effect(.event(.complaint(id, sessions[id]?.name, complaint, detail: detail)))
        effect(.send(id, .error(complaint, detail: detail)))
        effect(.close(id, complaint))
        drop(id)
    }

    mutating func drop(_ id: LinkID) {
        guard let session = sessions[id] else { return }
        sessions.remove(id)
        if let holder = session.holder { leave(holder) }
        reports.remove(id)
        answered.remove(id)
        boards.removeAll { $0 == id }
        guard let name = session.name, links[name] == id else { return }
        links[name] = nil
        owedSince.remove(name)
        lostAt[name] = now
        say(LinkLoss(controller: name, at: wall.time(at: now)))
    }
}
