// SPDX-License-Identifier: Apache-2.0

// Staying in step with the central: say the last number you have, receive the rest.

extension ControllerMachine {
    mutating func greet(_ id: LinkID) {
        if let old = link.id { effect(.close(old, .replaced)) }
        link = .greeting(id)
        let hello = Hello(
            version: protocolVersion, name: plan.name, epoch: meta.epoch, central: meta.central,
            applied: meta.ordersApplied, first: facts.first?.number ?? meta.lastFact + 1,
            last: meta.lastFact, acknowledged: meta.factsAcknowledged, day: meta.day,
            copied: meta.copied)
        effect(.send(id, .hello(hello)))
    }

    mutating func drop() {
        if link.isLive { effect(.event(.linkDown)) }
        link = .none
        owedSince = nil
        walkInsLeft.removeAll()
        trayChanged = true
        turnDayOffline()
    }

    mutating func receive(_ message: consuming CentralMessage, random: UInt32) {
        guard let id = link.id else { return }
        switch consume message {
        case .welcome(let welcome): welcomed(welcome, id, random: random)
        case .order(let order) where link.isLive: take(order, id)
        case .acknowledge(let number) where link.isLive: acknowledged(number, id)
        case .rank(let rank):
            if rank > meta.rank { meta.rank = rank }
        case .news(let call):
            news.insert(call, at: 0)
            if news.count > Limits.newsMax { news.removeLast() }
            if call.controller != plan.name { sharesHall = true }
            effect(.news(call))
        case .error(let complaint, let detail):
            effect(.event(.complaint(complaint, detail: detail)))
            if complaint == .epochSuperseded {
                beginEpoch(Epoch(random: random), reason: "the central knows a later one")
            }
            hangUp(id, .bye)
        case .bye: hangUp(id, .bye)
        case .ping: effect(.send(id, .pong))
        case .pong: break
        case .quota(let service, let left):
            if plan.knows(service) { walkInsLeft[service] = left }
        case .appointment(let reference, .valid(let service, let priority)):
            let isKnown = checked(reference) {
                $0.issue(service, priority, onSlip: SlipWish(code: $1.code))
            }
            if !isKnown { spokeOutOfTurn(id) }
        case .refused(let reference, let name, let detail):
            // A central that does not know its own day, or all of its tickets, has not judged the code.
            let isUnjudged =
                name == Refusal.settling.name || name == AppointmentRefusal.noTime.name
            let isKnown = checked(reference) {
                isUnjudged ? $0.uncheckedSlip($1) : .codeRefused(name: name, detail: detail)
            }
            if !isKnown { spokeOutOfTurn(id) }
        case .order, .acknowledge, .attached, .ticket, .done, .appointment: spokeOutOfTurn(id)
        }
    }

    private mutating func spokeOutOfTurn(_ id: LinkID) {
        effect(.event(.complaint(.unexpected, detail: "the central spoke out of turn")))
        hangUp(id, .bye)
    }

    private mutating func hangUp(_ id: LinkID, _ last: ClientMessage) {
        effect(.send(id, last))
        effect(.close(id, .unexpected))
        drop()
    }

    /// A fact or its acknowledgement got lost on the way: the next greeting says what is missing.
    mutating func giveUpLink() {
        guard let id = link.id else { return }
        let detail = "the central did not acknowledge a fact for 30 s"
        effect(.event(.complaint(.silentPeer, detail: detail)))
        hangUp(id, .bye)
    }

    private mutating func welcomed(_ welcome: Welcome, _ id: LinkID, random: UInt32) {
        guard case .greeting = link, welcome.version <= protocolVersion, welcome.version >= 1 else {
            effect(.event(.complaint(.unexpected, detail: "a welcome that was not asked for")))
            return hangUp(id, .bye)
        }
        // What was never sent the central can't have: one that has as many heard others.
        guard welcome.have <= meta.factsTold else {
            beginEpoch(
                Epoch(random: random),
                reason:
                    "the central has \(welcome.have) facts of this epoch, the disk here told only "
                    + "\(meta.factsTold): an old copy was put back")
            return hangUp(id, .bye)
        }
        meta.rank = max(meta.rank, welcome.rank)
        meta.factsAcknowledged = welcome.have
        metaChanged = true
        if meta.central != welcome.central {
            meta.central = welcome.central
            meta.ordersApplied = 0
            effect(.event(.newCentral(welcome.central)))
            report()
        }
        link = .live(id, sent: welcome.have)
        trayChanged = true
        effect(.event(.linkUp(central: welcome.central)))
    }

