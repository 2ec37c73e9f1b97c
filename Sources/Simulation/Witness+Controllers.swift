// SPDX-License-Identifier: Apache-2.0

// What a controller has committed, held against the promises.

import QueueCore

extension Witness {
    mutating func committed(_ changes: [ControllerChange], by controller: Int, isOnline: Bool) {
        let before = owed[controller]
        for place in changes.indices {
            committed(changes, place, by: controller, isOnline: isOnline)
        }
        keepBooths(changes, controller, as: before)
    }

    /// A log that is told again under another epoch changes nothing at a booth by itself.
    private mutating func keepBooths(
        _ changes: [ControllerChange], _ controller: Int, as before: [Int]
    ) {
        var isRetold = false
        var changed: Set<Int> = []
        for change in changes {
            if case .clearFacts = change { isRetold = true }
            if case .booth(let booth) = change { changed.insert(Int(booth.number)) }
        }
        guard isRetold else { return }
        for booth in before.indices where !changed.contains(booth) {
            owed[controller][booth] = before[booth]
        }
    }

    private mutating func committed(
        _ changes: [ControllerChange], _ place: Int, by controller: Int, isOnline: Bool
    ) {
        switch changes[place] {
        case .ticket(let held): keeps(held, controller)
        case .forget(let id):
            if let life = index[id] { lives[life].holders &= ~(1 << UInt8(controller)) }
        case .fact(let fact): noted(fact, controller, isOnline: isOnline)
        case .stamp(let number, let time):
            // What was told already stays as it was told: the history must have it so.
            if let place = unheard[controller].firstIndex(where: { $0.number == number }) {
                unheard[controller][place].at = time
            }
        case .clearFacts:
            lastFact[controller] = 0
            awaitsNumber[controller] = -1
            unheard[controller] = []
            heardUpTo[controller] = 0
            isInStatement[controller] = false
        case .meta, .booth, .forgetBooth, .block, .dropBlock, .mark, .dropMark, .passedOver, .slip,
            .dropSlip, .trimFacts:
            break
        }
    }

    private mutating func keeps(_ held: HeldTicket, _ controller: Int) {
        guard let life = index[held.ticket.id] else { return }
        let bit = UInt8(1) << UInt8(controller)
        guard held.state.isAlive else {
            lives[life].holders &= ~bit
            return
        }
        lives[life].holders |= bit
        if held.state == .moving { goesOn(life, controller, held) }
        if lives[life].holders != bit, !hasForgotten, !hasFenced {
            fail(1, "\(name(life)) is in two trays, one of them that of \(names[controller])")
        }
    }

    private mutating func noted(_ fact: Numbered<Fact>, _ controller: Int, isOnline: Bool) {
        if fact.number != lastFact[controller] + 1 {
            fail(5, "\(names[controller]) wrote fact \(fact.number) after \(lastFact[controller])")
        }
        lastFact[controller] = fact.number
        mix(fact.number << 8 | UInt64(controller))
        if case .reportBegan = fact.record { isInStatement[controller] = true }
        if !isInStatement[controller], !hasForgotten { unheard[controller].append(fact) }
        if case .reportEnded = fact.record {
            isInStatement[controller] = false
            tally.count(.statementMade)
        }
        if awaitsNumber[controller] >= 0 { checkNumber(fact.record, controller) }
        happened(fact.record, controller, isOnline: isOnline)
        if scenario.checksReports { enter(fact.record, controller) }
    }

