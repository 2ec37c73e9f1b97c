// SPDX-License-Identifier: Apache-2.0

// How a ticket goes on from service to service. One that does is kept back here until its press can't be
// taken back any more; only then is the central told, and the next service can call it. A press that
// finds nobody else to call need not wait for that.

extension ControllerMachine {
    /// A ticket that is kept back.
    struct Move: Sendable {
        /// Until when the press can be taken back.
        var until: Moment
        /// The ticket as it stood at the booth; nil for one under a new number, or after a restart.
        var before: Ticket?
        /// Whether an earlier run of the program kept it back.
        var isResumed = false
    }

    // MARK: - Leaving a booth

    /// The booth is done with its ticket: it ends, or goes on to the next service. What to answer in the
    /// second case.
    mutating func finish(_ held: HeldTicket, at booth: BoothNumber) -> Reply? {
        let ticket = held.ticket
        guard let step = plan.then[ticket.service] else {
            end(held, as: .finished, fact: .finished(booth: booth, ticket: ticket.id))
            return nil
        }
        // Numbers are told in their order.
        if step.numbering == .new { settleSlips() }
        // Without a number to give, the patient keeps the old one: nobody is sent home for that.
        let number = step.numbering == .new ? takeNumber(for: step.service) : nil
        if let (number, day) = number {
            renumber(held, at: booth, for: step.service, as: number, of: day)
        } else {
            move(held, to: step.service)
        }
        return .sentOn(booth, ticket.number, service: step.service, as: number?.0)
    }

    /// Keeps the ticket of a booth back on its way to another service.
    mutating func move(_ held: HeldTicket, to service: Name, returned: Bool = false) {
        var held = held
        let before = held.ticket
        if service != before.service { held.ticket.sender = before.service }
        held.ticket.service = service
        held.ticket.returned = returned
        held.state = .moving
        held.leftAt = wall.time(at: now)
        keep(held)
        moves[before.id] = Move(until: now + plan.undoSpan, before: before)
        trayChanged = true
    }

    private mutating func renumber(
        _ held: HeldTicket, at booth: BoothNumber, for service: Name, as number: TicketNumber,
        of day: ServiceDay
    ) {
        let old = held.ticket
        end(held, as: .finished, fact: .finished(booth: booth, ticket: old.id))
        issuedInRun += 1
        meta.rank += 1
        let ticket = Ticket(
            id: TicketID(issuer: plan.name, run: run, serial: issuedInRun), number: number,
            day: day, service: service, priority: old.priority, rank: meta.rank,
            sender: old.service)
        keep(
            HeldTicket(
                ticket: ticket, state: .moving, booth: booth, leftAt: wall.time(at: now)))
        append(.issued(ticket, origin: old.id))
        moves[ticket.id] = Move(until: now + plan.undoSpan)
        booths.firstIndex { $0.plan.number == booth }.map { booths[$0].renumbered = ticket.id }
        trayChanged = true
    }

    /// Notes what taking back a booth's press would do. What an earlier press there kept back goes.
    mutating func remember(_ index: Int, uncalled: TicketID? = nil, restored: TicketID?) {
        var undo: Undo?
        if uncalled != nil || restored != nil {
            undo = Undo(pressedAt: now, uncalled: uncalled, restored: restored)
            undo?.renumbered = booths[index].renumbered
        }
        booths[index].renumbered = nil
        booths[index].undo = undo
        guard !moves.isEmpty else { return }
        sendAll(from: booths[index].plan.number, but: undo)
    }

    /// Sends on what was kept back from a booth, but for what its last press kept back.
    mutating func sendAll(from booth: BoothNumber, but undo: Undo? = nil) {
        for id in moves.sortedKeys() where id != undo?.restored && id != undo?.renumbered {
            if let held = tickets[id], held.booth == booth { send(held) }
        }
    }

    // MARK: - Going on

    /// Sends a ticket that was kept back on its way, and tells the central.
    @discardableResult
    mutating func send(_ held: HeldTicket) -> HeldTicket {
        var held = held
        let isKept = plan.serves(held.ticket.service)
        let fact = Fact.transferred(
            booth: held.booth ?? Self.boothUnknown, ticket: held.ticket.id,
            service: held.ticket.service, kept: isKept, returned: held.ticket.returned)
        // It left its booth with the press, however long that could be taken back.
        let move = moves[held.ticket.id]
        let leftAt: PastTime? =
            move?.isResumed == true
            ? .wall(held.leftAt) : move.map { .moment($0.until - plan.undoSpan) }
        moves[held.ticket.id] = nil
        held.booth = nil
        held.leftAt = .unknown
        held.state = isKept ? .waiting : .transferred
        end(held, as: held.state, fact: fact, happened: leftAt)
        if isKept { putIntoTray(held.ticket) }
        trayChanged = true
        return held
    }

