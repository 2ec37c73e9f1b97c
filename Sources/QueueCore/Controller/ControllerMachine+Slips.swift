// SPDX-License-Identifier: Apache-2.0

// Slips of the controller's own kiosk. A number is taken before its slip is printed, and its ticket is
// issued after: a slip that failed to print is not issued, and its number is a gap with a reason, since
// half of the slip may lie in somebody's hand. Where nobody can say any more whether a slip was printed,
// it counts as printed: a ticket that nobody answers to is better than a patient who is never called.

extension ControllerMachine {
    /// Keeps a ticket whose slip is to be printed.
    mutating func hold(
        _ ticket: Ticket, for wish: SlipWish, ahead: Int, wait: TimeSpan?
    ) -> Reply {
        let slip = Slip(
            ticket: ticket, ahead: sharesHall ? nil : UInt32(clamping: ahead),
            wait: sharesHall ? nil : wait.map(WaitEstimator.told),
            code: wish.code, isUnchecked: wish.isUnchecked)
        slips.append(slip)
        metaChanged = true
        output.changes.append(.slip(slip))
        return .slip(slip)
    }

    /// A slip is printed: its ticket is issued.
    mutating func printed(_ id: TicketID) -> Reply {
        if let place = slips.firstIndex(where: { $0.ticket.id == id }) { issue(slipAt: place) }
        guard let held = tickets[id] else { return .refused(.unknownSlip) }
        return .issued(held.ticket.number, id, ahead: 0, wait: nil)
    }

    /// A slip is not printed: its number is never given out.
    mutating func spoiled(_ id: TicketID) -> Reply {
        guard let place = slips.firstIndex(where: { $0.ticket.id == id }) else {
            // It had to be issued before the printer had its say.
            guard let held = tickets[id], held.state == .waiting else {
                return .refused(.unknownSlip)
            }
            cancel(held, .notPrinted)
            return .cancelled(held.ticket.number)
        }
        let ticket = slips.remove(at: place).ticket
        output.changes.append(.dropSlip(id))
        append(.spoiled(ticket.number, ticket.day))
        return .cancelled(ticket.number)
    }

    /// All slips count as printed: before another number is issued, so that numbers are told in their
    /// order, and wherever what is held here is told or given away.
    mutating func settleSlips() {
        while !slips.isEmpty { issue(slipAt: 0) }
    }

    private mutating func issue(slipAt place: Int) {
        let slip = slips.remove(at: place)
        output.changes.append(.dropSlip(slip.ticket.id))
        keep(HeldTicket(ticket: slip.ticket))
        putIntoTray(slip.ticket)
        append(.issued(slip.ticket))
        if let code = slip.code { append(.arrived(slip.ticket.id, code)) }
    }

    // MARK: - Tracking codes

    /// Asks the central about a code; without it, a slip is printed that says so.
    mutating func slip(
        for code: TrackingCode, otherwise service: Name, _ request: RequestID
    ) {
        guard code.isSound else {
            return effect(.reply(request, .refused(.appointment(.codeMistyped))))
        }
        guard case .live(let id, _) = link, checks.count < Limits.codeChecksMax else {
            return slipUnchecked(code, service, request)
        }
        lastReference += 1
        checks.append(
            CodeCheck(
                reference: lastReference, request: request, code: code, otherwise: service,
                until: now + Limits.codeCheckSpan))
        effect(.send(id, .appointment(reference: lastReference, .check(code))))
    }

    /// The central has answered; false when it was never asked. An answer that comes too late is
    /// passed over: the code was taken as one to be checked.
    mutating func checked(
        _ reference: UInt64, _ reply: (inout ControllerMachine, CodeCheck) -> Reply
    ) -> Bool {
        guard reference >= 1, reference <= lastReference else { return false }
        guard let place = checks.firstIndex(where: { $0.reference == reference }) else {
            return true
        }
        let check = checks.remove(at: place)
        let said = reply(&self, check)
        effect(.reply(check.request, said))
        return true
    }

    /// Codes whose answer will not come, or not in time.
    mutating func giveUpChecks() {
        guard !checks.isEmpty else { return }
        let due = checks.filter { !link.isLive || $0.until <= now }
        guard !due.isEmpty else { return }
        checks.removeAll { check in due.contains { $0.reference == check.reference } }
        for check in due { slipUnchecked(check.code, check.otherwise, check.request) }
    }

    /// The slip of a code that the central could not judge.
    mutating func uncheckedSlip(_ check: CodeCheck) -> Reply {
        issue(check.otherwise, .normal, onSlip: SlipWish(code: check.code, isUnchecked: true))
    }

    private mutating func slipUnchecked(
        _ code: TrackingCode, _ service: Name, _ request: RequestID
    ) {
        let wish = SlipWish(code: code, isUnchecked: true)
        effect(.reply(request, issue(service, .normal, onSlip: wish)))
    }
}