    private mutating func happened(_ fact: Fact, _ controller: Int, isOnline: Bool) {
        switch fact {
        case .issued(let ticket, let origin):
            // Told again under a new epoch, it is no new ticket.
            let isNew = index[ticket.id] == nil
            if isNew { issuedHere(ticket, controller, isOnline: isOnline) }
            if isNew, let origin { numbered(ticket, from: origin) }
        case .called(let booth, let ticket):
            called(ticket, controller, booth, isOnline: isOnline)
        case .recalled: tally.count(.recalled)
        case .finished(let booth, let id):
            checkStep(id, controller, booth)
            ended(id, controller, booth, .finished)
        case .noShow(let booth, let id):
            tally.count(.noShow)
            ended(id, controller, booth, .noShow)
            if let life = index[id] { lives[life].leftAt = now }
        case .parked(let booth, let id, _):
            tally.count(.parked)
            leaves(id, controller, booth, .parked)
        case .returned(let id):
            tally.count(.returned)
            if let life = index[id] { lives[life].waitsSince = now }
            returned(id, controller)
        case .transferred(let booth, let id, let service, let isKept, let isReturned):
            if let life = index[id] { lives[life].service = service }
            ending[id] = nil
            tally.count(isKept ? .transferKept : .transferredAway)
            if isReturned { tally.count(.givenBack) }
            leaves(id, controller, booth, .waiting)
            sent(id, controller, to: service)
        case .cancelled(let id, let reason):
            if reason == .byClerk { tally.count(.cancelledByClerk) }
            if reason == .sessionEnd { judgeEnd(id) }
            if reason == .notPrinted { tally.count(.cancelledUnprinted) }
            if let life = index[id] { lives[life].wasVoided = true }
            for booth in 1..<26 { leaves(id, controller, BoothNumber(booth), .cancelled) }
        case .undone(let booth, let uncalled, let restored):
            undone(booth, uncalled, restored, controller)
        case .yielded: tally.count(.yielded)
        case .boothOpened: tally.count(.boothOpened)
        case .boothClosed: tally.count(.boothClosed)
        case .arrived(let id, let code): arrived(id, code)
        case .spoiled(let number, let day): spoiled(number, day)
        case .dayTurned(let day): dayTurned(day, controller, isOnline: isOnline)
        case .fenceDone: tally.count(.fenceObeyed)
        case .reportBegan, .held, .holding, .marked, .reportEnded: break
        }
    }

    private mutating func issuedHere(_ ticket: Ticket, _ controller: Int, isOnline: Bool) {
        issued(ticket)
        if let life = index[ticket.id] { lives[life].holders |= 1 << UInt8(controller) }
        tally.count(.issuedAtController)
        if !isOnline { tally.count(.issuedOffline) }
        let isLocal = !scenario.services.contains { $0.series == ticket.number.series }
        if isLocal { tally.count(.numberedLocally) }
        if ticket.rank <= lastRank[controller], !hasForgotten {
            fail(8, "\(ticket.number) has order \(ticket.rank), not after \(lastRank[controller])")
        }
        lastRank[controller] = ticket.rank
    }

    private mutating func called(
        _ ticket: Ticket, _ controller: Int, _ booth: BoothNumber, isOnline: Bool
    ) {
        let life = life(of: ticket)
        let place = Int8(controller)
        let isSame = lives[life].caller == place && lives[life].booth == booth
        if spoiledSlips.contains(ticket.id), !hasForgotten {
            fail(3, "\(ticket.number) is called, and its slip was not printed")
        }
        let isDouble =
            (lives[life].state == .called && !isSame)
            || (lives[life].endedAt >= 0 && lives[life].endedAt != place)
        if isDouble {
            doubleCalls.insert(ticket.id)
            if !hasForgotten, !hasFenced {
                fail(
                    1,
                    "\(ticket.number) is called at booth \(booth) of \(names[controller]) "
                        + "after booth \(lives[life].booth) of \(names[max(0, Int(lives[life].caller))])"
                )
            }
        }
        tally.count(.called)
        if !isOnline { tally.count(.calledOffline) }
        if lives[life].wasVoided, lives[life].state == .cancelled, !hasForgotten, !hasFenced {
            fail(3, "\(ticket.number) is called though it was cancelled")
        }
        if let holder = doomed[ticket.id], holder != controller,
            lives[life].caller != Int8(holder), !hasForgotten
        {
            fail(3, "\(ticket.number), cancelled before, is called by \(names[controller])")
        }
        judgeEnded(ticket, controller)
        lives[life].state = .called
        lives[life].caller = place
        lives[life].booth = booth
        lives[life].calledAt = now
        lives[life].endedAt = -1
        lives[life].mustBeCalled = false
        lives[life].calledFor = ticket.service
        owe(life, controller, booth)
        noteOrder(life)
    }

