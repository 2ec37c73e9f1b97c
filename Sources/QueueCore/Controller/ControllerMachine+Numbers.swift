// SPDX-License-Identifier: Apache-2.0

// Issuing numbers at a controller: from its blocks, and when they are used up from its local series,
// whether or not the central can be reached.

extension ControllerMachine {
    mutating func issue(
        _ service: Name, _ priority: PriorityClass, onSlip wish: SlipWish? = nil
    ) -> Reply {
        guard plan.knows(service) else { return .refused(.unknownService(service)) }
        guard meta.day != .unknown else { return .refused(.noDay) }
        if let refusal = closed(service) { return .refused(refusal) }
        guard tray.count < Limits.trayMax else { return .refused(.trayFull) }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        settleSlips()
        guard let (number, day) = takeNumber(for: service) else {
            let isIntroduced = blocks.contains { $0.isLocal }
            return .refused(isIntroduced ? .noNumbers(service) : .notIntroduced)
        }
        issuedInRun += 1
        meta.rank += 1
        let ticket = Ticket(
            id: TicketID(issuer: plan.name, run: run, serial: issuedInRun), number: number,
            day: day, service: service, priority: priority, rank: meta.rank)
        let (ahead, wait) = wait(for: ticket)
        if let wish { return hold(ticket, for: wish, ahead: ahead, wait: wait) }
        keep(HeldTicket(ticket: ticket))
        putIntoTray(ticket)
        append(.issued(ticket))
        return .issued(number, ticket.id, ahead: ahead, wait: wait)
    }

    /// The next number for a service and the day that it belongs to, taken from its block; numbers that
    /// are alive here are passed over.
    mutating func takeNumber(for service: Name) -> (TicketNumber, ServiceDay)? {
        while let index = blockIndex(for: service) {
            var block = blocks[index]
            let wasUntouched = block.next == block.first
            let number = TicketNumber(series: block.series, value: block.next)
            block.next += 1
            if block.remaining == 0, !block.isLocal {
                blocks.remove(at: index)
                output.changes.append(.dropBlock(block.key))
            } else {
                blocks[index] = block
                output.changes.append(.block(block))
            }
            guard let number else { continue }
            if block.isLocal, wasUntouched { effect(.event(.numberingLocally(block.series))) }
            if !isAlive(number) { return (number, block.isLocal ? meta.day.whole : block.day) }
        }
        return nil
    }

    /// Whether a ticket of this number waits, is at a booth or is away for a while.
    private func isAlive(_ number: TicketNumber) -> Bool {
        tray.contains { $0.number == number }
            || booths.indices.contains { current($0)?.ticket.number == number }
            || returnsAt.keys.contains { tickets[$0]?.ticket.number == number }
            || moves.keys.contains { tickets[$0]?.ticket.number == number }
    }

    private func blockIndex(for service: Name) -> Int? {
        var best: Int?
        for index in blocks.indices {
            let block = blocks[index]
            guard block.remaining > 0 else { continue }
            guard block.isLocal || (block.service == service && isCurrent(block)) else {
                continue
            }
            guard let rival = best.map({ blocks[$0] }) else {
                best = index
                continue
            }
            let isBetter =
                block.isLocal != rival.isLocal ? rival.isLocal : block.first < rival.first
            if isBetter { best = index }
        }
        return best
    }

    // MARK: - The service day

    /// Turns the day without the central, and only on a clock known to be right.
    mutating func turnDayOffline() {
        guard today.count <= ServiceDay.countMax else { return }
        let isBehind = clockIsTrusted && today.count < meta.day.count
        if isBehind, !clockIsBehind { effect(.event(.clockBehind(today: today, day: meta.day))) }
        clockIsBehind = isBehind
        guard clockIsTrusted, !link.isLive, today > meta.day else { return }
        let isFar =
            meta.day != .unknown && today.count - meta.day.count > Limits.dayJumpMax
        if isFar {
            if !clockRefused { effect(.event(.clockRefused(today: today, day: meta.day))) }
            clockRefused = true
            return
        }
        clockRefused = false
        turnDay(to: today)
    }

    /// Begins a service day, or the part of it that belongs to a session: numbers start over.
    mutating func turnDay(to day: ServiceDay) {
        guard day > meta.day else { return }
        settleSlips()
        sendAll()
        let isNewDate = day.count > meta.day.count
        meta.day = day
        if isNewDate { beginDate() }
        for block in blocks where !block.isLocal && block.day.isOver(by: day) {
            output.changes.append(.dropBlock(block.key))
        }
        blocks.removeAll { !$0.isLocal && $0.day.isOver(by: day) }
        for mark in marks where mark.day.isOver(by: day) {
            output.changes.append(.dropMark(day: mark.day, series: mark.series))
        }
        marks.removeAll { $0.day.isOver(by: day) }
        append(.dayTurned(day))
        trimFacts(keeping: 0)
    }

    /// What waited on earlier dates is void, and the local series starts over. A session that begins
    /// within the date voids nothing: what its numbers end is ended with the session before.
    private mutating func beginDate() {
        meta.closedThrough = .midnight
        for held in tickets.values
        where held.ticket.day.count < meta.day.count && held.state != .called {
            if held.state == .waiting { removeFromTray(held.ticket.id) }
            forget(held.ticket.id)
        }
        for index in booths.indices { booths[index].undo = nil }
        for index in blocks.indices where blocks[index].isLocal {
            blocks[index].next = blocks[index].first
            output.changes.append(.block(blocks[index]))
        }
    }

    /// Forgets acknowledged facts beyond the newest `count` of them.
    mutating func trimFacts(keeping count: Int) {
        let acknowledged = facts.count - outboxCount
        let surplus = acknowledged - count
        guard surplus > 0 else { return }
        output.changes.append(.trimFacts(through: facts[surplus - 1].number))
        facts.removeFirst(surplus)
    }
}
