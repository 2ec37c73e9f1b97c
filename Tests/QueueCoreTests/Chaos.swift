// SPDX-License-Identifier: Apache-2.0

// Plays a bad day in a town and checks what must always hold. What was called, issued and shown is
// written down here from what was committed, apart from what the machines believe.

@testable import QueueCore

final class Chaos {
    let weather: ChaosWeather
    let town: Town
    let names: [String]
    private(set) var failure: String?
    private var day: Int32 = 20_000
    private var trusted: [Name: Bool] = [:]
    private var copies: [Name: ControllerSnapshot] = [:]
    private var restored: Set<Name> = []
    private var centralCopy: CentralSnapshot?
    /// Every fact ever committed, by controller and epoch.
    private(set) var facts: [Name: [Epoch: [Numbered<Fact>]]] = [:]
    private var owedSign: [Name: [BoothNumber: TicketID]] = [:]
    private var numberOf: [TicketID: TicketNumber] = [:]
    private var endedBy: [TicketID: Name] = [:]
    private var everCalled: Set<TicketID> = []
    private var everCancelled: Set<TicketID> = []
    private var issuedNumbers: [ServiceDay: [TicketNumber: TicketID]] = [:]
    private var issuedSeen = 0
    private(set) var doubleCalls: Set<TicketID> = []

    init(_ weather: ChaosWeather, seed: UInt64) {
        self.weather = weather
        names = Array(["hall-a", "hall-b", "hall-c"].prefix(weather.controllers))
        let letters = ["A", "B", "C"]
        let services = (0..<weather.services).compactMap {
            Service(
                name: name("s\($0)"), hall: name("main"), series: series(letters[$0]),
                blockSize: weather.blockSize)
        }
        town = Town(
            seed: seed, controllers: names, booths: weather.booths, services: services,
            serves: { controller, booth, all in
                // The first service is everybody's; each other one has a controller without it.
                let own = all.enumerated().filter {
                    $0.offset == 0 || ($0.offset + controller) % 3 != 0
                }.map(\.element)
                return booth % 2 == 0 ? Array(own.reversed()) : own
            })
        for text in names {
            let key = name(text)
            let disk = town.disks[key]
            for fact in disk?.facts ?? [] {
                if let epoch = disk?.meta.epoch { note(key, epoch, fact) }
            }
        }
        town.onFact = { [unowned self] in note($0, $1, $2) }
    }

    // MARK: - What is written down

    private func fail(_ text: String) {
        if failure == nil { failure = text }
    }

    private func note(_ key: Name, _ epoch: Epoch, _ fact: Numbered<Fact>) {
        facts[key, default: [:]][epoch, default: []].append(fact)
        switch fact.record {
        case .issued(let ticket): numberOf[ticket.id] = ticket.number
        case .called(let booth, let ticket):
            numberOf[ticket.id] = ticket.number
            everCalled.insert(ticket.id)
            if let other = endedBy[ticket.id], other != key {
                doubleCalls.insert(ticket.id)
                if !weather.isForgetful, !weather.fences {
                    fail("\(ticket.number) ended at \(other) and was called by \(key)")
                }
            }
            endedBy[ticket.id] = nil
            owedSign[key, default: [:]][booth] = ticket.id
        case .finished(let booth, let id), .noShow(let booth, let id):
            endedBy[id] = key
            unshow(key, booth, id)
        case .parked(let booth, let id, _), .transferred(let booth, let id, _, _):
            unshow(key, booth, id)
        case .cancelled(let id, _):
            everCancelled.insert(id)
            for booth in town.controllerPlans[key]?.booths ?? [] { unshow(key, booth.number, id) }
        case .undone(let booth, _, let restored):
            owedSign[key, default: [:]][booth] = restored
            if let restored { endedBy[restored] = nil }
        default: break
        }
    }

    private func unshow(_ key: Name, _ booth: BoothNumber, _ id: TicketID) {
        if owedSign[key]?[booth] == id { owedSign[key]?[booth] = nil }
    }

    // MARK: - Playing

    func play(_ steps: [ChaosStep]) {
        for (place, step) in steps.enumerated() {
            if town.keepsTrace { town.trace.append("-- \(place + 1). \(step)") }
            carryOut(step)
            checkAlways()
            if let found = failure {
                failure = "after step \(place + 1): \(found)"
                return
            }
        }
    }

    private func key(_ index: Int) -> Name { name(names[index]) }

