// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// A central with 25 halls of four connected controllers each, whose booths call.
struct GuardedSite {
    private static let halls = 25
    private static let controllersOfHall = 4

    private var machine: CentralMachine
    private var now = Moment.zero
    /// What waits in the tray of each controller, in call order.
    private var trays: [[Ticket]]
    private var told: [UInt64]
    private var calls = 0
    private(set) var acknowledged = 0
    private var takes: UInt64 = 0
    /// Tickets that a kiosk was given.
    private(set) var given = 0
    private static let kiosk: UInt64 = 1_000

    /// With so many tickets: as many of them wait as there are numbers for, the others are over.
    init(tickets: Int) {
        let count = Self.halls * Self.controllersOfHall
        trays = Array(repeating: [], count: count)
        told = Array(repeating: 0, count: count)
        let epoch = Epoch(random: 3)
        var snapshot = CentralSnapshot(epoch: epoch)
        snapshot.meta.day = GuardedNames.day
        snapshot.meta.rank = UInt64(tickets)
        let waitingMax = Self.halls * Int(Limits.numberValueMax)
        var held: [CentralTicket] = []
        for rank in 1...tickets {
            let place = rank % count
            // A hall's four controllers share its numbers.
            let value = (rank - 1) / count * Self.controllersOfHall + place / Self.halls + 1
            let ticket = GuardedNames.ticket(rank, of: place % Self.halls, value: value)
            let waits = tickets - rank < waitingMax
            if waits { trays[place].append(ticket) }
            held.append(
                CentralTicket(
                    ticket: ticket, state: waits ? .waiting : .finished,
                    holder: .controller(GuardedNames.controller(place))))
        }
        snapshot.tickets = held
        for place in 0..<count {
            var record = ControllerRecord(name: GuardedNames.controller(place))
            record.epoch = Epoch(random: UInt32(100 + place))
            record.hasReported = true
            snapshot.controllers.append(record)
            snapshot.booths.append(
                CentralBooth(
                    controller: record.name,
                    booth: BoothRecord(
                        number: 1, isOpen: true,
                        services: [GuardedNames.service(place % Self.halls)])))
        }
        machine = CentralMachine(
            plan: Self.plan, snapshot: snapshot, run: Epoch(random: 23))
        _ = machine.start(at: now)
        for place in 0..<count { greet(place, epoch) }
        step(.connected(Self.kiosk), from: 0)
        step(
            .message(
                Self.kiosk,
                .attach(
                    version: protocolVersion, role: .kiosk, name: GuardedNames.controller(count)),
                random: 41), from: 0)
    }

    private static var plan: CentralPlan {
        let halls = (0..<halls).map { hall in
            HallPlan(
                name: GuardedNames.hall(hall),
                controllers: (0..<controllersOfHall).map {
                    ControllerEntry(name: GuardedNames.controller(hall + $0 * Self.halls))
                })
        }
        let services = (0..<self.halls).compactMap { hall in
            Service(
                name: GuardedNames.service(hall), hall: GuardedNames.hall(hall),
                series: GuardedNames.series(hall), blockSize: 10)
        }
        return CentralPlan(halls: halls, services: services)
    }

    /// A controller tells of a call, and is told that it is on disk; each controller has its turn.
    mutating func call() {
        let place = calls % trays.count
        let ticket = trays[place][calls / trays.count]
        calls += 1
        told[place] += 1
        let fact = Numbered(told[place], Fact.called(booth: 1, ticket: ticket))
        let before = acknowledged
        step(.message(UInt64(place + 1), .fact(fact), random: 29), from: place)
        precondition(acknowledged == before + 1, "a call is acknowledged in its own step")
    }

    /// A kiosk takes a ticket; each hall has its turn.
    mutating func take() {
        takes += 1
        let service = GuardedNames.service(Int(takes) % Self.halls)
        step(
            .message(
                Self.kiosk, .take(reference: takes, service: service, priority: .normal),
                random: 43), from: 0)
    }

    private mutating func greet(_ place: Int, _ central: Epoch) {
        let link = UInt64(place + 1)
        step(.connected(link), from: place)
        let hello = Hello(
            version: protocolVersion, name: GuardedNames.controller(place),
            epoch: Epoch(random: UInt32(100 + place)), central: central, applied: 0, first: 1,
            last: 0, acknowledged: 0, day: GuardedNames.day)
        step(.message(link, .hello(hello), random: 31), from: place)
    }

    /// A step; whoever is told orders acknowledges them.
    private mutating func step(_ input: CentralInput, from place: Int) {
        now = now + .milliseconds(1)
        var orders: [(link: LinkID, number: UInt64)] = []
        for effect in machine.step(input, at: now).effects {
            guard case .send(let link, let message) = effect else { continue }
            switch message {
            case .order(let order): orders.append((link, order.number))
            case .acknowledge(let number):
                if told[place] > 0, number == told[place] { acknowledged += 1 }
            case .ticket: given += 1
            case .error(let complaint, let detail):
                preconditionFailure("\(complaint): \(detail)")
            default: break
            }
        }
        for order in orders {
            step(.message(order.link, .acknowledge(order.number), random: 37), from: place)
        }
    }
}
