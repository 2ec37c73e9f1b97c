// SPDX-License-Identifier: Apache-2.0

// swift-format-ignore-file: NeverForceUnwrap
// A central and its controllers in memory: disks that keep what was committed, wires that can be cut
// and programs that can be killed. Tests tell stories with it.

@testable import QueueCore

func name(_ text: String) -> Name { Name(text)! }
func number(_ text: String) -> TicketNumber { TicketNumber(text)! }
func series(_ text: String) -> Series { Series(text)! }

/// Whether a fact gives a ticket back, by whichever order.
func isYield(_ fact: Fact, of id: TicketID) -> Bool {
    if case .yielded(id, _) = fact { true } else { false }
}

/// A small deterministic generator.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

final class Town {
    struct Call: Hashable {
        var controller: Name
        var booth: BoothNumber
        var ticket: TicketID
    }

    var random: SplitMix
    var now = Moment.zero
    let centralPlan: CentralPlan
    let controllerPlans: [Name: ControllerPlan]
    var central: CentralMachine?
    var centralDisk: CentralSnapshot
    var controllers: [Name: ControllerMachine] = [:]
    var disks: [Name: ControllerSnapshot] = [:]
    var cut: Set<Name> = []
    var nextLink: LinkID = 1
    var linkOf: [Name: LinkID] = [:]
    var toCentral: [(Name, LinkID, ClientMessage)] = []
    var toController: [(Name, LinkID, CentralMessage)] = []
    var history: [HistoryEntry] = []
    var shown: [Name: [BoothNumber: BoothSign]] = [:]
    var lamps: [Name: [BoothNumber: LampState]] = [:]
    var replies: [RequestID: Reply] = [:]
    var nextRequest: RequestID = 1
    var events: [ControllerEvent] = []
    var centralEvents: [CentralEvent] = []
    var calls: [Call] = []
    var issued: [Ticket] = []
    var clientMail: [LinkID: [CentralMessage]] = [:]
    /// Connections that the central has not noticed to be gone.
    var halfOpen: [LinkID] = []
    /// What was delivered and committed, in order, while ``keepsTrace``.
    var trace: [String] = []
    var keepsTrace = false
    /// What was committed, in order.
    var centralChanges: [CentralChange] = []
    var changes: [Name: [ControllerChange]] = [:]
    /// Hears of every fact that a controller commits.
    var onFact: (Name, Epoch, Numbered<Fact>) -> Void = { _, _, _ in }
    /// Hears of every ticket that a controller commits.
    var onTicket: (Name, HeldTicket) -> Void = { _, _ in }

    init(
        seed: UInt64 = 1, controllers names: [String] = ["hall-a"], booths: Int = 2,
        services: [Service]? = nil, blockSize: UInt16 = 10, rooms: [String] = [],
        schedule: Schedule = .always,
        serves: (_ controller: Int, _ booth: Int, _ all: [Name]) -> [Name] = { $2 }
    ) {
        random = SplitMix(state: seed)
        let hall = name("main")
        let letters = ["L", "M", "N", "O", "P", "Q", "R", "S"]
        let services =
            services ?? [
                Service(
                    name: name("admission"), hall: hall, series: series("A"), blockSize: blockSize)!,
                Service(name: name("lab"), hall: hall, series: series("B"), blockSize: blockSize)!,
            ]
        centralPlan = CentralPlan(
            halls: [false, true].map { isRooms in
                HallPlan(
                    name: isRooms ? name("rooms") : hall,
                    controllers: names.enumerated().filter { rooms.contains($1) == isRooms }.map {
                        // Beyond the letters there are controllers without one.
                        ControllerEntry(
                            name: name($0.element),
                            localSeries: $0.offset < letters.count
                                ? series(letters[$0.offset]) : nil)
                    })
            }, services: services, schedule: schedule)
        var plans: [Name: ControllerPlan] = [:]
        for (place, text) in names.enumerated() {
            plans[name(text)] = ControllerPlan(
                name: name(text),
                booths: (1...booths).map {
                    BoothPlan(
                        number: BoothNumber($0), services: serves(place, $0, services.map(\.name)))
                }, services: services.map(\.name), guardSpan: .zero,
                then: services.reduce(into: [:]) { $0[$1.name] = $1.then }, schedule: schedule)
        }
        controllerPlans = plans
        centralDisk = CentralSnapshot(epoch: Epoch(random: 1000))
        startCentral()
        for text in names {
            disks[name(text)] = ControllerSnapshot(epoch: Epoch(random: newRandom()))
            start(text)
        }
        clock(day: 20_000)
        settle()
    }

