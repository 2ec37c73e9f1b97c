// SPDX-License-Identifier: Apache-2.0

// How a bad day ends: everything is healed, the booths call until nobody waits, and both sides must
// tell the same history.

@testable import QueueCore

extension Chaos {
    /// Heals everything, lets it settle, and lets the booths call until nobody waits.
    func finish() {
        guard failure == nil else { return }
        let remembered = aliveSomewhere()
        heal()
        if failure == nil { checkAgreement() }
        if failure == nil { drain() }
        if failure == nil { checkAgreement() }
        if failure == nil { checkHistory() }
        // What one side has forgotten can't be had from the other when that one forgets as well.
        if failure == nil, !(weather.controllerAmnesia && weather.centralAmnesia) {
            checkNobodyIsLost(remembered)
        }
        if failure == nil { checkDoubleCalls() }
    }

    private func heal() {
        if town.central == nil { startCentral() }
        for who in names.indices {
            town.healWire(names[who])
            start(who)
        }
        town.noticeHalfOpen()
        for _ in 0..<3 {
            town.settle()
            for who in names.indices { tell(who, true) }
            town.pass(.seconds(10))
        }
        town.settle()
        checkAlways()
        for who in names.indices { checkDisk(of: key(who)) }
        checkCentralDisk()
    }

    private func aliveSomewhere() -> Set<TicketID> {
        let today = ServiceDay(day)
        let here = town.disks.values.flatMap { disk in
            disk.tickets.filter { $0.state.isAlive && $0.ticket.day == today }.map(\.ticket.id)
        }
        let there = town.centralDisk.tickets
            .filter { $0.state.isAlive && $0.ticket.day == today }.map(\.ticket.id)
        return Set(here + there)
    }

    private func checkAgreement() {
        guard let central = town.central else { return fail("no central") }
        let disputed = Set(
            town.history.compactMap {
                if case .conflict(let found) = $0 { found.ticket } else { nil }
            })
        for (key, machine) in town.controllers.sorted(by: { $0.key < $1.key }) {
            if !machine.link.isLive { fail("\(key) is not connected after the heal") }
            if central.controllers[key]?.isFenced == true { fail("\(key) is fenced for ever") }
            if central.controllers[key]?.hasReported == false { fail("\(key) has not reported") }
            if machine.outboxCount != 0 { fail("\(key): \(machine.outboxCount) facts stay") }
            if central.orders[key]?.isEmpty == false { fail("orders for \(key) stay") }
            for held in machine.tickets.values
            where held.state.isAlive
                && !(held.state != .waiting && disputed.contains(held.ticket.id))
            {
                guard let known = central.tickets[held.ticket.id],
                    known.holder == .controller(key), known.state == held.state,
                    held.state == .waiting || known.booth == held.booth
                else {
                    fail(
                        "\(held.ticket.number) is \(held.state) at \(key) booth "
                            + "\(held.booth ?? 0); central: \(said(held.ticket.id))")
                    continue
                }
            }
        }
        for known in central.tickets.values where known.state.isAlive {
            if known.isWithdrawing { fail("\(known.ticket.number) is withdrawn for ever") }
            switch known.holder {
            case .central: checkPool(known, central)
            case .controller(let key):
                if town.controllers[key]?.tickets[known.ticket.id]?.state != known.state {
                    fail("\(key) does not know of \(said(known.ticket.id))")
                }
            }
        }
        checkIssued(central)
    }

    private func checkPool(_ known: CentralTicket, _ central: CentralMachine) {
        let isServed = central.booths.values.contains { booths in
            booths.contains { $0.isOpen && $0.services.contains(known.ticket.service) }
        }
        if isServed { fail("\(known.ticket.number) waits at the central though a booth is open") }
    }

    private func checkIssued(_ central: CentralMachine) {
        guard !weather.isForgetful else { return }
        for ticket in town.issued where ticket.day == central.meta.day {
            if central.tickets[ticket.id] == nil { fail("\(ticket.number) is lost") }
        }
        for (key, machine) in town.controllers {
            for held in machine.tickets.values
            where !held.state.isAlive && held.state != .transferred {
                let known = central.tickets[held.ticket.id]
                guard known?.holder == .controller(key) else { continue }
                if known?.state != held.state {
                    fail(
                        "\(held.ticket.number) is \(held.state) at \(key); \(said(held.ticket.id))")
                }
            }
        }
    }

    private func said(_ id: TicketID) -> String {
        guard let known = town.central?.tickets[id] else { return "nothing" }
        return "\(known.ticket.number) \(known.state) \(known.holder) booth \(known.booth ?? 0)"
    }

    /// All booths call until nobody waits, those who are away for a while included.
    private func drain() {
        for _ in 0..<8 {
            for who in names.indices {
                for booth in 1...weather.booths { command(who, .open(BoothNumber(booth))) }
            }
            town.settle()
            var rounds = 0
            var isQuiet = false
            while !isQuiet, rounds < 2_000, failure == nil {
                rounds += 1
                isQuiet = true
                for who in names.indices {
                    for booth in 1...weather.booths {
                        let reply = town.press(BoothNumber(booth), at: names[who])
                        if case .called = reply { isQuiet = false }
                    }
                    town.settle()
                }
                checkAlways()
            }
            if !isQuiet { fail("the booths call for ever") }
            town.pass(.seconds(700))
            town.settle()
        }
        let waiting = town.central?.tickets.values.filter {
            $0.state == .waiting && isServed($0.ticket.service)
        }
        if let left = waiting?.first { fail("nobody calls \(said(left.ticket.id))") }
    }

    private func isServed(_ service: Name) -> Bool {
        town.controllerPlans.values.contains { $0.serves(service) }
    }

    /// Each fact of each controller is in the central's history once, in order.
    private func checkHistory() {
        guard !weather.isForgetful else { return }
        for (key, epochs) in facts {
            for (epoch, committed) in epochs {
                let owed = withoutStatements(committed)
                let heard = town.history.compactMap { entry -> Numbered<Fact>? in
                    guard case .fact(key, epoch, let fact) = entry else { return nil }
                    return fact
                }
                if owed != heard { fail("the history of \(key) is not what it committed") }
            }
        }
    }

    private func withoutStatements(_ log: [Numbered<Fact>]) -> [Numbered<Fact>] {
        var isInside = false
        return log.filter { fact in
            if fact.record == .reportBegan { isInside = true }
            defer { if fact.record == .reportEnded { isInside = false } }
            return !isInside
        }
    }

    private func checkNobodyIsLost(_ remembered: Set<TicketID>) {
        for entry in town.history {
            if case .cancelled(let id, _) = entry { everCancelled.insert(id) }
        }
        for id in remembered where !everCalled.contains(id) && !everCancelled.contains(id) {
            if let held = town.central?.tickets[id], !isServed(held.ticket.service) { continue }
            fail("\(numberOf[id]?.description ?? "?") \(id) was never called: \(said(id))")
        }
    }

    private func checkDoubleCalls() {
        var explained: Set<TicketID> = []
        for entry in town.history {
            switch entry {
            case .conflict(let conflict): explained.insert(conflict.ticket)
            case .dealtAgain(let id, _): explained.insert(id)
            default: break
            }
        }
        for id in doubleCalls.subtracting(explained) {
            fail("\(numberOf[id]?.description ?? "?") was called by two, and nobody says so")
        }
    }
}