    private func carryOut(_ step: ChaosStep) {
        switch step {
        case .take(let service, let priority):
            if town.central != nil { town.take("s\(service)", priority) }
        case .takeAt(let who, let service, let priority):
            command(who, .take(service: name("s\(service)"), priority: priority))
        case .verb(let who, let booth, let verb, let service):
            command(who, command(BoothNumber(booth), verb, service))
        case .callNumber(let who, let booth, let ticket):
            if let number = pick(ticket) { command(who, .call(BoothNumber(booth), number)) }
        case .cancelAt(let who, let ticket):
            if let number = pick(ticket) { command(who, .cancel(number)) }
        case .cancel(let ticket):
            if let number = pick(ticket) {
                town.feedCentral(.command(.cancel(number), town.nextRequest))
                town.nextRequest += 1
            }
        case .deliver(let count):
            town.connect()
            for _ in 0..<count where town.deliverOne() {}
        case .settle: town.settle()
        case .pass(let span): town.pass(span)
        case .nextDay: nextDay()
        case .clock(let who, let isTrusted): tell(who, isTrusted)
        case .fence(let who):
            town.feedCentral(.command(.fence(key(who)), town.nextRequest))
            town.nextRequest += 1
        default: breakSomething(step)
        }
    }

    private func breakSomething(_ step: ChaosStep) {
        switch step {
        case .cut(let who): town.cutWire(names[who])
        case .heal(let who): town.healWire(names[who])
        case .breakSilently(let who): town.breakSilently(names[who])
        case .noticeHalfOpen: town.noticeHalfOpen()
        case .kill(let who):
            // An old copy that outgrows the one it replaced, and restarts, before the central has seen
            // it once, can't be told from it.
            if restored.contains(key(who)) { town.settle() }
            if town.controllers[key(who)]?.link.isLive == true { restored.remove(key(who)) }
            if !restored.contains(key(who)) { kill(who) }
        case .start(let who): start(who)
        case .killCentral: killCentral()
        case .startCentral: startCentral()
        case .loseDisk(let who):
            kill(who)
            town.disks[key(who)] = ControllerSnapshot(epoch: Epoch(random: town.newRandom()))
            forgetSigns(who)
            start(who)
        case .copyDisk(let who):
            if !restored.contains(key(who)) { copies[key(who)] = town.disks[key(who)] }
        case .restoreDisk(let who):
            guard let copy = copies[key(who)] else { return }
            kill(who)
            town.disks[key(who)] = copy
            restored.insert(key(who))
            forgetSigns(who)
            start(who)
        case .loseCentralDisk:
            killCentral()
            town.centralDisk = CentralSnapshot(epoch: Epoch(random: town.newRandom()))
            forgetEnds()
            startCentral()
        case .copyCentralDisk: centralCopy = town.centralDisk
        case .restoreCentralDisk:
            guard let copy = centralCopy else { return }
            killCentral()
            town.centralDisk = copy
            forgetEnds()
            startCentral()
        default: break
        }
    }

    private func command(
        _ booth: BoothNumber, _ verb: ChaosStep.Verb, _ service: Int
    )
        -> ControllerCommand
    {
        switch verb {
        case .next: .next(booth)
        case .recall: .recall(booth)
        case .noShow: .noShow(booth)
        case .finish: .finish(booth)
        case .park: .park(booth, seconds: service == 0 ? nil : 2)
        case .transfer: .transfer(booth, service: name("s\(service)"))
        case .undo: .undo(booth)
        case .open: .open(booth)
        case .close: .close(booth)
        }
    }

    private func command(_ who: Int, _ command: ControllerCommand) {
        if town.controllers[key(who)] != nil { town.ask(command, at: names[who]) }
    }

    private func pick(_ index: Int) -> TicketNumber? {
        // Mostly one of the newest: those are alive.
        let recent = town.issued.suffix(12)
        return recent.isEmpty ? nil : Array(recent)[index % recent.count].number
    }

    private func nextDay() {
        day += 1
        town.feedCentral(.clock(today: ServiceDay(day), isTrusted: true))
        for who in names.indices { tell(who, trusted[key(who)] ?? true) }
    }

    private func tell(_ who: Int, _ isTrusted: Bool) {
        trusted[key(who)] = isTrusted
        town.feed(key(who), .clock(today: ServiceDay(day), isTrusted: isTrusted))
    }

    private func kill(_ who: Int) {
        checkDisk(of: key(who))
        town.kill(names[who])
    }

    private func start(_ who: Int) {
        guard town.controllers[key(who)] == nil else { return }
        town.shown[key(who)] = nil
        town.start(names[who])
        tell(who, trusted[key(who)] ?? true)
    }

    private func killCentral() {
        checkCentralDisk()
        town.killCentral()
    }

    private func startCentral() {
        guard town.central == nil else { return }
        town.startCentral()
        town.feedCentral(.clock(today: ServiceDay(day), isTrusted: true))
    }

