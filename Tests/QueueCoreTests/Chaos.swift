// SPDX-License-Identifier: Apache-2.0

// Plays a bad day in a town and checks what must always hold. What was called, issued and shown is
// written down here from what was committed, apart from what the machines believe.

@testable import QueueCore

final class Chaos {
    let weather: ChaosWeather
    let town: Town
    let names: [String]
    private(set) var failure: String?
    var day: Int32 = 20_000
    var trusted: [Name: Bool] = [:]
    var copies: [Name: ControllerSnapshot] = [:]
    var restored: Set<Name> = []
    var centralCopy: CentralSnapshot?
    /// Every fact ever committed, by controller and epoch.
    private(set) var facts: [Name: [Epoch: [Numbered<Fact>]]] = [:]
    var owedSign: [Name: [BoothNumber: TicketID]] = [:]
    var numberOf: [TicketID: TicketNumber] = [:]
    var endedBy: [TicketID: Name] = [:]
    var everCalled: Set<TicketID> = []
    var everCancelled: Set<TicketID> = []
    var issuedNumbers: [ServiceDay: [TicketNumber: TicketID]] = [:]
    var issuedSeen = 0
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
        town.onTicket = { [unowned self] key, held in
            // One that goes on has left its booth, though nobody is told yet.
            if held.state == .moving, let booth = held.booth { unshow(key, booth, held.ticket.id) }
        }
    }

    // MARK: - What is written down

    func fail(_ text: String) {
        if failure == nil { failure = text }
    }

    func note(_ key: Name, _ epoch: Epoch, _ fact: Numbered<Fact>) {
        facts[key, default: [:]][epoch, default: []].append(fact)
        switch fact.record {
        case .issued(let ticket, _): numberOf[ticket.id] = ticket.number
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
        case .parked(let booth, let id, _), .transferred(let booth, let id, _, _, _):
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

    func unshow(_ key: Name, _ booth: BoothNumber, _ id: TicketID) {
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

    func key(_ index: Int) -> Name { name(names[index]) }

    func carryOut(_ step: ChaosStep) {
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

    func breakSomething(_ step: ChaosStep) {
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

    func command(
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

    func command(_ who: Int, _ command: ControllerCommand) {
        if town.controllers[key(who)] != nil { town.ask(command, at: names[who]) }
    }

    func pick(_ index: Int) -> TicketNumber? {
        // Mostly one of the newest: those are alive.
        let recent = town.issued.suffix(12)
        return recent.isEmpty ? nil : Array(recent)[index % recent.count].number
    }

    func nextDay() {
        day += 1
        town.feedCentral(.clock(today: ServiceDay(day), isTrusted: true))
        for who in names.indices { tell(who, trusted[key(who)] ?? true) }
    }

    func tell(_ who: Int, _ isTrusted: Bool) {
        trusted[key(who)] = isTrusted
        town.feed(key(who), .clock(today: ServiceDay(day), isTrusted: isTrusted))
    }

    func kill(_ who: Int) {
        checkDisk(of: key(who))
        town.kill(names[who])
    }

    func start(_ who: Int) {
        guard town.controllers[key(who)] == nil else { return }
        town.shown[key(who)] = nil
        town.start(names[who])
        tell(who, trusted[key(who)] ?? true)
    }

    func killCentral() {
        checkCentralDisk()
        town.killCentral()
    }

    func startCentral() {
        guard town.central == nil else { return }
        town.startCentral()
        town.feedCentral(.clock(today: ServiceDay(day), isTrusted: true))
    }

    /// What no disk knows of any more has not happened.
    func forgetEnds() {
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
    func forgetSigns(_ who: Int) {
        forgetEnds()
        owedSign[key(who)] = [:]
        guard let disk = town.disks[key(who)] else { return }
        for booth in disk.booths {
            let held = disk.tickets.first { $0.ticket.id == booth.current && $0.state == .called }
            owedSign[key(who)]?[booth.number] = held?.ticket.id
        }
    }

    // MARK: - What must hold after every step

    func checkAlways() {
        checkNumbers()
        checkSigns()
        if !weather.isForgetful, !weather.fences { checkCustody() }
    }

    func checkNumbers() {
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

    func checkSigns() {
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
    func checkCustody() {
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
    func checkDisk(of key: Name) {
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

    func checkCentralDisk() {
        guard let central = town.central else { return }
        let disk = town.centralDisk
        if central.meta != disk.meta { fail("central: the values on disk differ") }
        if Set(central.tickets.values) != Set(disk.tickets) { fail("central: tickets differ") }
        if Set(central.blocks) != Set(disk.blocks) { fail("central: blocks differ") }
        if Set(central.counters) != Set(disk.counters) { fail("central: counters differ") }
        let orders = Dictionary(uniqueKeysWithValues: central.orders).filter { !$0.value.isEmpty }
        if orders != disk.orders.filter({ !$0.value.isEmpty }) { fail("central: orders differ") }
        let known = Dictionary(disk.controllers.map { ($0.name, $0) }) { $1 }
        for (name, record) in central.controllers where known[name] ?? .init(name: name) != record {
            fail("central: the record of \(name) on disk differs")
        }
    }
}