    /// Sends on all whose press can't be taken back any more.
    mutating func sendDue() {
        for id in moves.sortedKeys() {
            if let move = moves[id], move.until < now, let held = tickets[id] { send(held) }
        }
    }

    /// Sends on all that are kept back.
    mutating func sendAll() {
        for id in moves.sortedKeys() {
            if let held = tickets[id] { send(held) }
        }
    }

    /// The press that kept a ticket back was committed only now.
    mutating func keepBack(from booth: BoothNumber, since moment: Moment) {
        for id in moves.keys where tickets[id]?.booth == booth {
            moves[id]?.until = moment + plan.undoSpan
        }
    }

    /// After a restart no press can be taken back; what it had kept back goes on after the usual span, so
    /// that a program that begins on a full disk has nothing to write.
    mutating func resumeSteps() {
        for held in tickets.values {
            if held.state == .moving {
                moves[held.ticket.id] = Move(until: now + plan.undoSpan, isResumed: true)
            } else if held.state == .noShow {
                lateUntil[held.ticket.id] = now + plan.lateReturnSpan
            }
        }
    }

    /// When the first ticket goes on, if that is earlier.
    func earliestMove(before other: Moment?) -> Moment? {
        guard let until = moves.values.map(\.until).min() else { return other }
        let due = until + .microseconds(1)
        return min(due, other ?? due)
    }

    /// Nobody else waits for a booth: of those that are on their way to it, the one whose turn it is goes on
    /// at once. One that this very press has sent on is not meant.
    mutating func hurry(for index: Int, except left: TicketID?) -> Ticket? {
        guard !moves.isEmpty else { return nil }
        let new = booths[index].renumbered
        var line: [Ticket] = []
        for id in moves.keys where id != left && id != new {
            if let held = tickets[id] { line.lineUp(held.ticket) }
        }
        guard let first = line.next(for: booths[index].record.services),
            let held = tickets[first.id]
        else { return nil }
        let sent = send(held).ticket
        beginAnew(lineOf: sent)
        return sent
    }

    /// Whether somebody is on the way to a booth that serves these.
    func someoneComes(for services: BoothServices) -> Bool {
        !moves.isEmpty
            && moves.keys.contains {
                tickets[$0].map { services.contains($0.ticket.service) } ?? false
            }
    }

    // MARK: - Back

    /// Sends the ticket at a booth back to the service that sent it, before the others of its class.
    mutating func giveBack(_ index: Int) -> Reply {
        let booth = booths[index].plan.number
        guard let held = current(index) else { return .refused(.boothHasNoTicket(booth)) }
        guard let sender = held.ticket.sender else {
            return .refused(.noSender(held.ticket.number))
        }
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        move(held, to: sender, returned: true)
        clear(index, restored: held.ticket.id)
        return .sentOn(booth, held.ticket.number, service: sender, as: nil)
    }

    /// A no-show came late: it waits again, before the others of its class, unless it is too late.
    mutating func readmit(_ number: TicketNumber) -> Reply {
        guard hasOutboxRoom else { return .refused(.outboxFull) }
        guard var held = find(number) else { return .refused(.unknownNumber(number)) }
        guard held.state == .noShow else {
            return .refused(.numberNotCallable(number, held.state, booth: held.booth))
        }
        // The numbers of an earlier session are given out again.
        guard let until = lateUntil[held.ticket.id], now <= until,
            !held.ticket.day.isOver(by: meta.day)
        else {
            let minutes = plan.lateReturnSpan.microseconds / 60_000_000
            return .refused(.tooLate(number, minutes: minutes))
        }
        lateUntil[held.ticket.id] = nil
        held.state = .waiting
        held.booth = nil
        held.recalls = 0
        held.ticket.returned = true
        keep(held)
        putIntoTray(held.ticket)
        append(.returned(held.ticket.id))
        return .readmitted(number)
    }
}
