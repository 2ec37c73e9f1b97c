// SPDX-License-Identifier: Apache-2.0

// How a run ends: everything is healed, both sides must agree within a bound, the booths call until
// nobody waits, and what was promised about every ticket is looked up.

import QueueCore

extension World {
    /// After the last fault is over, both sides agree within this: connections are made anew within
    /// nine seconds, statements and logs follow at the speed of the wire.
    static let agreementBound = TimeSpan.seconds(60)

    mutating func finish() {
        let remembered = aliveSomewhere()
        heal()
        checkAgreement()
        drain()
        checkAgreement()
        checkHistory()
        if !(witness.controllerForgot && witness.centralForgot) { checkNobodyIsLost(remembered) }
        if !(witness.controllerForgot && witness.centralForgot) { checkDoubleCalls() }
        checkGaps()
        witness.checkArrivals()
        checkReports()
        checkSlips()
        checkDisplays()
    }

    private mutating func heal() {
        trouble(for: .seconds(7 * 86_400))
        hasClerks = false
        due[slots.plan] = .max
        later = Agenda()
        for slot in due.indices {
            if case .clerk = slots.meaning(slot) { due[slot] = .max }
        }
        central.fullUntil = .zero
        central.stalledUntil = .zero
        central.pausedUntil = .zero
        central.doom = nil
        central.commitSpan = .zero
        due[slots.later] = .max
        for controller in names.indices { mend(controller) }
        startCentral()
        for controller in names.indices { start(controller) }
        goOnCentral()
        let began = now
        var tries = 0
        repeat {
            tries += 1
            advance(to: now + .seconds(5))
            if tries == 2 {
                mendClock(nil)
                for controller in names.indices { mendClock(controller) }
            }
        } while witness.violation == nil && (tries < 3 || !isAgreed)
            && now - began < Self.agreementBound
        witness.tally.slowestAgreement = max(
            witness.tally.slowestAgreement, (now - began).microseconds)
        for controller in names.indices { checkDisk(controller) }
        checkCentralDisk()
    }

    private mutating func mend(_ controller: Int) {
        controllers[controller].fullUntil = .zero
        controllers[controller].stalledUntil = .zero
        controllers[controller].pausedUntil = .zero
        controllers[controller].doom = nil
        controllers[controller].commitSpan = .zero
        controllers[controller].knowsTime = true
        let link = lines[controller].link
        lines[controller] = Line()
        lines[controller].link = link
        due[slots.up(controller)] = .max
        due[slots.down(controller)] = .max
        // What was on its way is gone: the connection is, too.
        if link != 0 {
            lines[controller].link = 0
            feedCentral(.disconnected(link))
            feed(controller, .disconnected(link))
        }
        if controllers[controller].isRunning { retry(controller) }
        // An earlier connection that the central still believes in.
        if let other = central.machine?.links[names[controller]] {
            feedCentral(.disconnected(other))
        }
        buses[controller]?.framesLostPerMille = 0
        for booth in plans[controller].booths {
            buses[controller]?.setDead(booth.number, false, at: now)
        }
        buses[controller]?.setPort(lost: false, at: now)
        reckonBus(controller)
        goOn(controller)
    }

    private var isAgreed: Bool {
        guard let machine = central.machine, !machine.isSettling, !central.isCommitting else {
            return false
        }
        return names.indices.allSatisfy { controller in
            guard let own = controllers[controller].machine else { return false }
            return own.link.isLive && own.outboxCount == 0
                && machine.orders[names[controller]]?.isEmpty != false
                && machine.controllers[names[controller]]?.hasReported == true
                && machine.controllers[names[controller]]?.isFenced == false
                && lines[controller].up.isEmpty && lines[controller].down.isEmpty
        }
    }

    private mutating func aliveSomewhere() -> Set<TicketID> {
        let today = witness.trueDay.whole
        var alive: Set<TicketID> = []
        for controller in names.indices {
            let rows = controllers[controller].disk.read()
            for held in rows.tickets where held.state.isAlive && held.ticket.day.whole == today {
                alive.insert(held.ticket.id)
            }
        }
        for held in central.disk.read().tickets
        where held.state.isAlive && held.ticket.day.whole == today {
            alive.insert(held.ticket.id)
        }
        return alive
    }

    // MARK: - Both sides agree

    private mutating func checkAgreement() {
        guard witness.violation == nil else { return }
        guard let machine = central.machine else { return witness.fail(5, "no central") }
        let disputed = witness.explained
        for controller in names.indices {
            guard let own = controllers[controller].machine else { continue }
            let name = names[controller]
            if !own.link.isLive { witness.fail(5, "\(name) is not connected after the heal") }
            if machine.controllers[name]?.isFenced == true {
                witness.fail(5, "\(name) is fenced for ever")
            }
            if own.outboxCount != 0 { witness.fail(5, "\(name): \(own.outboxCount) facts stay") }
            if machine.orders[name]?.isEmpty == false { witness.fail(5, "orders for \(name) stay") }
            for held in sorted(own.tickets.values)
            where held.state.isAlive
                && !(held.state != .waiting && disputed.contains(held.ticket.id))
            {
                let known = machine.tickets[held.ticket.id]
                let isSame =
                    known?.holder == .controller(name) && known?.state == held.state
                    && (held.state == .waiting || known?.booth == held.booth)
                    && known?.ticket.service == held.ticket.service
                    && known?.ticket.sender == held.ticket.sender
                if !isSame {
                    witness.fail(
                        5,
                        "\(held.ticket.number) is \(held.state.word) at \(name); central: "
                            + said(held.ticket.id))
                }
            }
        }
        checkCentralTickets(machine)
    }

