// SPDX-License-Identifier: Apache-2.0

// Whose turn it was: counted here from the calls alone, and held against what a booth called. Nobody
// starves behind more urgent ones, and nobody goes before them whose class is not due.

import QueueCore

/// How often the head of a line was passed over.
struct Turn: Sendable {
    /// At least so often.
    var calls = 0
    /// It is just so often: every call since then was seen.
    var isExact = true
}

extension Witness {
    /// Calls were made that can't be judged.
    mutating func blurTurns(_ controller: Int) {
        for line in turns[controller].indices {
            turns[controller][line] = Turn(calls: 0, isExact: false)
        }
    }

    /// A booth that serves `services` called a ticket, and these were left in the tray.
    mutating func judgeTurn(
        _ ticket: Ticket, _ tray: TicketLine, at booth: BoothNumber, for services: [Name],
        _ controller: Int
    ) {
        let place = "at booth \(booth) of \(names[controller])"
        let heads = Self.heads(Array(tray) + [ticket], services)
        guard let own = heads[ticket.priority], let line = queue(ticket) else { return }
        if own.id != ticket.id {
            return fail(3, "\(own.number) was skipped for \(ticket.number) \(place)")
        }
        let turn = turns[controller][line]
        if let above = heads.values.first(where: { $0.priority > ticket.priority }) {
            tally.count(.classDue)
            if turn.isExact, turn.calls < Int(scenario.passedOverMax) {
                fail(
                    3,
                    "\(above.number) was skipped for \(ticket.number) \(place), which only "
                        + "\(turn.calls) calls had passed over")
            }
        }
        turns[controller][line] = Turn()
        let most = Int(scenario.passedOverMax) + servedCount(controller) * 4 - 1
        for head in heads.values where head.id != ticket.id {
            guard let line = queue(head) else { continue }
            turns[controller][line].calls += 1
            if turns[controller][line].calls > most {
                fail(3, "the line of \(head.number) was passed over more than \(most) times")
            }
        }
    }

    /// The services that booths of a controller serve.
    private func servedCount(_ controller: Int) -> Int {
        Set(scenario.served[controller].flatMap { $0 }).count
    }

    /// The one of each class that goes first at a booth.
    private static func heads(
        _ waiting: [Ticket], _ services: [Name]
    ) -> [PriorityClass: Ticket] {
        var heads: [PriorityClass: Ticket] = [:]
        for ticket in waiting {
            guard let place = services.firstIndex(of: ticket.service) else { continue }
            guard let rival = heads[ticket.priority],
                let other = services.firstIndex(of: rival.service)
            else {
                heads[ticket.priority] = ticket
                continue
            }
            let isBetter =
                place != other
                ? place < other
                : ticket.returned != rival.returned
                    ? ticket.returned : (ticket.rank, ticket.id) < (rival.rank, rival.id)
            if isBetter { heads[ticket.priority] = ticket }
        }
        return heads
    }
}
