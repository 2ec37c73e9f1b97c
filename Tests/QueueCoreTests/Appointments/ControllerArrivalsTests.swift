// SPDX-License-Identifier: Apache-2.0

// Codes and walk-ins at a controller.

import Testing

@testable import QueueCore

@Suite struct ControllerArrivalsTests {
    private let service: Name
    private var machine: ControllerMachine

    init() throws {
        service = try #require(Name("admission"))
        let name = try #require(Name("hall-a"))
        let plan = ControllerPlan(name: name, booths: [], services: [service])
        var snapshot = ControllerSnapshot(epoch: Epoch(random: 1))
        snapshot.meta.day = ServiceDay(20_780)
        snapshot.blocks = [
            Block(
                day: ServiceDay(20_780), series: try #require(Series("A")), service: service,
                first: 1, last: 50, next: 1)
        ]
        machine = ControllerMachine(plan: plan, snapshot: snapshot, run: Epoch(random: 2))
        _ = machine.start(at: .zero)
    }

    private mutating func reply(_ command: ControllerCommand) -> (Reply?, [Fact]) {
        let output = machine.step(.command(command, 1), at: .zero)
        var reply: Reply?
        for case .reply(_, let given) in output.effects { reply = given }
        let facts = output.changes.compactMap { change -> Fact? in
            if case .fact(let fact) = change { fact.record } else { nil }
        }
        return (reply, facts)
    }

    @Test mutating func ticketForACode_IsToldAfterItsIssue() throws {
        let code = TrackingCode(random: 4)
        let (given, facts) = reply(.arrive(service: service, priority: .elderly, code))
        guard case .issued(let number, let id, _, _)? = given else {
            Issue.record("\(String(describing: given))")
            return
        }
        #expect(number.description == "A001" && facts.count == 2)
        #expect(facts.last == .arrived(id, code))
        guard case .issued(let ticket, nil)? = facts.first else { return }
        #expect(ticket.priority == .elderly)
    }

    @Test mutating func mistypedCode_GivesNoTicket() throws {
        let code = try #require(TrackingCode(value: TrackingCode(random: 4).value ^ 1))
        let (given, facts) = reply(.arrive(service: service, priority: .normal, code))
        #expect(given == .refused(.appointment(.codeMistyped)) && facts.isEmpty)
    }

    @Test mutating func quota_HoldsOnlyWhileTheCentralIsThere() throws {
        machine.walkInsLeft[service] = 0
        let take = ControllerCommand.take(service: service, priority: .normal)
        guard case .issued? = reply(take).0 else {
            Issue.record("offline, a patient was sent away")
            return
        }
        machine.link = .live(9, sent: 0)
        machine.walkInsLeft[service] = 0
        #expect(reply(take).0 == .refused(.appointment(.walkInsFull(service))))
        guard case .issued? = reply(.take(service: service, priority: .emergency)).0 else {
            Issue.record("an emergency was sent away")
            return
        }
        _ = machine.step(.disconnected(9), at: .zero)
        guard case .issued? = reply(take).0 else {
            Issue.record("offline, a patient was sent away")
            return
        }
    }
}
