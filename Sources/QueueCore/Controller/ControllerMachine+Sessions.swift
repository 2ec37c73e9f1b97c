// SPDX-License-Identifier: Apache-2.0

// Sessions at a controller: a service that is closed gives out no tickets, by the clock and the
// schedule here. What still waits at a session's end the central carries or cancels; without it the
// controller does so itself, on a clock known to be right.

extension ControllerMachine {
    /// The wall clock was read. On one that is not known to be right no service is closed.
    mutating func readClock(_ today: ServiceDay, _ time: LocalTime, isTrusted: Bool) {
        localTime = nil
        clockIsTrusted = isTrusted
        // What ends with this minute ends before the numbers of the next session begin.
        endSessions(on: today, at: time)
        self.today = plan.schedule.serviceDay(on: today, at: time)
        turnDayOffline()
        endSessions(on: today, at: time)
        if isTrusted, today.whole == meta.day.whole { localTime = time }
    }

    /// Why no ticket of a service is given out now, or nil.
    func closed(_ service: Name) -> Refusal? {
        guard let localTime else { return nil }
        return plan.schedule.closed(service, on: meta.day, at: localTime)
    }

    /// Whether a block's numbers are those of the present day or session. A controller that began the
    /// date without a schedule of its own is in its first session.
    func isCurrent(_ block: Block) -> Bool {
        guard block.day.count == meta.day.count else { return false }
        return block.day.part == 0 || block.day.part == max(meta.day.part, 1)
    }

    private mutating func endSessions(on today: ServiceDay, at time: LocalTime) {
        guard clockIsTrusted, today.whole == meta.day.whole else { return }
        let endings = plan.schedule.endings(on: today, after: meta.closedThrough, through: time)
        guard !endings.isEmpty, outboxCount + tray.count + 8 <= Limits.outboxMax else { return }
        meta.closedThrough = time
        metaChanged = true
        // The central ends it; who comes after that is not ended again here when the link goes.
        guard !link.isLive else { return }
        settleSlips()
        for (place, ending) in endings.enumerated() {
            let service = ending.hours.service
            // Who still waits belongs to the last of a service's sessions that are over.
            guard !endings[(place + 1)...].contains(where: { $0.hours.service == service })
            else { continue }
            end(
                ending.sitting, of: ending.hours.service,
                isVoid: plan.schedule.cancels(ending, on: today, at: time))
        }
    }

    private mutating func end(_ sitting: Sitting, of service: Name, isVoid: Bool) {
        let left = tickets.values.filter {
            $0.ticket.service == service && ($0.state == .waiting || $0.state == .parked)
        }
        if isVoid {
            let inOrder = left.sorted {
                ($0.ticket.rank, $0.ticket.id) < ($1.ticket.rank, $1.ticket.id)
            }
            for held in inOrder { cancel(held, .sessionEnd) }
        }
        effect(
            .event(
                .sessionEnded(
                    service: service, session: sitting.session, waiting: left.count,
                    areCancelled: isVoid)))
    }

    /// By order of the central: at a session's end only who still waits for that service.
    mutating func obeyCancel(_ id: TicketID, _ reason: CancelReason, _ service: Name?) {
        guard let held = tickets[id], held.state.isAlive,
            service.map({ held.state != .called && held.ticket.service == $0 }) ?? true
        else { return }
        cancel(held, reason)
    }
}