    private func sorted(_ tickets: some Collection<HeldTicket>) -> [HeldTicket] {
        tickets.sorted { $0.ticket.id < $1.ticket.id }
    }

    private mutating func checkCentralTickets(_ machine: CentralMachine) {
        let alive = machine.tickets.values.filter(\.state.isAlive)
        for known in alive.sorted(by: { $0.ticket.id < $1.ticket.id }) {
            if known.isWithdrawing {
                witness.fail(3, "\(known.ticket.number) is withdrawn for ever")
            }
            switch known.holder {
            case .central:
                let isServed = machine.booths.values.contains { booths in
                    booths.contains { $0.isOpen && $0.services.contains(known.ticket.service) }
                }
                if isServed {
                    witness.fail(
                        3, "\(known.ticket.number) waits at the central though a booth is open")
                }
            case .controller(let name):
                let controller = names.firstIndex(of: name) ?? 0
                if controllers[controller].machine?.tickets[known.ticket.id]?.state != known.state {
                    witness.fail(5, "\(name) does not know of \(said(known.ticket.id))")
                }
            }
        }
        guard !witness.hasForgotten else { return }
        for life in witness.lives where life.ticket.day.whole == machine.meta.day.whole {
            if machine.tickets[life.ticket.id] == nil {
                witness.fail(5, "the central has never heard of \(life.ticket.number)")
            }
        }
    }

    private func said(_ id: TicketID) -> String {
        guard let known = central.machine?.tickets[id] else { return "nothing" }
        return
            "\(known.ticket.number) \(known.state.word) \(known.holder) booth \(known.booth ?? 0)"
    }

    // MARK: - All who wait are served

    /// All booths call until nobody waits, those who are away for a while included.
    private mutating func drain() {
        for _ in 0..<3 where witness.violation == nil {
            for controller in names.indices {
                for booth in plans[controller].booths {
                    command(controller, .open(booth.number))
                }
            }
            advance(to: now + .seconds(2))
            var rounds = 0
            var isQuiet = false
            while !isQuiet, rounds < 4_000, witness.violation == nil {
                rounds += 1
                let before = witness.tally.situations[Situation.called.rawValue]
                for controller in names.indices {
                    for booth in plans[controller].booths {
                        feed(controller, .press(booth.number, .short, nil))
                    }
                }
                advance(to: now + .seconds(2))
                isQuiet =
                    witness.tally.situations[Situation.called.rawValue] == before && !someoneMoves
            }
            if !isQuiet { witness.fail(3, "the booths call for ever") }
            advance(to: now + .seconds(700))
        }
        let waiting = central.machine?.tickets.values.filter {
            $0.state == .waiting && isServed($0.ticket.service)
        }
        if let left = waiting?.min(by: { $0.ticket.id < $1.ticket.id }) {
            witness.fail(3, "nobody calls \(said(left.ticket.id))")
        }
        let away = central.machine?.tickets.values.filter { $0.state == .parked }
        if let left = away?.min(by: { $0.ticket.id < $1.ticket.id }) {
            witness.fail(3, "nobody comes back for \(said(left.ticket.id))")
        }
    }

    private func isServed(_ service: Name) -> Bool { plans.contains { $0.serves(service) } }

    // MARK: - What was promised

    private mutating func checkHistory() {
        guard !witness.hasForgotten else { return }
        for controller in names.indices {
            let left = witness.unheard[controller].count - witness.heardUpTo[controller]
            if left > 0 {
                witness.fail(5, "\(left) facts of \(names[controller]) are not in the history")
            }
        }
    }

    private mutating func checkNobodyIsLost(_ remembered: Set<TicketID>) {
        for life in witness.lives {
            let isOwed = remembered.contains(life.ticket.id) || !witness.hasForgotten
            guard isOwed, witness.isOwedACall(life), !life.wasVoided else { continue }
            let service = central.machine?.tickets[life.ticket.id]?.ticket.service
            if !isServed(service ?? life.ticket.service) { continue }
            witness.fail(
                3,
                "\(life.ticket.number) of day \(life.ticket.day) was not called, and nobody "
                    + "says why; central: \(said(life.ticket.id))")
        }
    }

    private mutating func checkDoubleCalls() {
        // What nobody remembers, nobody can say: the history must have both calls.
        let silent = witness.doubleCalls.subtracting(witness.explained).filter { id in
            witness.index[id].map { witness.lives[$0].heardTwice } ?? false
        }
        if let id = silent.min(), let life = witness.index[id] {
            witness.fail(1, "\(witness.name(life)) was called by two, and nobody says so")
        }
    }