    mutating func owe(_ life: Int, _ controller: Int, _ booth: BoothNumber) {
        owed[controller][Int(booth)] = life
        owedSince[controller][Int(booth)] = now
    }

    private mutating func leaves(
        _ id: TicketID, _ controller: Int, _ booth: BoothNumber, _ state: TicketState
    ) {
        guard let life = index[id] else { return }
        lives[life].state = state
        lives[life].waitsSince = now
        if !state.isAlive { unqueue(life) }
        if owed[controller][Int(booth)] == life { owe(-1, controller, booth) }
    }

    private mutating func ended(
        _ id: TicketID, _ controller: Int, _ booth: BoothNumber, _ state: TicketState
    ) {
        leaves(id, controller, booth, state)
        if let life = index[id] { lives[life].endedAt = Int8(controller) }
    }

    /// How many of those issued before still wait. Only those count that were issued since all are
    /// online: what was numbered apart comes together in the order of its ranks.
    private mutating func noteOrder(_ life: Int) {
        guard let queue = queue(lives[life].ticket), let place = unqueue(life), isCalm,
            lives[life].issuedAt > calmSince
        else { return }
        let earlier = queues[queue].prefix(place).count { lives[Int($0)].issuedAt > calmSince }
        if scenario.isLifelike {
            tally.order.count(earlier)
        } else {
            tally.strainedOrder.count(earlier)
        }
    }

    private mutating func undone(
        _ booth: BoothNumber, _ uncalled: TicketID?, _ restored: TicketID?, _ controller: Int
    ) {
        tally.count(.undone)
        if let id = uncalled {
            leaves(id, controller, booth, .waiting)
            if let life = index[id] { lives[life].mustBeCalled = true }
        }
        owe(-1, controller, booth)
        guard let id = restored, let life = index[id] else { return }
        undone(life, at: controller)
        lives[life].state = .called
        lives[life].caller = Int8(controller)
        lives[life].booth = booth
        lives[life].endedAt = -1
        owe(life, controller, booth)
    }

    private mutating func dayTurned(_ day: ServiceDay, _ controller: Int, isOnline: Bool) {
        if !isOnline { tally.count(.dayTurnedOffline) }
        if day.part > 1 { tally.count(.sessionBegan) }
        if day > trueDay {
            fail(8, "\(names[controller]) began day \(day) though it is day \(trueDay)")
        }
    }

    /// What a booth shows or is told to show.
    func owedText(_ controller: Int, _ booth: BoothNumber) -> String {
        let life = owed[controller][Int(booth)]
        return life < 0 ? BoothSign.dashes.text : name(life)
    }

    /// A disk was changed by hand: a booth's last call is what that disk says now.
    mutating func reread(_ rows: ControllerSnapshot, _ controller: Int) {
        for booth in owed[controller].indices { owe(-1, controller, BoothNumber(booth)) }
        for life in lives.indices { lives[life].holders &= ~(1 << UInt8(controller)) }
        for held in rows.tickets where held.state.isAlive {
            let life = life(of: held.ticket)
            lives[life].holders |= 1 << UInt8(controller)
        }
        for booth in rows.booths {
            guard let id = booth.current, let life = index[id],
                rows.tickets.contains(where: { $0.ticket.id == id && $0.state == .called })
            else { continue }
            owe(life, controller, booth.number)
        }
        lastFact[controller] = rows.meta.lastFact
        lastRank[controller] = 0
        unheard[controller] = []
        heardUpTo[controller] = 0
        blurTurns(controller)
    }
}
