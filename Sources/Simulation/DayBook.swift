// SPDX-License-Identifier: Apache-2.0

// What the world saw of each ticket, by the sun: when it could be called, when and where it was, and
// when that ended. The reports of the days are held against it.

import QueueCore

/// Calls as they were committed at the booths, each with the wait before it.
struct DayBook: Sendable {
    enum End: Sendable { case served, noShow, other, cancelled }

    struct Call: Sendable {
        let life: Int
        let day: ServiceDay
        let service: Name
        let place: BoothPlace
        let at: Moment
        let readySince: Moment?
        var end: End?
        var endedAt = Moment.zero
        var wasTakenBack = false
    }

    struct Stay: Sendable {
        var service: Name
        let day: ServiceDay
        let issuedAt: Moment
        let issuedFor: Name
        var readySince: Moment?
        /// The call that stands, and the last one that ended.
        var standing: Int?
        var last: Int?
    }

    private(set) var calls: [Call] = []
    private(set) var stays: [Int: Stay] = [:]

    mutating func issued(_ life: Int, _ ticket: Ticket, at now: Moment) {
        stays[life] = Stay(
            service: ticket.service, day: ticket.day, issuedAt: now, issuedFor: ticket.service,
            readySince: now)
    }

    mutating func called(_ life: Int, _ service: Name, _ place: BoothPlace, at now: Moment) {
        guard var stay = stays[life] else { return }
        stay.service = service
        stay.standing = calls.count
        calls.append(
            Call(
                life: life, day: stay.day, service: service, place: place, at: now,
                readySince: stay.readySince))
        stay.readySince = nil
        stays[life] = stay
    }

    mutating func ended(_ life: Int, _ end: End, at now: Moment) {
        guard let call = stays[life]?.standing else { return }
        calls[call].end = end
        calls[call].endedAt = now
        stays[life]?.standing = nil
        stays[life]?.last = call
    }

    mutating func isReady(_ life: Int, for service: Name?, at now: Moment) {
        stays[life]?.readySince = now
        if let service { stays[life]?.service = service }
    }

    mutating func takenBack(_ life: Int) {
        guard let call = stays[life]?.standing else { return }
        calls[call].wasTakenBack = true
        stays[life]?.standing = nil
        stays[life]?.readySince = calls[call].readySince
    }

    mutating func restored(_ life: Int) {
        guard stays[life]?.standing == nil, let call = stays[life]?.last else { return }
        calls[call].end = nil
        stays[life]?.standing = call
    }
}

extension Witness {
    /// Enters what a controller has committed.
    mutating func enter(_ fact: Fact, _ controller: Int) {
        switch fact {
        case .called(let booth, let ticket):
            guard let life = index[ticket.id] else { return }
            let place = BoothPlace(controller: names[controller], booth: booth)
            book.called(life, ticket.service, place, at: now)
        case .finished(_, let id): end(id, .served)
        case .noShow(_, let id): end(id, .noShow)
        case .parked(_, let id, _): end(id, .other)
        case .cancelled(let id, _): end(id, .cancelled)
        case .returned(let id):
            if let life = index[id] { book.isReady(life, for: nil, at: now) }
        case .transferred(_, let id, let service, _, _):
            guard let life = index[id] else { return }
            // Told when the press can't be taken back any more: it has left its booth before.
            let left = lives[life].leftAt
            book.ended(life, .served, at: left)
            book.isReady(life, for: service, at: left)
        case .undone(_, let uncalled, let restored):
            if let life = uncalled.flatMap({ index[$0] }) { book.takenBack(life) }
            if let life = restored.flatMap({ index[$0] }) { book.restored(life) }
        default: break
        }
    }

    private mutating func end(_ id: TicketID, _ end: DayBook.End) {
        if let life = index[id] { book.ended(life, end, at: now) }
    }
}
