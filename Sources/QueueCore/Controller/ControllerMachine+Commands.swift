// SPDX-License-Identifier: Apache-2.0

// What a person asks of a controller, from a press to its reply.

extension ControllerMachine {
    mutating func press(_ number: BoothNumber, _ gesture: Gesture, _ request: RequestID?) {
        guard let index = booths.firstIndex(where: { $0.plan.number == number }) else {
            return answer(.refused(.unknownBooth(number)), request, booth: number)
        }
        guard let action = booths[index].plan.gestures[gesture] else {
            return answer(.refused(.gestureUnused(gesture)), request, booth: number)
        }
        let reply =
            switch action {
            case .next: callNext(index)
            case .recall: recall(index)
            case .noShow: endCurrent(index, as: .noShow)
            case .undo: undo(index)
            }
        answer(reply, request, booth: number)
    }

    mutating func obey(_ command: ControllerCommand, _ request: RequestID) {
        switch command {
        case .take(let service, let priority):
            answer(issueWalkIn(service, priority), request, booth: nil)
        case .arrive(let service, let priority, let code):
            answer(issue(service, priority, for: code), request, booth: nil)
        case .slip(let service, let priority):
            answer(issueWalkIn(service, priority, onSlip: SlipWish()), request, booth: nil)
        case .codeSlip(let code, let service): slip(for: code, otherwise: service, request)
        case .slipPrinted(let id): answer(printed(id), request, booth: nil)
        case .slipFailed(let id): answer(spoiled(id), request, booth: nil)
        case .cancel(let number):
            answer(cancel(number), request, booth: nil)
        case .next(let booth): atBooth(booth, request) { $0.callNext($1) }
        case .recall(let booth): atBooth(booth, request) { $0.recall($1) }
        case .call(let booth, let number): atBooth(booth, request) { $0.call(number, $1) }
        case .noShow(let booth): atBooth(booth, request) { $0.endCurrent($1, as: .noShow) }
        case .finish(let booth): atBooth(booth, request) { $0.endCurrent($1, as: .finished) }
        case .park(let booth, let seconds): atBooth(booth, request) { $0.park($1, seconds) }
        case .transfer(let booth, let service):
            atBooth(booth, request) { $0.transfer($1, to: service) }
        case .giveBack(let booth): atBooth(booth, request) { $0.giveBack($1) }
        case .readmit(let number): answer(readmit(number), request, booth: nil)
        case .undo(let booth): atBooth(booth, request) { $0.undo($1) }
        case .open(let booth): atBooth(booth, request) { $0.open($1) }
        case .close(let booth): atBooth(booth, request) { $0.close($1) }
        }
    }

    private mutating func atBooth(
        _ number: BoothNumber, _ request: RequestID,
        _ action: (inout ControllerMachine, Int) -> Reply
    ) {
        guard let index = booths.firstIndex(where: { $0.plan.number == number }) else {
            return answer(.refused(.unknownBooth(number)), request, booth: number)
        }
        answer(action(&self, index), request, booth: number)
    }

    private mutating func answer(_ reply: Reply, _ request: RequestID?, booth: BoothNumber?) {
        if case .refused(let refusal) = reply, let booth {
            effect(.event(.refused(booth, refusal)))
        }
        if let request { effect(.reply(request, reply)) }
    }

    /// Whether what a press may need to tell the central still fits the outbox.
    var hasOutboxRoom: Bool { outboxCount + moves.count + 8 <= Limits.outboxMax }

    // MARK: - Calls

