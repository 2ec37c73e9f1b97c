// SPDX-License-Identifier: Apache-2.0

// Sessions at the central: the clock turns the day and ends sessions; a service that is closed gives
// out no tickets; what still waits when a session is over is carried or cancelled, and the history
// says which.

extension CentralMachine {
    /// The wall clock was read. On one that is not known to be right no service is closed.
    mutating func readClock(_ today: ServiceDay, _ time: LocalTime, isTrusted: Bool) {
        localTime = nil
        defer { tellTime(time, on: isTrusted ? today : .unknown) }
        guard isTrusted else { return }
        // What ends with this minute ends before the numbers of the next session begin.
        if today.whole == meta.day.whole { endSessions(on: today, at: time) }
        turnDay(by: plan.schedule.serviceDay(on: today, at: time))
        guard today.whole == meta.day.whole else { return }
        endSessions(on: today, at: time)
        localTime = time
    }

    /// Why no ticket of a service is given out now, or nil.
    func closed(_ service: Name) -> Refusal? {
        guard let localTime else { return nil }
        return plan.schedule.closed(service, on: meta.day, at: localTime)
    }

    /// The day that numbers of a service given out now belong to, and the one after it.
    func numberDays(of service: Name) -> [ServiceDay] {
        plan.schedule.restarts(service)
            ? [meta.day, plan.schedule.next(after: meta.day)] : [meta.day.whole, meta.day.next]
    }

    /// The next number of a service. Where numbers start over with each session, one whose ticket of an
    /// earlier session is alive still, at a booth or at a service that goes on, is passed over.
    mutating func takeFreeNumber(_ service: Service) -> TicketNumber? {
        while let number = takeNumber(service) {
            let isTaken =
                meta.day.part > 1
                && tickets.values.contains { $0.ticket.number == number && $0.state.isAlive }
            guard isTaken else { return number }
            record(
                .gap(
                    day: numberDays(of: service.name)[0], series: number.series,
                    first: number.value, last: number.value, reason: .inUse))
        }
        return nil
    }

    /// Recalls, after a start, which tickets are to be cancelled by orders that are still on their way. A
    /// call that came before the end of its session goes on, and so does who left for another service.
    mutating func doom(_ order: Order) {
        guard case .cancel(let id, let reason, let service) = order,
            reason != .sessionEnd || tickets[id]?.state != .called,
            service == nil || tickets[id]?.ticket.service == service
        else { return }
        doomed[id] = reason
    }

    private mutating func endSessions(on today: ServiceDay, at time: LocalTime) {
        let endings = plan.schedule.endings(on: today, after: meta.closedThrough, through: time)
        guard !endings.isEmpty else { return }
        meta.closedThrough = time
        metaChanged = true
        for (place, ending) in endings.enumerated() {
            // Who still waits belongs to the last of a service's sessions that are over.
            let isLast = !endings[(place + 1)...].contains {
                $0.hours.service == ending.hours.service
            }
            end(
                ending.sitting, of: ending.hours.service,
                isVoid: isLast && plan.schedule.cancels(ending, on: today, at: time))
        }
    }

    private mutating func end(_ sitting: Sitting, of service: Name, isVoid: Bool) {
        let left = tickets.values.filter {
            $0.ticket.service == service && ($0.state == .waiting || $0.state == .parked)
        }
        var cancelled = 0
        for held in left.sorted(by: {
            ($0.ticket.rank, $0.ticket.id) < ($1.ticket.rank, $1.ticket.id)
        })
        where isVoid && doomed[held.ticket.id] == nil {
            switch held.holder {
            case .central: void(held, .sessionEnd)
            case .controller(let name):
                guard (orders[name]?.count ?? 0) < Limits.ordersMax else { continue }
                doomed[held.ticket.id] = .sessionEnd
                order(name, .cancel(held.ticket.id, .sessionEnd, service: service))
            }
            cancelled += 1
        }
        record(
            .sessionEnded(
                service: service, session: sitting.session,
                carried: UInt32(left.count - cancelled), cancelled: UInt32(cancelled)))
    }
}

extension Schedule {
    /// Why no ticket of a service is given out at a time, or nil.
    func closed(_ service: Name, on day: ServiceDay, at time: LocalTime) -> Refusal? {
        guard sitting(of: service, on: day, at: time) == nil else { return nil }
        return .serviceClosed(service, opens: nextSitting(of: service, after: day, at: time))
    }

    /// Whether those who wait at an ending are cancelled. When that is noticed only after tickets of
    /// the next sitting are given out, nobody can say who came for which: all are carried.
    func cancels(
        _ ending: (hours: ServiceHours, sitting: Sitting), on day: ServiceDay, at time: LocalTime
    ) -> Bool {
        guard ending.hours.closing == .cancel else { return false }
        return ending.sitting.ends == time
            || !sittings(of: ending.hours.service, on: day).contains {
                $0.ticketsFrom <= time && time < $0.ends
            }
    }
}
