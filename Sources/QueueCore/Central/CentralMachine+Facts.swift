// SPDX-License-Identifier: Apache-2.0

// What the controllers' facts mean for the central.

extension CentralMachine {
    /// Applies a fact once, in order, and acknowledges it; a full statement only when it is complete.
    mutating func take(_ fact: Numbered<Fact>, _ id: LinkID) {
        guard let name = sessions[id]?.name,
            let (have, known) = controllers.read(name, { ($0.have, $0.epoch) }), let epoch = known
        else { return }
        let buffered = reports[id]?.count ?? 0
        let expected = have + UInt64(buffered) + 1
        guard fact.number <= expected else {
            return refuse(id, .outOfOrder, "fact \(fact.number) came after \(expected - 1)")
        }
        guard fact.number == expected else {
            return effect(.send(id, .acknowledge(have)))
        }
        if buffered > 0 || fact.record.beginsReport {
            guard buffered < Limits.reportMax else {
                return refuse(id, .outOfOrder, "a statement of more than \(buffered) lines")
            }
            reports[id, default: []].append(fact)
            guard fact.record == .reportEnded, let report = reports[id] else { return }
            reports.remove(id)
            // An older statement is followed by one made for this central; that one is true.
            if report[0].number > statementAfter[name] ?? 0 {
                apply(report: report, of: name, epoch)
            }
        } else {
            record(.fact(controller: name, epoch: epoch, fact))
            apply(fact.record, of: name)
        }
        change(name) {
            if $0.heard == $0.have { $0.heard = fact.number }
            $0.have = fact.number
        }
        effect(.send(id, .acknowledge(fact.number)))
    }

    /// Tells a controller to drop a ticket that is no longer its own.
    private mutating func takeBack(_ id: TicketID, from name: Name) {
        order(name, .withdraw(id))
    }

    private mutating func apply(_ fact: Fact, of name: Name) {
        if let hall = hallOf[name] { dirtyHalls.insert(hall) }
        switch fact {
        case .issued(let ticket, let origin): issued(ticket, from: origin, by: name)
        case .called(let booth, let ticket): called(ticket, booth, by: name)
        case .recalled(let booth, let id, _): tell(id, booth, name)
        case .finished(let booth, let id): move(id, of: name, to: .finished, booth)
        case .noShow(let booth, let id): move(id, of: name, to: .noShow, booth)
        case .parked(let booth, let id, _): move(id, of: name, to: .parked, booth)
        case .returned(let id): returned(id, of: name)
        case .transferred(let booth, let id, let service, let isKept, let isReturned):
            guard let held = own(id, name) else {
                if isKept { takeBack(id, from: name) }
                return
            }
            transfer(held, to: service, isKept: isKept, isReturned: isReturned)
            leave(booth, of: name, id)
        case .cancelled(let id, _): move(id, of: name, to: .cancelled, nil)
        case .undone(let booth, let uncalled, let restored):
            undone(booth, uncalled, restored, of: name)
        case .yielded(let id, let order): yielded(id, by: name, order)
        case .boothOpened(let booth, let services): note(booth, services, of: name)
        case .boothClosed(let booth): note(booth, nil, of: name)
        case .arrived(let id, let code): arrived(id, code, at: name)
        case .spoiled(let number, let day): spoiled(number, day, by: name)
        case .dayTurned(let day): dayTurned(day, of: name)
        case .fenceDone: unfence(name)
        case .reportBegan, .held, .holding, .marked, .reportEnded: break
        }
    }

    /// A ticket whose record is this controller's, in a state that `fact` may follow.
    private func own(_ id: TicketID, _ name: Name) -> CentralTicket? {
        guard let held = tickets[id], held.holder == .controller(name) else { return nil }
        return held
    }

    private mutating func move(
        _ id: TicketID, of name: Name, to state: TicketState, _ booth: BoothNumber?
    ) {
        guard var held = own(id, name) else { return noteStray(id, of: name) }
        held.state = state
        held.isWithdrawing = false
        if let booth { held.booth = booth }
        put(held)
        if let booth = held.booth { leave(booth, of: name, id) }
    }

    /// A controller told something of a ticket that it had given away: it has forgotten that it did.
    private mutating func noteStray(_ id: TicketID, of name: Name) {
        guard let held = tickets[id], held.state.isAlive,
            controllers.read(name, { $0.isFenced }) != true,
            !conflicts.contains(where: { $0.ticket == id && $0.caller == name })
        else { return }
        record(.dealtAgain(id, lostBy: name))
    }

    private mutating func issued(_ ticket: Ticket, from origin: TicketID?, by name: Name) {
        countRank(ticket.rank)
        noteIssued(ticket, by: name)
        guard tickets[ticket.id] == nil else { return }
        put(
            CentralTicket(
                ticket: ticket, state: origin == nil ? .waiting : .moving,
                holder: .controller(name)))
        bringHome(ticket.id)
        if origin == nil { countIssued(ticket) }
        if let hall = hallOf[name] { shareRank(hall: hall, except: name) }
    }