    /// States in full what is held here, for a central that may know otherwise.
    private mutating func report() {
        settleSlips()
        sendAll()
        append(.reportBegan)
        for booth in booths {
            append(
                booth.record.isOpen
                    ? .boothOpened(booth: booth.plan.number, services: booth.record.services)
                    : .boothClosed(booth: booth.plan.number))
        }
        for held in tickets.values.sorted(by: { $0.ticket.id < $1.ticket.id })
        where held.state.isAlive {
            append(.held(held.ticket, held.state, booth: held.booth))
        }
        for block in blocks { append(.holding(block)) }
        for mark in marks {
            append(.marked(day: mark.day, series: mark.series, through: mark.through))
        }
        append(.reportEnded)
    }

    /// Sends what the central has not got yet, as far as the window allows.
    mutating func pump() {
        guard case .live(let id, var sent) = link, sent < meta.lastFact else { return }
        guard let first = facts.first?.number else { return }
        sent = max(sent, first - 1)
        while sent < meta.lastFact {
            let fact = facts[Int(sent + 1 - first)]
            // A full statement is acknowledged as a whole, so the window must not stop inside it.
            let isInWindow = sent - min(sent, meta.factsAcknowledged) < Limits.factsInFlightMax
            guard isInWindow || fact.record.isPartOfReport else { break }
            effect(.send(id, .fact(fact)))
            sent += 1
        }
        link = .live(id, sent: sent)
        if owedSince == nil { owedSince = now }
        guard sent > meta.factsTold else { return }
        meta.factsTold = sent
        metaChanged = true
    }

    /// A finger is on a button: while the press is being told apart from a longer one, the central may
    /// bring the ticket whose turn it is from another tray of the hall. The press does not wait for it.
    mutating func reach(for number: BoothNumber) {
        guard case .live(let id, _) = link,
            let index = booths.firstIndex(where: { $0.plan.number == number }),
            booths[index].record.isOpen
        else { return }
        effect(.send(id, .reaching(number, due: dueLine(index))))
    }

    private mutating func acknowledged(_ number: UInt64, _ id: LinkID) {
        guard number <= meta.factsTold else {
            effect(.event(.complaint(.outOfOrder, detail: "a fact \(number) that was never sent")))
            return hangUp(id, .bye)
        }
        guard number > meta.factsAcknowledged else { return }
        meta.factsAcknowledged = number
        if case .live(_, let sent) = link { owedSince = number < sent ? now : nil }
        if facts.count - outboxCount > Limits.retainedFactsMax + 256 {
            trimFacts(keeping: Limits.retainedFactsMax)
        }
    }

    /// Begins a new life of the log: what is not acknowledged is told again under it, and what was in
    /// the tray on the central's word alone is left for the central to deal again.
    private mutating func beginEpoch(_ epoch: Epoch, reason: String) {
        settleSlips()
        sendAll()
        let outbox = facts.filter { $0.number > meta.factsAcknowledged }
        let own = Set(
            outbox.compactMap {
                if case .issued(let ticket, _) = $0.record { ticket.id } else { nil }
            })
        let times = untimed
        untimed = []
        meta.epoch = epoch
        meta.copied = []
        meta.central = nil
        meta.ordersApplied = 0
        meta.lastFact = 0
        meta.factsAcknowledged = 0
        meta.factsTold = 0
        facts = []
        output.changes.append(.clearFacts)
        for fact in outbox where !fact.record.isPartOfReport { retell(fact, times) }
        for held in tickets.values.sorted(by: { $0.ticket.id < $1.ticket.id })
        where (held.state == .waiting || held.state == .parked) && !own.contains(held.ticket.id) {
            if held.state == .waiting { removeFromTray(held.ticket.id) }
            forget(held.ticket.id)
        }
        for block in blocks { output.changes.append(.dropBlock(block.key)) }
        blocks = []
        metaChanged = true
        effect(.event(.newEpoch(epoch, reason: reason)))
    }

