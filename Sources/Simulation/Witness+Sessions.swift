// SPDX-License-Identifier: Apache-2.0

// Who may be cancelled at a session's end, and which tickets a closed service must not give out.

import QueueCore

extension Witness {
    /// Whether a session of the service has ended since.
    private func hasEnded(_ service: Name, since begin: Moment) -> Bool {
        let first = Int32(begin.microseconds / 86_400_000_000) + World.firstDay
        return (min(first, trueDay.count)...trueDay.count).contains { day in
            schedule.sittings(of: service, on: ServiceDay(day)).contains {
                let span = Int64(day - World.firstDay) * 86_400 + Int64($0.ends.minute) * 60
                return begin < .zero + .seconds(span) && .zero + .seconds(span) <= now
            }
        }
    }

    /// Whether no ticket of the service should be given out at a moment, by the sun.
    private func isClosed(_ service: Name, at moment: Moment) -> Bool {
        let minutes = moment.microseconds / 60_000_000
        let day = ServiceDay(Int32(minutes / 1_440) + World.firstDay)
        let time = LocalTime(minute: Int(minutes % 1_440))
        return schedule.sitting(of: service, on: day, at: time) == nil
    }

    /// A ticket was cancelled because its session is over: it must be, by the service's own rule.
    mutating func judgeEnd(_ id: TicketID) {
        tally.count(.sessionEndVoided)
        guard let life = index[id], !hasForgotten else { return }
        let service = lives[life].service
        // A controller whose clock nobody has set gives out tickets after closing time too.
        let issuedAt = lives[life].issuedAt
        let isLeftOver = isClosed(service, at: issuedAt) && isClosed(service, at: now)
        // What a fenced controller has sent on is not known before it returns.
        if !hasEnded(service, since: issuedAt), !isLeftOver, !hasFenced {
            fail(3, "\(name(life)) was cancelled with a session of \(service) that is not over")
        }
        if schedule.hours(of: service)?.closing != .cancel, !hasFenced {
            fail(3, "\(name(life)) was cancelled, though \(service) carries those who wait")
        }
        // What a fenced controller has called is not known before it returns.
        if lives[life].state == .called, lives[life].caller >= 0, !hasFenced {
            fail(3, "\(name(life)) is at a booth, and was cancelled with its session")
        }
    }

    /// The central orders a ticket's end with a session of a service; a call that came before goes on,
    /// and so does a ticket that left for another service before.
    mutating func endsAt(_ id: TicketID, _ holder: Int?, _ service: Name?) {
        guard let life = index[id], lives[life].state != .called,
            service == nil || lives[life].service == service
        else { return }
        ending[id] = holder
    }

    /// A ticket is called whose session was over: only by who had it, before the order came.
    mutating func judgeEnded(_ ticket: Ticket, _ controller: Int) {
        guard let holder = ending.removeValue(forKey: ticket.id), holder != controller,
            !hasForgotten, !hasFenced
        else { return }
        fail(
            3, "\(ticket.number), whose session is over, is called by \(names[controller])")
    }

    /// The central gave out a ticket: its service must have been open by the sun, give or take the
    /// minute of the clock.
    mutating func judgeOpen(_ ticket: Ticket) {
        guard isClockRight, !schedule.hours.isEmpty else { return }
        let minute = LocalTime(minute: Int(now.microseconds / 60_000_000 % 1_440))
        let isOpen = [minute, minute + -1].contains {
            schedule.sitting(of: ticket.service, on: trueDay, at: $0) != nil
        }
        if !isOpen { fail(3, "\(ticket.number) was given out while \(ticket.service) is closed") }
    }
}