    func newRandom() -> UInt32 { UInt32.random(in: 1...UInt32.max, using: &random) }

    // MARK: - Programs

    func startCentral() {
        var machine = CentralMachine(
            plan: centralPlan, snapshot: centralDisk, run: Epoch(random: newRandom()))
        let output = machine.start(at: now)
        central = machine
        carryOut(output)
    }

    func killCentral() {
        central = nil
        toCentral = []
        halfOpen = []
        for (text, id) in linkOf.sorted(by: { $0.key < $1.key }) { lose(text, id) }
        clientMail = [:]
    }

    func start(_ text: String) {
        let key = name(text)
        var machine = ControllerMachine(
            plan: controllerPlans[key]!, snapshot: disks[key]!, run: Epoch(random: newRandom()))
        let output = machine.start(at: now)
        controllers[key] = machine
        carryOut(key, output)
    }

    func kill(_ text: String) {
        let key = name(text)
        controllers[key] = nil
        toController.removeAll { $0.0 == key }
        if let id = linkOf.removeValue(forKey: key), central != nil {
            toCentral.removeAll { $0.0 == key }
            feedCentral(.disconnected(id))
        }
    }

    private func lose(_ key: Name, _ id: LinkID) {
        linkOf[key] = nil
        toController.removeAll { $0.0 == key }
        toCentral.removeAll { $0.0 == key }
        if controllers[key] != nil { feed(key, .disconnected(id)) }
    }

    func cutWire(_ text: String) {
        cut.insert(name(text))
        guard let id = linkOf[name(text)] else { return }
        lose(name(text), id)
        if central != nil { feedCentral(.disconnected(id)) }
    }

    /// The controller notices that its connection is gone; the central does not yet.
    func breakSilently(_ text: String) {
        guard let id = linkOf.removeValue(forKey: name(text)) else { return }
        halfOpen.append(id)
        toController.removeAll { $0.0 == name(text) }
        feed(name(text), .disconnected(id))
    }

    /// The central notices what is gone.
    func noticeHalfOpen() {
        for id in halfOpen {
            toCentral.removeAll { $0.1 == id }
            feedCentral(.disconnected(id))
        }
        halfOpen = []
    }

    func healWire(_ text: String) { cut.remove(name(text)) }

    // MARK: - Feeding

    func feed(_ key: Name, _ input: ControllerInput) {
        guard var machine = controllers.removeValue(forKey: key) else { return }
        let output = machine.step(input, at: now)
        controllers[key] = machine
        carryOut(key, output)
    }

    func feedCentral(_ input: CentralInput) {
        guard var machine = central else { return }
        central = nil
        let output = machine.step(input, at: now)
        central = machine
        carryOut(output)
    }

    private func carryOut(_ key: Name, _ output: ControllerOutput) {
        // A step's facts are all of the epoch that stands at its end: a new one tells the old again.
        let epoch = controllers[key]?.meta.epoch ?? disks[key]!.meta.epoch
        changes[key, default: []] += output.changes
        for change in output.changes {
            disks[key]!.apply([change])
            if case .ticket(let held) = change { onTicket(key, held) }
            guard case .fact(let fact) = change else { continue }
            onFact(key, epoch, fact)
            if keepsTrace { trace.append("\(key) commits \(fact.number) \(fact.record)") }
            switch fact.record {
            case .called(let booth, let ticket):
                calls.append(Call(controller: key, booth: booth, ticket: ticket.id))
            case .issued(let ticket, _): issued.append(ticket)
            case .undone(_, let uncalled?, _):
                if let index = calls.lastIndex(where: { $0.ticket == uncalled }) {
                    calls.remove(at: index)
                }
            default: break
            }
        }
        for effect in output.effects {
            switch effect {
            case .show(let booth, let sign): shown[key, default: [:]][booth] = sign
            case .lamp(let booth, let state): lamps[key, default: [:]][booth] = state
            case .send(let id, let message):
                if linkOf[key] == id { toCentral.append((key, id, message)) }
            case .close(let id, _):
                if linkOf[key] == id {
                    linkOf[key] = nil
                    toController.removeAll { $0.0 == key }
                    toCentral.append((key, id, .bye))
                }
            case .reply(let request, let reply): replies[request] = reply
            case .event(let event): events.append(event)
            case .news: break
            }
        }
    }

