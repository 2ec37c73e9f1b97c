// SPDX-License-Identifier: Apache-2.0

// Tickets that go from service to service, held against the promises: none gets lost between two of
// them, and a press that is taken back leaves nothing behind.

import QueueCore

extension Witness {
    /// A ticket has left its booth and is kept back: the booth shows it no more.
    mutating func goesOn(_ life: Int, _ controller: Int, _ held: HeldTicket) {
        if lives[life].state != .moving {
            lives[life].state = .moving
            lives[life].leftAt = now
        }
        lives[life].mustBeCalled = true
        guard let booth = held.booth, owed[controller][Int(booth)] == life else { return }
        lives[life].booth = booth
        owe(-1, controller, booth)
    }

    /// A ticket that goes on from another one is known now.
    mutating func numbered(_ ticket: Ticket, from origin: TicketID) {
        tally.count(.numberedAnew)
        guard let new = index[ticket.id] else { return }
        lives[new].state = .moving
        lives[new].leftAt = now
        guard let old = index[origin] else { return }
        lives[old].next = new
        lives[new].booth = lives[old].booth
    }

    /// A service with a next step does not end its tickets, unless another one goes on from them.
    mutating func checkStep(_ id: TicketID, _ controller: Int, _ booth: BoothNumber) {
        guard let life = index[id], lives[life].state == .called, !hasForgotten,
            let step = lives[life].calledFor.flatMap({ steps[$0] })
        else { return }
        if step.numbering == .new {
            awaitsNumber[controller] = life
        } else {
            fail(3, "\(name(life)) ended at booth \(booth) on its way to \(step.service)")
        }
    }

    /// What follows the end of a ticket on its way must be the one that goes on from it.
    mutating func checkNumber(_ fact: Fact, _ controller: Int) {
        let life = awaitsNumber[controller]
        awaitsNumber[controller] = -1
        if case .issued(_, let origin) = fact, origin == lives[life].ticket.id { return }
        fail(3, "\(name(life)) ended on its way, and no other number goes on from it")
    }

    /// A ticket is on its way for all to know.
    mutating func sent(_ id: TicketID, _ controller: Int, to service: Name) {
        guard let life = index[id] else { return }
        lives[life].mustBeCalled = true
        guard lives[life].calledFor.flatMap({ steps[$0]?.service }) == service else {
            return
        }
        tally.count(.sentOn)
        let isRoom = controller >= scenario.firstRoom
        let hall = scenario.services.first { $0.name == service }?.hall
        if hall != (isRoom ? Scenario.roomHall : Scenario.mainHall) {
            tally.count(.sentToOtherHall)
        }
    }

    /// A ticket came back from an absence; a no-show only within the time for that, which begins anew
    /// with the program.
    mutating func returned(_ id: TicketID, _ controller: Int) {
        guard let life = index[id] else { return }
        if lives[life].state == .noShow {
            tally.count(.readmitted)
            lives[life].endedAt = -1
            let since = max(lives[life].leftAt, startedAt[controller])
            if now > since + scenario.lateReturnSpan, !hasForgotten {
                fail(
                    3,
                    "\(name(life)) was let in \((now - since).milliseconds / 1_000) s after it "
                        + "had not come")
            }
        }
        lives[life].state = .waiting
        lives[life].mustBeCalled = true
    }

    /// A press was taken back, and this ticket is at its booth again: it must not wait elsewhere as well.
    mutating func undone(_ life: Int, at controller: Int) {
        lives[life].mustBeCalled = false
        if lives[life].state == .moving || lives[life].next >= 0 { tally.count(.stepUndone) }
        let next = lives[life].next
        lives[life].next = -1
        guard next >= 0, !lives[next].wasVoided, !hasForgotten else { return }
        // A fenced controller had sent it on before it was dealt anew: a conflict, and told as one.
        if hasFenced, lives[next].ticket.id.issuer != names[controller] { return }
        fail(1, "\(name(life)) is at its booth again, and goes on as \(name(next)) as well")
    }

    /// Whether somebody should have called it by the end. What was forgotten can't be told apart.
    func isOwedACall(_ life: Life) -> Bool {
        life.calledAt == nil || life.mustBeCalled && !hasForgotten && !hasFenced
    }

    /// The ticket that a booth's last press keeps back, as far as can be seen.
    func keptBack(from booth: BoothNumber, of controller: Int) -> Int? {
        lives.indices.reversed().prefix(200).first {
            lives[$0].state == .moving && lives[$0].booth == booth
                && lives[$0].holders == 1 << UInt8(controller)
                && lives[$0].leftAt > startedAt[controller]
        }
    }
}