    /// Each number up to the last one given out was issued, is still held by somebody to be issued, or
    /// is a gap with its reason.
    private mutating func checkGaps() {
        guard !witness.hasForgotten, let machine = central.machine else { return }
        let numbers = witness.numbers
        for day in numbers.days {
            for service in scenario.services where !service.wraps {
                let series = service.series
                let isGiven = { numbers[day, series, $0] >= 0 }
                guard let last = (0...Limits.numberValueMax).last(where: isGiven) else { continue }
                for value in service.first...last where !isGiven(value) {
                    let isHeld = machine.blocks.contains {
                        $0.block.day == day && $0.block.series == series
                            && $0.block.next <= value && value <= $0.block.last
                    }
                    if isHeld || witness.gaps[day, series, value] { continue }
                    return witness.fail(
                        3,
                        "\(service.series)\(value) of day \(day) was never given out, and no gap "
                            + "is recorded")
                }
            }
        }
    }

    private mutating func checkDisplays() {
        guard witness.violation == nil else { return }
        for controller in names.indices where buses[controller] != nil {
            advance(
                to: now + UnitBusLimits.backWithin(units: plans[controller].booths.count))
            for booth in plans[controller].booths {
                let text = buses[controller]?.text(booth.number) ?? ""
                let owed = witness.owedText(controller, booth.number)
                if text != owed {
                    witness.fail(
                        6,
                        "booth \(booth.number) of \(names[controller]) shows \(text) after the "
                            + "heal, not \(owed)")
                }
            }
        }
    }

    // MARK: - Memory and disk

    /// What a program believes is what its disk has: to kill it here would change nothing.
    mutating func checkDisk(_ controller: Int) {
        guard let machine = controllers[controller].machine,
            !controllers[controller].isCommitting
        else { return }
        let disk = controllers[controller].disk.read()
        let name = names[controller]
        var meta = machine.meta
        // Both are said again by the next welcome.
        meta.rank = disk.meta.rank
        meta.factsAcknowledged = disk.meta.factsAcknowledged
        if meta != disk.meta { witness.fail(0, "\(name): the values on disk differ") }
        let isSame = { (held: HeldTicket) in machine.tickets[held.ticket.id] == held }
        if machine.tickets.count != disk.tickets.count || !disk.tickets.allSatisfy(isSame) {
            compare(machine.tickets.values, disk.tickets, "\(name): tickets")
        }
        compare(machine.blocks, disk.blocks, "\(name): blocks")
        compare(machine.marks, disk.marks, "\(name): marks")
        compare(machine.passedOver, disk.passedOver, "\(name): counts of passing over")
        compare(machine.slips, disk.slips, "\(name): slips")
        if machine.facts != disk.facts { witness.fail(0, "\(name): the log on disk differs") }
        let waiting = machine.tickets.values.count { $0.state == .waiting }
        let isWaiting = { (ticket: Ticket) in
            machine.tickets[ticket.id].map { $0.state == .waiting && $0.ticket == ticket } ?? false
        }
        if machine.tray.count != waiting || !machine.tray.allSatisfy(isWaiting)
            || KeyedRows(machine.tray, by: \.id).count != waiting
        {
            witness.fail(0, "\(name): the tray is not what waits")
        }
    }

    private mutating func compare<Row: Hashable>(_ memory: [Row], _ disk: [Row], _ what: String) {
        if memory == disk { return }
        let (kept, written) = (Set(memory), Set(disk))
        guard kept != written || memory.count != disk.count else { return }
        let texts = kept.symmetricDifference(written).map { "\($0)" }.sorted()
        witness.fail(
            0,
            "\(what) on disk differ (\(memory.count) in memory, \(disk.count) on disk): "
                + texts.prefix(3).joined(separator: "; "))
    }

    mutating func checkCentralDisk() {
        guard let machine = central.machine, !central.isCommitting else { return }
        let disk = central.disk.read()
        if machine.meta != disk.meta { witness.fail(0, "central: the values on disk differ") }
        let isSame = { (held: CentralTicket) in machine.tickets[held.ticket.id] == held }
        if machine.tickets.count != disk.tickets.count || !disk.tickets.allSatisfy(isSame) {
            compare(machine.tickets.values, disk.tickets, "central: tickets")
        }
        compare(machine.blocks, disk.blocks, "central: blocks")
        if machine.book.rows != disk.appointments {
            witness.fail(0, "central: the appointments on disk differ")
        }
        compare(machine.counters, disk.counters, "central: counters")
        let known = Dictionary(disk.controllers.map { ($0.name, $0) }) { $1 }
        for name in names {
            if machine.orders[name] ?? [] != disk.orders[name] ?? [] {
                witness.fail(0, "central: the orders of \(name) on disk differ")
            }
            if machine.controllers[name] != known[name] ?? ControllerRecord(name: name) {
                witness.fail(0, "central: the record of \(name) on disk differs")
            }
        }
    }
}