    /// Ends the ticket at the booth and calls the one whose turn it is.
    mutating func callNext(_ index: Int) -> Reply {
        let number = booths[index].plan.number
        if let calledAt = booths[index].calledAt, now < calledAt + plan.guardSpan {
            return .refused(.guardTime(remaining: calledAt + plan.guardSpan - now))
        }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        if !booths[index].record.isOpen { _ = open(index) }
        // What an earlier press here kept back can't be taken back any more: it waits like the others.
        if !moves.isEmpty { sendAll(from: number) }
        let previous = finishCurrent(index)
        let waiting = takeTurn(index)
        guard let ticket = waiting ?? hurry(for: index, except: previous?.ticket.id) else {
            booths[index].calledAt = nil
            remember(index, restored: previous?.ticket.id)
            show(index, attention: false)
            return .nobodyWaits(number, finished: previous?.ticket.number)
        }
        removeFromTray(ticket.id)
        place(HeldTicket(ticket: ticket), at: index, instead: previous?.ticket.id)
        return .called(number, ticket.number)
    }

    /// Calls a ticket by its number, whether it waits, is away for a while or was a no-show.
    mutating func call(_ number: TicketNumber, _ index: Int) -> Reply {
        let booth = booths[index].plan.number
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        guard var held = find(number) else { return .refused(.unknownNumber(number)) }
        if held.state == .moving, plan.serves(held.ticket.service) { held = send(held) }
        switch held.state {
        case .waiting: removeFromTray(held.ticket.id)
        case .parked: returnsAt[held.ticket.id] = nil
        case .noShow: lateUntil[held.ticket.id] = nil
        case .transferred, .moving: return .refused(.numberElsewhere(number, holder: .central))
        case .called where held.booth == booth: return recall(index)
        case .called, .finished, .cancelled:
            return .refused(.numberNotCallable(number, held.state, booth: held.booth))
        }
        if !booths[index].record.isOpen { _ = open(index) }
        let previous = finishCurrent(index)
        place(held, at: index, instead: previous?.ticket.id)
        return .called(booth, number)
    }

    mutating func recall(_ index: Int) -> Reply {
        let booth = booths[index].plan.number
        guard var held = current(index) else { return .refused(.boothHasNoTicket(booth)) }
        guard Int(held.recalls) < plan.recallMax else {
            return .refused(.recallLimit(plan.recallMax))
        }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        held.recalls += 1
        keep(held)
        append(.recalled(booth: booth, ticket: held.ticket.id, count: held.recalls))
        show(index, attention: true)
        return .recalled(booth, held.ticket.number, count: Int(held.recalls))
    }