    private func carryOut(_ output: CentralOutput) {
        centralChanges += output.changes
        for change in output.changes {
            centralDisk.apply([change])
            if case .history(_, _, let entry) = change {
                history.append(entry)
                if case .issued(let ticket) = entry { issued.append(ticket) }
            }
        }
        for effect in output.singleEffects {
            switch effect {
            case .send(let id, let message):
                if let key = linkOf.first(where: { $0.value == id })?.key {
                    toController.append((key, id, message))
                } else {
                    clientMail[id, default: []].append(message)
                }
            case .close(let id, _):
                if let key = linkOf.first(where: { $0.value == id })?.key {
                    toController.append((key, id, .bye))
                }
            case .sendAll: break
            case .reply(let request, let reply): replies[request] = reply
            case .event(let event): centralEvents.append(event)
            }
        }
    }

    // MARK: - Time

    func connect() {
        guard central != nil else { return }
        for key in controllers.keys.sorted() where linkOf[key] == nil && !cut.contains(key) {
            let id = nextLink
            nextLink += 1
            linkOf[key] = id
            feedCentral(.connected(id))
            feed(key, .connected(id))
        }
    }

    /// Carries one message of a wire chosen at random; false when all wires are empty.
    func deliverOne() -> Bool {
        let total = toCentral.count + toController.count
        guard total > 0 else { return false }
        if Int.random(in: 0..<total, using: &random) < toCentral.count {
            let pick = toCentral[Int.random(in: 0..<toCentral.count, using: &random)].0
            let index = toCentral.firstIndex { $0.0 == pick }!
            let (_, id, message) = toCentral.remove(at: index)
            if keepsTrace { trace.append("\(pick) -> central: \(message)") }
            feedCentral(.message(id, message, random: newRandom()))
            if message == .bye { feedCentral(.disconnected(id)) }
        } else {
            let pick = toController[Int.random(in: 0..<toController.count, using: &random)].0
            let index = toController.firstIndex { $0.0 == pick }!
            let (key, id, message) = toController.remove(at: index)
            if keepsTrace { trace.append("central -> \(key): \(message)") }
            feed(key, .message(id, message, random: newRandom()))
            if message == .bye, linkOf[key] == id { lose(key, id) }
        }
        return true
    }

    /// Lets everything that is on its way arrive, connecting what can be connected.
    func settle() {
        for _ in 0..<20 {
            connect()
            while deliverOne() {}
            let isConnected = controllers.keys.allSatisfy { linkOf[$0] != nil || cut.contains($0) }
            if isConnected || central == nil { break }
        }
    }

    func pass(_ span: TimeSpan) {
        now = now + span
        feedCentral(.tick)
        for key in controllers.keys.sorted() { feed(key, .tick) }
    }

    func clock(
        day: Int32, at time: LocalTime = .midnight, trusted: Bool = true, central: Bool = true
    ) {
        if central { feedCentral(.clock(today: ServiceDay(day), at: time, isTrusted: true)) }
        for key in controllers.keys.sorted() {
            feed(key, .clock(today: ServiceDay(day), at: time, isTrusted: trusted))
        }
    }

    // MARK: - People

    @discardableResult
    func take(_ service: String = "admission", _ priority: PriorityClass = .normal) -> Reply {
        let request = nextRequest
        nextRequest += 1
        feedCentral(.command(.take(service: name(service), priority: priority), request))
        return replies[request]!
    }

    @discardableResult
    func ask(_ command: ControllerCommand, at controller: String = "hall-a") -> Reply {
        let request = nextRequest
        nextRequest += 1
        feed(name(controller), .command(command, request))
        return replies[request]!
    }

    @discardableResult
    func press(
        _ booth: BoothNumber, _ gesture: Gesture = .short, at controller: String = "hall-a"
    ) -> Reply {
        let request = nextRequest
        nextRequest += 1
        feed(name(controller), .press(booth, gesture, request))
        return replies[request]!
    }

    func text(_ booth: BoothNumber, at controller: String = "hall-a") -> String {
        shown[name(controller)]?[booth]?.text ?? ""
    }
}
