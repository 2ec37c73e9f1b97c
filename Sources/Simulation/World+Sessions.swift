// SPDX-License-Identifier: Apache-2.0

// The wall clocks of the simulated clinic, and what must be so when a session is over.

import QueueCore

/// A session of a service that has ended.
struct SessionOver: Sendable {
    let service: Name
    let endedAt: Moment
}

extension World {
    /// While all are online and know the time, those who still wait at a session's end are told so
    /// within this.
    static let endedWithin = TimeSpan.seconds(90)

    /// When clocks are told next.
    var nextClockTime: Moment {
        let minute = now.microseconds / 60_000_000
        let midnight = minute / 1_440 * 1_440
        let next = clockMinutes.first { $0 > minute - midnight } ?? 1_440
        return .zero + .seconds((midnight + next) * 60)
    }

    /// The time of day that a node's wall clock says.
    func wallTime(_ error: Int64) -> LocalTime {
        let second = (now.microseconds / 1_000_000 + error) % 86_400
        return LocalTime(minute: Int(second < 0 ? second + 86_400 : second) / 60)
    }

    /// Has a look, in a while, at what became of those who waited at a session that ends now.
    mutating func lookAfterSessions() {
        let time = wallTime(0)
        guard time > .midnight else { return }
        for ending in schedule.endings(on: wallDay(0), after: time + -1, through: time)
        where ending.hours.closing == .cancel {
            put(
                .sessionOver(SessionOver(service: ending.hours.service, endedAt: now)),
                after: Self.endedWithin)
        }
    }

    /// Nobody who waited when the session ended waits still, when nothing went wrong around it.
    mutating func checkSessionIsOver(_ over: SessionOver) {
        guard now > troubledUntil, troubledUntil + .seconds(60) < over.endedAt, central.knowsTime,
            central.wallError == 0
        else { return }
        for held in central.waiting(for: over.service) {
            guard let life = witness.index[held.ticket.id],
                witness.lives[life].waitsSince + .seconds(5) < over.endedAt
            else { continue }
            return witness.fail(
                3,
                "\(held.ticket.number) is \(held.state.word) for \(over.service), whose session "
                    + "is over since \((now - over.endedAt).seconds) s")
        }
    }
}

extension Node<CentralMachine> {
    /// Who waits for a service, or is away for a while.
    fileprivate mutating func waiting(for service: Name) -> [CentralTicket] {
        machine?.tickets.values.filter {
            $0.ticket.service == service && ($0.state == .waiting || $0.state == .parked)
        } ?? []
    }
}