    mutating func endCurrent(_ index: Int, as state: TicketState) -> Reply {
        let booth = booths[index].plan.number
        guard let held = current(index) else { return .refused(.boothHasNoTicket(booth)) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        let id = held.ticket.id
        guard state == .noShow else {
            let goesOn = finish(held, at: booth)
            clear(index, restored: id)
            return goesOn ?? .ended(booth, held.ticket.number, .finished)
        }
        lateUntil[id] = now + plan.lateReturnSpan
        end(held, as: .noShow, fact: .noShow(booth: booth, ticket: id))
        clear(index, restored: id)
        return .ended(booth, held.ticket.number, state)
    }

    /// Takes back the last press at the booth, within a few seconds.
    mutating func undo(_ index: Int) -> Reply {
        let booth = booths[index].plan.number
        guard let undo = booths[index].undo, now <= undo.pressedAt + plan.undoSpan,
            stands(undo, at: index)
        else { return .refused(.nothingToUndo(booth)) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        if let id = undo.uncalled, var held = tickets[id] {
            held.state = .waiting
            held.booth = nil
            held.recalls = 0
            keep(held)
            putIntoTray(held.ticket)
        }
        var shown: TicketNumber?
        if let id = undo.restored, var held = tickets[id] {
            if let before = moves[id]?.before { held.ticket = before }
            if let new = undo.renumbered, let other = tickets[new] { cancel(other, .undone) }
            held.state = .called
            held.booth = booth
            keep(held)
            returnsAt[id] = nil
            moves[id] = nil
            lateUntil[id] = nil
            shown = held.ticket.number
        }
        append(.undone(booth: booth, uncalled: undo.uncalled, restored: undo.restored))
        booths[index].record.current = shown == nil ? nil : undo.restored
        booths[index].undo = nil
        booths[index].calledAt = nil
        output.changes.append(.booth(booths[index].record))
        show(index, attention: false)
        return .undone(booth, shows: shown)
    }

    /// Whether both tickets of a press are still as it left them: one that has since returned from
    /// its absence, or was called at another booth, has a life of its own.
    private func stands(_ undo: Undo, at index: Int) -> Bool {
        let booth = booths[index].plan.number
        if let id = undo.uncalled, current(index)?.ticket.id != id { return false }
        guard let id = undo.restored else { return true }
        guard let held = tickets[id], held.booth == booth else { return false }
        if let new = undo.renumbered, tickets[new]?.state != .moving { return false }
        return held.state == .finished || held.state == .noShow || held.state == .parked
            || held.state == .moving
    }

    mutating func cancel(_ number: TicketNumber) -> Reply {
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        guard let held = find(number) else { return .refused(.unknownNumber(number)) }
        guard held.state.isAlive else {
            return .refused(.numberNotCallable(number, held.state, booth: held.booth))
        }
        cancel(held, .byClerk)
        return .cancelled(number)
    }

    mutating func cancel(_ held: HeldTicket, _ reason: CancelReason) {
        let id = held.ticket.id
        if held.state == .waiting { removeFromTray(id) }
        returnsAt[id] = nil
        if held.state == .moving { trayChanged = true }
        moves[id] = nil
        end(held, as: .cancelled, fact: .cancelled(id, reason))
        if let index = booths.firstIndex(where: { $0.record.current == id }) {
            clear(index, restored: nil)
        }
    }

    // MARK: - Absence and transfer

    mutating func park(_ index: Int, _ seconds: Int64?) -> Reply {
        let booth = booths[index].plan.number
        let longest = Limits.parkMax.microseconds / 1_000_000
        let span = seconds ?? Int64(plan.parkSeconds)
        guard span >= 1, span <= longest else {
            return .refused(.parkTooLong(seconds: longest))
        }
        guard var held = current(index) else { return .refused(.boothHasNoTicket(booth)) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        let id = held.ticket.id
        held.parkedForSeconds = UInt32(span)
        returnsAt[id] = now + .seconds(span)
        end(
            held, as: .parked,
            fact: .parked(booth: booth, ticket: id, forSeconds: held.parkedForSeconds))
        clear(index, restored: id)
        return .ended(booth, held.ticket.number, .parked)
    }

    mutating func returnParked() {
        guard !returnsAt.isEmpty else { return }
        let due = returnsAt.sortedKeys().filter { returnsAt[$0].map { $0 <= now } ?? false }
        for id in due {
            returnsAt[id] = nil
            guard var held = tickets[id], held.state == .parked else { continue }
            held.state = .waiting
            held.booth = nil
            held.recalls = 0
            held.ticket.returned = true
            keep(held)
            putIntoTray(held.ticket)
            append(.returned(id))
        }
    }

    mutating func transfer(_ index: Int, to service: Name) -> Reply {
        let booth = booths[index].plan.number
        guard plan.knows(service) else { return .refused(.unknownService(service)) }
        guard let held = current(index) else { return .refused(.boothHasNoTicket(booth)) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        move(held, to: service)
        clear(index, restored: held.ticket.id)
        return .ended(booth, held.ticket.number, .transferred)
    }

    // MARK: - Opening

    mutating func open(_ index: Int) -> Reply {
        let booth = booths[index].plan.number
        guard !booths[index].record.isOpen else { return .opened(booth) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        booths[index].record.isOpen = true
        output.changes.append(.booth(booths[index].record))
        append(.boothOpened(booth: booth, services: booths[index].record.services))
        trayChanged = true
        return .opened(booth)
    }

    mutating func close(_ index: Int) -> Reply {
        let booth = booths[index].plan.number
        guard booths[index].record.isOpen else { return .closed(booth) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        _ = finishCurrent(index)
        booths[index].record.isOpen = false
        remember(index, restored: nil)
        output.changes.append(.booth(booths[index].record))
        append(.boothClosed(booth: booth))
        trayChanged = true
        show(index, attention: false)
        return .closed(booth)
    }
}