    // MARK: - Orders

    /// Stands in a fact about an ended ticket whose booth is no longer on record.
    static let boothUnknown: BoothNumber = 1

    private mutating func take(_ order: Numbered<Order>, _ id: LinkID) {
        guard order.number <= meta.ordersApplied + 1 else {
            let detail = "order \(order.number) came after \(meta.ordersApplied)"
            effect(.event(.complaint(.outOfOrder, detail: detail)))
            return hangUp(id, .bye)
        }
        if order.number == meta.ordersApplied + 1 {
            meta.ordersApplied = order.number
            metaChanged = true
            effect(.event(.order(order)))
            apply(order.record)
        }
        effect(.send(id, .acknowledge(meta.ordersApplied)))
    }

    private mutating func apply(_ order: Order) {
        switch order {
        case .deal(let ticket): dealt(ticket)
        case .withdraw(let id): withdraw(id)
        case .block(let block): take(block)
        case .mark(let day, let series, let through):
            let mark = SeriesMark(day: day, series: series, through: through)
            marks.removeAll { $0.day == day && $0.series == series }
            marks.append(mark)
            output.changes.append(.mark(mark))
        case .day(let day): turnDay(to: day)
        case .fence: obeyFence()
        case .cancel(let id, let reason, let service): obeyCancel(id, reason, service)
        }
    }

    private mutating func dealt(_ ticket: Ticket) {
        meta.rank = max(meta.rank, ticket.rank)
        if let held = tickets[ticket.id] {
            switch held.state {
            case .waiting: return
            case .called:
                return append(.called(booth: held.booth ?? Self.boothUnknown, ticket: held.ticket))
            case .parked:
                return append(
                    .parked(
                        booth: held.booth ?? Self.boothUnknown, ticket: ticket.id,
                        forSeconds: held.parkedForSeconds))
            case .finished:
                return append(.finished(booth: held.booth ?? Self.boothUnknown, ticket: ticket.id))
            case .noShow:
                return append(.noShow(booth: held.booth ?? Self.boothUnknown, ticket: ticket.id))
            case .cancelled: return append(.cancelled(ticket.id, .byClerk))
            case .moving:
                send(held)
                return
            case .transferred: break
            }
        }
        if ticket.day.count < meta.day.count {
            return append(.cancelled(ticket.id, .dayEnd))
        }
        guard tray.count < Limits.trayMax else {
            return append(.yielded(ticket.id, order: meta.ordersApplied))
        }
        keep(HeldTicket(ticket: ticket))
        putIntoTray(ticket)
    }

    /// Yields a ticket that waits here. One that does not has been called, ended or yielded already,
    /// and the facts on their way say so.
    private mutating func withdraw(_ id: TicketID) {
        guard let held = tickets[id], held.state == .waiting else { return }
        removeFromTray(id)
        forget(id)
        append(.yielded(id, order: meta.ordersApplied))
    }

    private mutating func take(_ block: Block) {
        if block.isLocal {
            for old in blocks where old.isLocal { output.changes.append(.dropBlock(old.key)) }
            blocks.removeAll { $0.isLocal }
        }
        guard block.isLocal || !block.day.isOver(by: meta.day), blocks.count < Limits.blocksMax,
            !blocks.contains(where: { $0.key == block.key })
        else { return }
        blocks.append(block)
        output.changes.append(.block(block))
    }

    private mutating func obeyFence() {
        settleSlips()
        sendAll()
        for held in tickets.values.sorted(by: { $0.ticket.id < $1.ticket.id })
        where held.state == .waiting || held.state == .parked {
            if held.state == .waiting { removeFromTray(held.ticket.id) }
            forget(held.ticket.id)
            append(.yielded(held.ticket.id, order: meta.ordersApplied))
        }
        for block in blocks where !block.isLocal {
            output.changes.append(.dropBlock(block.key))
        }
        blocks.removeAll { !$0.isLocal }
        append(.fenceDone)
    }
}

extension Fact {
    /// Whether the fact is a line of a full statement.
    public var isPartOfReport: Bool {
        switch self {
        case .reportBegan, .held, .holding, .marked, .reportEnded: true
        default: false
        }
    }
}
