// SPDX-License-Identifier: Apache-2.0

// The central's program in its world, and the kiosk that asks it for tickets.

import QueueCore

extension World {
    mutating func startCentral() {
        guard !central.isRunning else { return }
        let snapshot = central.disk.read()
        var machine = CentralMachine(
            plan: centralPlan, snapshot: snapshot, run: Epoch(random: marks.mark()))
        let output = machine.start(at: now)
        central.run(machine)
        witness.read(snapshot.appointments)
        note("the central starts")
        conclude(central.adopt(output.changes, output.singleEffects, at: now))
        guard central.isRunning else { return }
        tellCentralClock()
        greetAsKiosk()
        for controller in names.indices where controllers[controller].isRunning {
            if lines[controller].link == 0 { retry(controller) }
        }
    }

    private mutating func greetAsKiosk() {
        lastLink += 256
        kioskLink = lastLink | 0xFF
        guard let name = Name("kiosk") else { return }
        feedCentral(.connected(kioskLink))
        feedCentral(
            .message(
                kioskLink, .attach(version: 1, role: .kiosk, name: name), random: marks.mark()))
    }

    mutating func dieCentral(downFor span: TimeSpan, isSudden: Bool) {
        guard central.isRunning else { return }
        central.die()
        witness.centralDeaths += 1
        note("the central is gone for \(span.seconds) s")
        trouble(for: span + .seconds(20))
        due[slots.central] = .max
        for controller in names.indices {
            let link = lines[controller].link
            lines[controller].up.clear()
            due[slots.up(controller)] = .max
            guard link != 0 else { continue }
            if isSudden {
                lines[controller].down.clear()
                due[slots.down(controller)] = .max
                put(.nearLost(controller, link), after: trips.span(.seconds(4), .seconds(5)))
            } else {
                sendEndDown(controller, of: link)
            }
        }
        put(.startCentral, after: span)
    }

    mutating func feedCentral(_ input: consuming CentralInput) {
        conclude(central.feed(consume input, at: now))
    }

    mutating func goOnCentral() {
        conclude(central.goOn(.tick, at: now))
    }

    private mutating func conclude(_ outcome: Node<CentralMachine>.Outcome) {
        witness.tally.steps += 1
        switch outcome {
        case .later: break
        case .done(let changes, let effects):
            commit(changes)
            for place in effects.indices { perform(effects, place) }
        case .died(let changes, let effects):
            commit(changes)
            for place in effects.indices { perform(effects, place) }
            let span = central.doomSpan
            central.doom = nil
            dieCentral(downFor: span, isSudden: span > .seconds(20))
        case .failed: recoverCentral()
        }
        due[slots.central] = central.due(now)?.microseconds ?? .max
    }

    private mutating func commit(_ changes: [CentralChange]) {
        guard !changes.isEmpty else { return }
        if trace != nil { tell(changes) }
        witness.isClockRight =
            central.knowsTime && central.wallError == 0 && now > central.heardClock
        witness.committed(changes)
        if let excess = central.excess() { witness.fail(9, excess) }
        checkFlow()
    }

    /// While all is well, orders are acknowledged soon.
    private mutating func checkFlow() {
        for (controller, name) in names.enumerated() {
            let (count, first) = central.waitingOrders(name)
            let isCalm = now > troubledUntil
            if orderFlows[controller].stands(isCalm ? count : 0, after: first, at: now) {
                witness.fail(5, "\(name) is connected, and \(count) orders for it stay")
            }
        }
    }

    /// The disk did not take it: all are told, and greet it again, as nobat-central does.
    private mutating func recoverCentral() {
        let rows = central.disk.read()
        var machine = CentralMachine(
            plan: centralPlan, snapshot: rows, run: Epoch(random: marks.mark()))
        if let old = central.machine { machine.inherit(from: old) }
        let first = machine.start(at: now)
        guard first.changes.isEmpty else {
            return dieCentral(downFor: .seconds(10), isSudden: false)
        }
        central.run(machine)
        note("the central could not write")
        trouble(for: .seconds(20))
        for controller in names.indices where lines[controller].link != 0 {
            sendDown(controller, .error(.storeFailed, detail: ""), on: lines[controller].link)
            sendEndDown(controller, of: lines[controller].link)
        }
        let effects = first.singleEffects
        for place in effects.indices { perform(effects, place) }
        // What the clock ends can be written no more than what has just failed: it is read again soon.
        put(.centralClock, after: .seconds(5))
        greetAsKiosk()
    }

    private mutating func perform(_ effects: [CentralEffect], _ place: Int) {
        switch effects[place] {
        case .sendAll: preconditionFailure("each is told by itself")
        case .send(let link, let message):
            if link == kioskLink {
                kioskHears(message)
            } else {
                sendDown(Int(link & 0xFF), message, on: link)
            }
        case .close(let link, let complaint):
            heard(complaint)
            if link != kioskLink { sendEndDown(Int(link & 0xFF), of: link) }
        case .reply(_, let reply):
            if case .refused(let refusal) = reply { heard(refusal) }
            if case .appointment(let reply) = reply { heardOnSocket(reply) }
        case .event(let event):
            switch event {
            case .clockRefused: witness.tally.count(.clockRefused)
            case .clockBehind: witness.tally.count(.clockBehind)
            default: break
            }
        }
    }

    // MARK: - The kiosk

    mutating func takeAtKiosk(_ service: Int, _ priority: PriorityClass, asksTwice: Bool) {
        guard central.isRunning else { return }
        kioskReference += 1
        let name = scenario.services[service % scenario.services.count].name
        let ask = ClientMessage.take(reference: kioskReference, service: name, priority: priority)
        for _ in 0..<(asksTwice ? 2 : 1) where central.isRunning {
            feedCentral(.message(kioskLink, ask, random: marks.mark()))
        }
    }

    /// However often it is asked, one question has one ticket.
    private mutating func kioskHears(_ message: CentralMessage) {
        switch message {
        case .ticket(let reference, let number, let id, _, _):
            if let other = kioskAnswers.replace(reference, with: id), other != id {
                witness.fail(4, "one question of the kiosk had two tickets, \(number) the second")
            }
        case .appointment(let reference, let answer): kioskHears(answer, reference)
        case .refused(let reference, let name, _):
            if name == "settling" { witness.tally.count(.settlingRefused) }
            if name == "service-closed" { witness.tally.count(.closedRefused) }
            if name == "series-exhausted" { witness.tally.count(.seriesExhausted) }
            if name == "walk-ins-full" { witness.tally.count(.walkInsFull) }
            kioskIsRefused(name, reference)
        default: break
        }
    }
}
