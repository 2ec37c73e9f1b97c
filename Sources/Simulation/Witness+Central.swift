// SPDX-License-Identifier: Apache-2.0

// What the central has committed, held against the promises.

import QueueCore

extension Witness {
    func committed(_ changes: [CentralChange]) {
        for change in changes {
            switch change {
            case .history(let day, let entry): told(entry, on: day)
            case .order(let name, let order):
                if case .cancel(let id) = order.record { doomed[id] = names.firstIndex(of: name) }
            default: break
            }
        }
    }

    private func told(_ entry: HistoryEntry, on day: ServiceDay) {
        switch entry {
        case .fact(let name, _, let fact):
            if let controller = names.firstIndex(of: name) { heard(fact, controller) }
        case .issued(let ticket):
            tally.count(.issuedAtCentral)
            issued(ticket)
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
        case .cancelled(let id, let reason):
            tally.count(reason == .dayEnd ? .dayEndVoided : .cancelledBySupervisor)
            guard let life = index[id] else { return }
            lives[life].wasVoided = true
            if lives[life].state == .waiting { lives[life].state = .cancelled }
            unqueue(life)
        }
    }

    /// A fact is in the history: it must be the next one that its controller has committed.
    private func heard(_ fact: Numbered<Fact>, _ controller: Int) {
        mix(fact.number << 16 | UInt64(controller))
        if case .called(_, let ticket) = fact.record,
            let life = index[ticket.id]
        {
            lives[life].callsHeard &+= 1
        }
        guard !hasForgotten else { return }
        let next = heardUpTo[controller]
        guard next < unheard[controller].count, unheard[controller][next] == fact else {
            return fail(
                5, "the history of \(names[controller]) has fact \(fact.number), which is not the "
                    + "next that it committed")
        }
        heardUpTo[controller] += 1
        if heardUpTo[controller] >= 256 {
            unheard[controller].removeFirst(heardUpTo[controller])
            heardUpTo[controller] = 0
        }
    }

    private func skip(
        _ day: ServiceDay, _ series: Series, _ first: UInt16, _ last: UInt16
    ) {
        if gaps[day] == nil { gaps[day] = Array(repeating: 0, count: 26_000) }
        let base = Int(series.letter - 0x41) * 1_000
        guard first <= last else { return }
        for value in first...last { gaps[day]?[base + Int(value)] = 1 }
    }
}