    private mutating func called(_ ticket: Ticket, _ booth: BoothNumber, by name: Name) {
        countRank(ticket.rank)
        lastCalled[ticket.number] = now
        wanted[ticket.id] = nil
        overtaken[ticket.id] = nil
        reached[name] = nil
        // The call came before the end of the session.
        if doomed[ticket.id] == .sessionEnd { doomed.remove(ticket.id) }
        guard let held = tickets[ticket.id] else {
            if !isSettling, ticket.day.count < meta.day.count {
                // It ended in other hands, and its day is over.
                conflict(CentralTicket(ticket: ticket), name, booth)
            }
            put(
                CentralTicket(
                    ticket: ticket, state: .called, holder: .controller(name), booth: booth))
            return arrive(booth, of: name, ticket)
        }
        if held.state == .cancelled {
            // A supervisor did it while the controller was gone.
            return conflict(held, name, booth)
        }
        if held.holder == .controller(name) {
            noteOvertaking(ticket, by: name)
            // Its log would have told what came in between: it has forgotten its first call.
            if held.state == .finished || (held.state == .called && held.booth != booth) {
                record(.dealtAgain(ticket.id, lostBy: name))
            }
        } else {
            let isReplay = held.state == .waiting && ticket.rank <= meta.unsettledRank
            if !isReplay { conflict(held, name, booth) }
            if held.state != .waiting { return }
            if case .controller(let other) = held.holder { takeBack(ticket.id, from: other) }
        }
        var now = held
        if held.holder != .controller(name) { now.dealtBy = 0 }
        now.ticket = ticket
        now.state = .called
        now.holder = .controller(name)
        now.booth = booth
        now.isWithdrawing = false
        put(now)
        arrive(booth, of: name, ticket)
    }

    private mutating func conflict(_ held: CentralTicket, _ name: Name, _ booth: BoothNumber) {
        let conflict = Conflict(
            ticket: held.ticket.id, number: held.ticket.number,
            holder: held.state == .cancelled ? .central : held.holder,
            holderBooth: held.state == .waiting ? nil : held.booth, caller: name, callerBooth: booth
        )
        conflicts.append(conflict)
        if conflicts.count > Limits.conflictsMax { conflicts.removeFirst() }
        record(.conflict(conflict))
    }

    private mutating func returned(_ id: TicketID, of name: Name) {
        guard var held = own(id, name) else { return takeBack(id, from: name) }
        guard held.state == .parked || held.state == .noShow else { return }
        held.state = .waiting
        held.ticket.returned = true
        put(held)
    }

    private mutating func undone(
        _ booth: BoothNumber, _ uncalled: TicketID?, _ restored: TicketID?, of name: Name
    ) {
        if let uncalled {
            if var held = own(uncalled, name) {
                held.state = .waiting
                put(held)
                leave(booth, of: name, uncalled)
            } else {
                takeBack(uncalled, from: name)
            }
        }
        if let restored, var held = own(restored, name) {
            held.state = .called
            held.booth = booth
            put(held)
            arrive(booth, of: name, held.ticket, isNews: false)
        }
    }

    private mutating func yielded(_ id: TicketID, by name: Name, _ order: UInt64) {
        guard var held = own(id, name), order >= held.dealtBy,
            held.state == .waiting || held.state == .parked
        else { return }
        held.state = .waiting
        held.holder = .central
        held.isWithdrawing = false
        putBack(held)
    }

    /// A ticket is the central's again, unless a supervisor has meanwhile declared it void.
    mutating func putBack(_ held: CentralTicket) {
        if let reason = doomed[held.ticket.id] { return void(held, reason) }
        put(held)
    }

    // MARK: - Booths

    private mutating func note(_ number: BoothNumber, _ services: BoothServices?, of name: Name) {
        var list = booths[name] ?? []
        var booth =
            list.first { $0.number == number }
            ?? BoothRecord(number: number, isOpen: false, services: [])
        booth.isOpen = services != nil
        if let services { booth.services = services }
        list.removeAll { $0.number == number }
        list.append(booth)
        list.sort { $0.number < $1.number }
        booths[name] = list
        capacities[name] = Capacity(of: list)
        output.changes.append(.booth(CentralBooth(controller: name, booth: booth)))
    }

    private mutating func arrive(
        _ number: BoothNumber, of name: Name, _ ticket: Ticket, isNews: Bool = true
    ) {
        set(number, of: name, to: ticket.id)
        if isNews { tell(ticket.id, number, name) }
    }

    private mutating func leave(_ number: BoothNumber, of name: Name, _ id: TicketID) {
        guard booths[name]?.contains(where: { $0.number == number && $0.current == id }) == true
        else { return }
        set(number, of: name, to: nil)
    }

    private mutating func set(_ number: BoothNumber, of name: Name, to id: TicketID?) {
        booths.update(name) { list in
            guard let index = list.firstIndex(where: { $0.number == number }) else { return }
            list[index].current = id
            output.changes.append(.booth(CentralBooth(controller: name, booth: list[index])))
        }
    }

