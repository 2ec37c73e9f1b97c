// SPDX-License-Identifier: Apache-2.0

// What the central has committed, held against the promises.

import QueueCore

extension Witness {
    mutating func committed(_ changes: [CentralChange]) {
        for place in changes.indices { committed(changes, place) }
        judgeFences(changes)
        judgeArrivals()
    }

    /// Whoever was fenced is dealt nothing until it has obeyed.
    private mutating func judgeFences(_ changes: [CentralChange]) {
        let before = fenced
        for case .controller(let record) in changes {
            if record.isFenced { fenced.insert(record.name) } else { fenced.remove(record.name) }
        }
        guard !before.isEmpty else { return }
        for case .order(let name, let order) in changes
        where before.contains(name) && fenced.contains(name) {
            if case .deal(let ticket) = order.record {
                fail(1, "\(ticket.number) is dealt to \(name), which was fenced and has not obeyed")
            }
        }
    }

    private mutating func committed(_ changes: [CentralChange], _ place: Int) {
        switch changes[place] {
        case .history(let day, let time, let entry):
            if scenario.checksReports { history.append((day, time, entry)) }
            told(entry, on: day)
        case .order(let name, let order):
            if case .cancel(let id, let reason, let service) = order.record {
                let holder = names.firstIndex(of: name)
                switch reason {
                case .sessionEnd: endsAt(id, holder, service)
                default: doomed[id] = holder
                }
            }
        case .appointment(let change): committed(change)
        default: break
        }
    }

    private mutating func told(_ entry: HistoryEntry, on day: ServiceDay) {
        switch entry {
        case .fact(let name, _, let fact):
            if let controller = names.firstIndex(of: name) { heard(fact, controller) }
        case .issued(let ticket):
            tally.count(.issuedAtCentral)
            issued(ticket)
            judgeOpen(ticket)
        case .dayTurned(let day):
            tally.count(.dayTurnedByCentral)
            if day > trueDay { fail(8, "the central began day \(day) on day \(trueDay)") }
        case .gap(let day, let series, let first, let last, _):
            tally.count(.gapRecorded)
            skip(day, series, first, last)
        case .fenced: tally.count(.controllerFenced)
        case .conflict(let conflict):
            tally.count(.conflict)
            if conflict.holderBooth == nil { tally.count(.withdrawnTooLate) }
            explained.insert(conflict.ticket)
            if !hasForgotten, !hasFenced {
                fail(1, "a conflict over \(conflict.number) that nothing explains")
            }
        case .dealtAgain(let id, _):
            tally.count(.dealtAgain)
            explained.insert(id)
        case .rebuilding: tally.count(.centralRebuilt)
        case .appointment(let entry): told(entry)
        case .cancelled(let id, let reason):
            switch reason {
            case .dayEnd: tally.count(.dayEndVoided)
            case .sessionEnd: judgeEnd(id)
            default: tally.count(.cancelledBySupervisor)
            }
            guard let life = index[id] else { return }
            lives[life].wasVoided = true
            if scenario.checksReports { book.ended(life, .cancelled, at: now) }
            if lives[life].state == .waiting { lives[life].state = .cancelled }
            unqueue(life)
        case .sessionEnded(_, _, let carried, _):
            if carried > 0 { tally.count(.sessionCarried) }
        case .linkUp, .linkDown, .absent, .started: break
        }
    }

    /// A fact is in the history: it must be the next one that its controller has committed.
    private mutating func heard(_ fact: Numbered<Fact>, _ controller: Int) {
        mix(fact.number << 16 | UInt64(controller))
        if case .arrived(let ticket, let code) = fact.record { heardArrival(ticket, code) }
        if hasForgotten || hasFenced { follow(fact.record, Int8(controller)) }
        if case .issued(let ticket, _) = fact.record { heardIssue(ticket, controller) }
        guard !hasForgotten else { return }
        let next = heardUpTo[controller]
        guard next < unheard[controller].count, unheard[controller][next] == fact else {
            return fail(
                5,
                "the history of \(names[controller]) has fact \(fact.number), which is not the "
                    + "next that it committed")
        }
        heardUpTo[controller] += 1
        if heardUpTo[controller] >= 256 {
            unheard[controller].removeFirst(heardUpTo[controller])
            heardUpTo[controller] = 0
        }
    }

    private mutating func heardIssue(_ ticket: Ticket, _ controller: Int) {
        guard let life = index[ticket.id] else { return }
        if lives[life].isIssueHeard, !mayHearAgain {
            fail(5, "the history has twice that \(names[controller]) gave out \(name(life))")
        }
        lives[life].isIssueHeard = true
    }

    /// Follows what the history alone tells of the tickets' lives.
    private mutating func follow(_ fact: Fact, _ controller: Int8) {
        switch fact {
        case .called(let booth, let ticket):
            guard let life = index[ticket.id] else { return }
            let isElsewhere = lives[life].heardCall.map { $0 != (controller, booth) } ?? false
            let isOver = lives[life].heardEnd >= 0 && lives[life].heardEnd != controller
            if isElsewhere || isOver { lives[life].heardTwice = true }
            lives[life].heardCall = (controller, booth)
            lives[life].heardEnd = -1
        case .finished(_, let id), .noShow(_, let id), .cancelled(let id, _):
            guard let life = index[id] else { return }
            lives[life].heardCall = nil
            lives[life].heardEnd = controller
        case .parked(_, let id, _), .transferred(_, let id, _, _, _):
            guard let life = index[id] else { return }
            lives[life].heardCall = nil
            lives[life].heardEnd = -1
        case .yielded(let id, _):
            if let life = index[id] { lives[life].heardCall = nil }
        case .undone(_, let uncalled, let restored):
            if let uncalled, let life = index[uncalled] { lives[life].heardCall = nil }
            if let restored, let life = index[restored] { lives[life].heardEnd = -1 }
        default: break
        }
    }

    private mutating func skip(
        _ day: ServiceDay, _ series: Series, _ first: UInt16, _ last: UInt16
    ) {
        guard first <= last else { return }
        for value in first...last { gaps[day, series, value] = true }
    }
}
