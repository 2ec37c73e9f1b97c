// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// A connected controller of four booths with a tray that is pressed at.
struct GuardedHall {
    private var machine: ControllerMachine
    private var now = Moment.zero
    private var told: UInt64 = 0
    private(set) var calls = 0

    /// With so many tickets in the tray.
    init(tickets: Int) {
        let service = GuardedNames.service(0)
        let plan = ControllerPlan(
            name: GuardedNames.controller(0),
            booths: (1...4).map { BoothPlan(number: $0, services: [service]) },
            services: [service], guardSpan: .zero)
        var snapshot = ControllerSnapshot(epoch: Epoch(random: 7))
        snapshot.meta.day = GuardedNames.day
        snapshot.tickets = (1...tickets).map { place in
            HeldTicket(ticket: GuardedNames.ticket(place, of: 0))
        }
        machine = ControllerMachine(plan: plan, snapshot: snapshot, run: Epoch(random: 11))
        _ = machine.start(at: now)
        step(.connected(1))
        let welcome = Welcome(
            version: protocolVersion, central: Epoch(random: 13), have: 0, day: GuardedNames.day,
            rank: UInt64(tickets))
        step(.message(1, .welcome(welcome), random: 17))
        acknowledge()
    }

    /// A press that calls, its commit, and the central's word that it knows.
    mutating func press() {
        let before = machine.tray.count
        step(.press(BoothNumber(calls % 4 + 1), .short, UInt64(calls + 1)))
        machine.committed(at: now)
        if machine.tray.count == before - 1 { calls += 1 }
        acknowledge()
    }

    private mutating func acknowledge() {
        step(.message(1, .acknowledge(told), random: 19))
    }

    private mutating func step(_ input: ControllerInput) {
        now = now + .milliseconds(100)
        for effect in machine.step(input, at: now).effects {
            if case .send(_, .fact(let fact)) = effect { told = fact.number }
        }
    }
}