    /// Tells a call to hall boards and to the hall's other controllers.
    private mutating func tell(_ id: TicketID, _ booth: BoothNumber, _ name: Name) {
        guard let ticket = tickets[id]?.ticket, let hall = hallOf[name] else { return }
        let call = News(hall: hall, controller: name, booth: booth, number: ticket.number)
        news[hall, default: []].tell(call)
        send(.news(call), to: connected(in: hall, except: name) + boards)
    }

    // MARK: - Fences

    mutating func fence(_ name: Name) -> Reply {
        guard let known = controllers[name] else { return .refused(.unknownController(name)) }
        guard !known.isFenced else { return .refused(.alreadyFenced(name)) }
        let taken = tickets.values.filter {
            $0.holder == .controller(name) && $0.state.isAlive && $0.state != .called
        }
        change(name) { $0.isFenced = true }
        record(.fenced(name, tickets: taken.count))
        for held in taken.sorted(by: { $0.ticket.id < $1.ticket.id }) {
            var held = held
            held.state = .waiting
            held.isWithdrawing = false
            // It stays in the hands that may yet call it: its number is not free.
            if let reason = doomed[held.ticket.id] {
                void(held, reason)
                continue
            }
            held.holder = .central
            put(held)
        }
        order(name, .fence)
        settleIfAllReported()
        return .fenced(name, tickets: taken.count)
    }

    private mutating func unfence(_ name: Name) {
        guard controllers[name]?.isFenced == true else { return }
        change(name) { $0.isFenced = false }
        burnBlocks(of: .controller(name), except: [], reason: .fenced(name))
        effect(.event(.unfenced(name)))
        refills.insert(name)
    }

    // MARK: - Full statements

    /// Takes a controller's word for what it holds, and deals again what it has forgotten.
    private mutating func apply(report: [Numbered<Fact>], of name: Name, _ epoch: Epoch) {
        var heard: Set<TicketID> = []
        var blocksHeard: Set<BlockKey> = []
        for fact in report {
            switch fact.record {
            case .held(let ticket, let state, let booth):
                heard.insert(ticket.id)
                adopt(ticket, state, booth, of: name)
            case .holding(let block):
                blocksHeard.insert(block.key)
                adopt(block, of: name)
            case .marked(let day, let series, let through):
                hear(mark: day, series, through, of: name)
            case .boothOpened(let booth, let services): note(booth, services, of: name)
            case .boothClosed(let booth): note(booth, nil, of: name)
            default: break
            }
        }
        let lost = tickets.values.filter {
            $0.holder == .controller(name) && $0.state.isAlive && !heard.contains($0.ticket.id)
        }
        for held in lost.sorted(by: { $0.ticket.id < $1.ticket.id }) {
            dealAgain(held, lostBy: name)
        }
        bringAllHome(from: name)
        burnBlocks(
            of: .controller(name), except: blocksHeard, reason: .forgotten(name))
        change(name) { $0.hasReported = true }
        effect(.event(.reported(name, tickets: heard.count, lost: lost.count)))
        settleIfAllReported()
        refills.insert(name)
        sendMarks(name)
        if let hall = hallOf[name] { dirtyHalls.insert(hall) }
    }

    private mutating func adopt(
        _ ticket: Ticket, _ state: TicketState, _ booth: BoothNumber?, of name: Name
    ) {
        countRank(ticket.rank)
        countSeries(ticket.day, ticket.number.series, ticket.number.value)
        let mine = CentralTicket(
            ticket: ticket, state: state, holder: .controller(name), booth: booth)
        guard let held = tickets[ticket.id] else {
            put(mine)
            if state == .called, let booth { set(booth, of: name, to: ticket.id) }
            return
        }
        if held.holder == .controller(name), !held.state.isAlive, state == .waiting {
            // Its log would have told of an undo: it came back from an old copy.
            takeBack(ticket.id, from: name)
        } else if held.state != .cancelled
            && (held.holder == .controller(name)
                || (held.holder == .central && held.state == .waiting))
        {
            var mine = mine
            if held.state == .called, state == .waiting {
                // Its log would have told of an undo: it has forgotten the call.
                mine.ticket.dealtAgain = true
                record(.dealtAgain(ticket.id, lostBy: name))
            }
            put(mine)
            if state == .called, let booth { set(booth, of: name, to: ticket.id) }
        } else if state == .called, let booth {
            conflict(held, name, booth)
            guard held.state == .waiting, let other = held.holder.controller else { return }
            takeBack(ticket.id, from: other)
            put(mine)
            set(booth, of: name, to: ticket.id)
        } else {
            takeBack(ticket.id, from: name)
        }
    }

    private mutating func dealAgain(_ held: CentralTicket, lostBy name: Name) {
        var held = held
        held.isWithdrawing = false
        if held.state == .called {
            held.state = .finished
            if let booth = held.booth { leave(booth, of: name, held.ticket.id) }
        } else {
            held.state = .waiting
            held.holder = .central
            held.ticket.dealtAgain = true
            if doomed[held.ticket.id] == nil {
                record(.dealtAgain(held.ticket.id, lostBy: name))
            }
        }
        putBack(held)
    }
}
