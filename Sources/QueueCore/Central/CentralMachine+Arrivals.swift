// SPDX-License-Identifier: Apache-2.0

// What controllers tell of codes that were brought to them, and tickets for people without one.

extension CentralMachine {
    /// A controller issued a ticket for a code. Whatever the code turns out to be, the ticket stays.
    mutating func arrived(_ id: TicketID, _ code: TrackingCode, at name: Name) {
        if let counted = desk.counted, counted.ticket == id {
            book.uncountWalkIn(counted.session)
            desk.counted = nil
            desk.quotasMayChange = true
        }
        let ticket = tickets[id]?.ticket
        let question = book.arrived(
            code, id, ticket?.number, on: ticket?.day ?? meta.day, at: name,
            today: meta.day.whole)
        guard let question else { return }
        record(.appointment(.toCheck(code, id, controller: name, question.finding)))
    }

    /// Gives out a ticket to somebody without an appointment, as long as the doctors who are there have
    /// slots for them.
    mutating func issueWalkIn(_ service: Name, _ priority: PriorityClass) -> Reply {
        guard priority != .emergency, book.limitsWalkIns(service),
            let present = try? present()
        else { return issue(service, priority) }
        guard let left = book.walkInsLeft(service, at: present), left > 0 else {
            return .refused(.appointment(.walkInsFull(service)))
        }
        let reply = issue(service, priority)
        if case .issued = reply { _ = book.countWalkIn(service, at: present) }
        desk.quotasMayChange = true
        return reply
    }

    /// Counts a ticket that a controller issued; when the next fact says that it was for a code, it is
    /// taken back.
    mutating func countIssued(_ ticket: Ticket) {
        guard !book.plan.clinics.isEmpty, ticket.priority != .emergency,
            let present = try? present(), ticket.day.whole == present.today,
            let session = book.countWalkIn(ticket.service, at: present)
        else { return }
        desk.counted = (ticket.id, session)
        desk.quotasMayChange = true
    }

    /// Tells controllers how many tickets without an appointment may be given out now, where that has
    /// changed.
    mutating func tellQuotas() {
        guard let present = try? present() else { return }
        for service in plan.services {
            guard let left = book.walkInsLeft(service.name, at: present) else { continue }
            let told = UInt16(clamping: left)
            guard desk.quotas.replace(service.name, with: told) != told else { continue }
            for entry in controllers(in: service.hall) {
                if let id = links[entry.name] {
                    effect(.send(id, .quota(service: service.name, left: told)))
                }
            }
        }
    }

    /// Tells a controller that has just connected.
    mutating func tellQuotas(to name: Name) {
        guard let id = links[name], let hall = hallOf[name] else { return }
        for service in plan.services where service.hall == hall {
            if let told = desk.quotas[service.name] {
                effect(.send(id, .quota(service: service.name, left: told)))
            }
        }
    }
}