    /// What no disk knows of any more has not happened.
    private func forgetEnds() {
        var known = Set(town.centralDisk.tickets.filter { !$0.state.isAlive }.map(\.ticket.id))
        for disk in town.disks.values {
            known.formUnion(disk.tickets.filter { !$0.state.isAlive }.map(\.ticket.id))
            for fact in disk.facts {
                switch fact.record {
                case .finished(_, let id), .noShow(_, let id), .cancelled(let id, _):
                    known.insert(id)
                default: break
                }
            }
        }
        endedBy = endedBy.filter { known.contains($0.key) }
        let heard = town.history.compactMap { entry -> TicketID? in
            guard case .fact(_, _, let fact) = entry, case .called(_, let ticket) = fact.record
            else { return nil }
            return ticket.id
        }
        doubleCalls = doubleCalls.filter { id in heard.count { $0 == id } > 1 }
    }

    /// After a disk was changed by hand, a booth's last call is what that disk says.
    private func forgetSigns(_ who: Int) {
        forgetEnds()
        owedSign[key(who)] = [:]
        guard let disk = town.disks[key(who)] else { return }
        for booth in disk.booths {
            let held = disk.tickets.first { $0.ticket.id == booth.current && $0.state == .called }
            owedSign[key(who)]?[booth.number] = held?.ticket.id
        }
    }

    // MARK: - What must hold after every step

    private func checkAlways() {
        checkNumbers()
        checkSigns()
        if !weather.isForgetful, !weather.fences { checkCustody() }
    }

    private func checkNumbers() {
        for ticket in town.issued[issuedSeen...] {
            numberOf[ticket.id] = ticket.number
            let first = issuedNumbers[ticket.day, default: [:]][ticket.number] ?? ticket.id
            issuedNumbers[ticket.day, default: [:]][ticket.number] = first
            if first != ticket.id, !weather.isForgetful {
                fail("number \(ticket.number) was issued twice")
            }
        }
        issuedSeen = town.issued.count
    }

    private func checkSigns() {
        for (key, machine) in town.controllers {
            for booth in machine.booths {
                let owed =
                    owedSign[key]?[booth.plan.number].flatMap { numberOf[$0] }?.description
                    ?? "----"
                let shown = town.shown[key]?[booth.plan.number]?.text ?? "nothing"
                if owed != shown {
                    fail("booth \(booth.plan.number) of \(key): \(shown), not \(owed)")
                }
            }
        }
    }

    /// Nobody but one controller has a ticket that is alive.
    private func checkCustody() {
        var keeper: [TicketID: Name] = [:]
        for (key, disk) in town.disks {
            for held in disk.tickets where held.state.isAlive {
                if let other = keeper.updateValue(key, forKey: held.ticket.id) {
                    fail("\(held.ticket.number) is with \(other) and with \(key)")
                }
            }
        }
    }

    /// What the machine believes is what its disk has: a kill here would change nothing.
    private func checkDisk(of key: Name) {
        guard let machine = town.controllers[key], let disk = town.disks[key] else { return }
        var meta = machine.meta
        // Both are said again by the next welcome.
        meta.rank = disk.meta.rank
        meta.factsAcknowledged = disk.meta.factsAcknowledged
        if meta != disk.meta { fail("\(key): the values on disk differ") }
        if Set(machine.tickets.values) != Set(disk.tickets) {
            fail("\(key): tickets on disk differ")
        }
        if Set(machine.blocks) != Set(disk.blocks) { fail("\(key): blocks on disk differ") }
        if Set(machine.marks) != Set(disk.marks) { fail("\(key): marks on disk differ") }
        if machine.facts != disk.facts { fail("\(key): the log on disk differs") }
        let waiting = Set(machine.tickets.values.filter { $0.state == .waiting }.map(\.ticket))
        if Set(machine.tray) != waiting || machine.tray.count != waiting.count {
            fail("\(key): the tray is not what waits")
        }
    }

    private func checkCentralDisk() {
        guard let central = town.central else { return }
        let disk = town.centralDisk
        if central.meta != disk.meta { fail("central: the values on disk differ") }
        if Set(central.tickets.values) != Set(disk.tickets) { fail("central: tickets differ") }
        if Set(central.blocks) != Set(disk.blocks) { fail("central: blocks differ") }
        if Set(central.counters) != Set(disk.counters) { fail("central: counters differ") }
        let orders = { (all: [Name: [Numbered<Order>]]) in all.filter { !$0.value.isEmpty } }
        if orders(central.orders) != orders(disk.orders) { fail("central: orders differ") }
        let known = Dictionary(disk.controllers.map { ($0.name, $0) }) { $1 }
        for (name, record) in central.controllers where known[name] ?? .init(name: name) != record {
            fail("central: the record of \(name) on disk differs")
        }
    }
}

// MARK: - The end of the day

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

    /// All booths call until nobody waits; in every second town only those of one controller.
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
