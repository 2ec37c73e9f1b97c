// SPDX-License-Identifier: Apache-2.0

// A seeded clinic: one central, its controllers, wires, disks, panels and people, in simulated time.
// Everything that happens has its place in one order; the same seed gives the same bytes.

import QueueCore

/// One clinic, from its first morning to its end.
struct World {
    /// Things that the world itself has set for later.
    enum Later: Sendable {
        case deed(Deed)
        case start(Int)
        case startCentral
        case nearLost(Int, LinkID)
        case farLost(LinkID)
        case lateMessage(LinkID, ClientMessage)
        case goesOn(Int)
        case unitBack(Int, BoothNumber)
        case framesSound(Int)
        case adapterBack(Int)
        case sessionOver(SessionOver)
        case minute
        case centralClock
        case kiosk(Int, SimulatedKiosk.Later)
    }

    let scenario: Scenario
    /// See `Scenario.sessions`.
    let sessions: [Range<Int64>]
    let schedule: Schedule
    /// Minutes of the day at which clocks are told, in order; midnight is the first.
    let clockMinutes: [Int64]
    var witness: Witness
    var now: Moment
    let names: [Name]
    let plans: [ControllerPlan]
    let centralPlan: CentralPlan
    var controllers: [Node<ControllerMachine>] = []
    var central: Node<CentralMachine>
    var lines: [Line]
    /// How the logs of each controller, and the orders for it, get on.
    var factFlows: [Flow]
    var orderFlows: [Flow]
    var desks: [Desk] = []
    /// The desks of each controller, as a range of `desks`.
    var desksOf: [Range<Int>] = []
    /// What each controller last ordered its displays and lamps to show, by place of the booth.
    var signs: [[BoothSign]]
    var lamps: [[LampState]]
    /// Whether something was committed or shown since the booths of a controller were checked.
    var isUnchecked: [Bool]
    var buses: [UnitBus?]
    /// The kiosk of each controller, where the clinic has them.
    var kiosks: [SimulatedKiosk]
    /// Until when the line of each controller's displays loses frames.
    var badUntil: [Moment]
    var later = Agenda<Later>()
    /// Deeds to come, in order of time; and those done.
    var plan: [TimedDeed] = []
    var nextDeed = 0
    var done: [TimedDeed] = []
    /// Clerks act by themselves; off when a list of deeds is played.
    var hasClerks: Bool
    var trips: Dice
    var marks: Dice
    var lastLink: LinkID = 0
    var kioskLink: LinkID = 0
    var kioskReference: UInt64 = 0
    var kioskAnswers = KeyedRows<UInt64, TicketID>()
    /// Presses that must be taken back, by the question that asks for it.
    var undos = KeyedRows<RequestID, Int>()
    var nextRequest: RequestID = 0
    var patients = Patients()
    var troubledUntil = Moment.zero
    let trace: Trace?
    /// When each part wants to go on: see `Slot`.
    var due: [Int64]
    let slots: Slots
    let meanings: [Slots.Meaning]

    /// The first simulated day, in 2024.
    static let firstDay: Int32 = 20_000
    static let dayLength = TimeSpan.seconds(86_400)
    /// The most commits that a lying card loses.
    static let commitsLostMax = 12

    init(_ scenario: Scenario, deeds: [TimedDeed]? = nil, trace: Trace? = nil) {
        self.scenario = scenario
        sessions = scenario.sessions
        schedule = scenario.schedule
        clockMinutes = scenario.clockMinutes
        let plans = Self.controllerPlans(scenario)
        self.plans = plans
        names = plans.map(\.name)
        centralPlan = Self.centralPlan(scenario)
        witness = Witness(scenario, names: names)
        now = .zero + scenario.opens
        trips = Dice(seed: scenario.seed, 2)
        marks = Dice(seed: scenario.seed, 3)
        central = Node(disk: CentralSnapshot(epoch: Epoch(random: marks.mark())))
        lines = Array(repeating: Line(), count: names.count)
        factFlows = Array(repeating: Flow(), count: names.count)
        orderFlows = Array(repeating: Flow(), count: names.count)
        signs = plans.map { Array(repeating: .dashes, count: $0.booths.count) }
        lamps = plans.map { Array(repeating: .fault, count: $0.booths.count) }
        isUnchecked = Array(repeating: true, count: names.count)
        buses = Array(repeating: nil, count: names.count)
        kiosks = Array(
            repeating: SimulatedKiosk(), count: scenario.hasKiosks ? names.count : 0)
        badUntil = Array(repeating: .zero, count: names.count)
        hasClerks = deeds == nil
        self.trace = trace
        slots = Slots(controllers: names.count, desks: scenario.boothCount)
        meanings = (0..<slots.count).map(slots.meaning)
        due = Array(repeating: .max, count: slots.count)
        setUpBooths()
        plan = deeds ?? planDays()
    }

    private mutating func setUpBooths() {
        var clerkDice = Dice(seed: scenario.seed, 4)
        for (controller, plan) in plans.enumerated() {
            var node = Node<ControllerMachine>(
                disk: ControllerSnapshot(epoch: Epoch(random: marks.mark())))
            node.commitSpan = scenario.commitSpan
            node.knowsTime = scenario.controllersKnowTime
            if scenario.strikes(.lyingDisk) > 0 { node.disk.unwrittenMax = Self.commitsLostMax }
            controllers.append(node)
            let first = desks.count
            for booth in plan.booths {
                let clerk = Clerk(
                    dice: Dice(seed: clerkDice.next()), habits: scenario.habits,
                    haste: scenario.haste, services: scenario.services.count)
                desks.append(
                    Desk(
                        controller: controller, booth: booth.number, gestures: booth.gestures,
                        clerk: clerk))
            }
            desksOf.append(first..<desks.count)
            if scenario.busesAreReal {
                buses[controller] = UnitBus(
                    booths: plan.booths.map(\.number),
                    seed: Dice.mix(scenario.seed &+ UInt64(controller)), at: now)
            }
        }
        central.commitSpan = scenario.commitSpan
    }

    private static func controllerPlans(_ scenario: Scenario) -> [ControllerPlan] {
        scenario.booths.enumerated().compactMap { controller, count in
            guard let name = Name("hall-\(["a", "b", "c", "d", "e", "f", "g", "h"][controller])")
            else {
                return nil
            }
            let booths = (0..<count).map { booth in
                BoothPlan(
                    number: BoothNumber(booth + 1),
                    services: scenario.served[controller][booth].map { scenario.services[$0].name },
                    opensAtStart: false)
            }
            return ControllerPlan(
                name: name, booths: booths, services: scenario.services.map(\.name),
                parkSeconds: UInt32(600 / scenario.haste),
                passedOverMax: scenario.passedOverMax, then: scenario.steps,
                lateReturnSpan: scenario.lateReturnSpan,
                schedule: scenario.controllersKnowHours ? scenario.schedule : .always)
        }
    }

    private static func centralPlan(_ scenario: Scenario) -> CentralPlan {
        let entries = controllerPlans(scenario).enumerated().compactMap { controller, plan in
            Series(letter: UInt8(0x53 + controller)).map {
                ControllerEntry(name: plan.name, localSeries: $0)
            }
        }
        let split = min(scenario.firstRoom, entries.count)
        let halls = [
            Scenario.mainHall.map { HallPlan(name: $0, controllers: Array(entries[..<split])) },
            Scenario.roomHall.map { HallPlan(name: $0, controllers: Array(entries[split...])) },
        ]
        let appointments = scenario.appointmentPlan
        return CentralPlan(
            halls: halls.compactMap { $0 }.filter { !$0.controllers.isEmpty },
            services: scenario.services, appointments: appointments,
            schedule: appointments.clinics.isEmpty ? scenario.schedule : appointments.schedule)
    }

    // MARK: - Time

    /// Plays all days, heals, and judges. Nil when every promise held.
    mutating func run() -> Violation? {
        begin()
        let end = Moment.zero + Self.dayLength * Int64(scenario.days - 1) + scenario.closes
        advance(to: end)
        if witness.violation == nil { finish() }
        witness.tally.days += scenario.days
        return witness.violation
    }

    private mutating func begin() {
        lookAtTheSun()
        startCentral()
        for controller in names.indices { start(controller) }
        if hasClerks {
            for desk in desks.indices {
                due[slots.clerk(desk)] =
                    (Moment.zero + .seconds(sessions[0].lowerBound)
                    + .milliseconds(
                        Int64(desk) * 700)).microseconds
            }
        }
        if scenario.checksReports { put(.minute, after: Self.minute) }
        due[slots.clocks] = nextClockTime.microseconds
        due[slots.plan] = plan.first?.at.microseconds ?? .max
    }

    /// Lets everything happen that is due up to a moment.
    mutating func advance(to end: Moment) {
        while witness.violation == nil {
            let slot = due.withUnsafeBufferPointer(Self.first)
            let at = due[slot]
            guard at <= end.microseconds else { break }
            now = max(now, Moment(microseconds: at))
            witness.now = now
            serve(slot)
        }
        now = max(now, end)
        witness.now = now
    }

    /// The slot whose time comes first; of those of one moment the one that stands first.
    private static func first(_ due: UnsafeBufferPointer<Int64>) -> Int {
        var slot = 0
        var least = Int64.max
        for index in due.indices {
            let at = due[index]
            if at < least {
                least = at
                slot = index
            }
        }
        return slot
    }

    private mutating func serve(_ slot: Int) {
        switch meanings[slot] {
        case .plan: doNextDeed()
        case .later:
            if let thing = later.takeFirst() { happen(thing) }
            due[slots.later] = later.first?.microseconds ?? .max
        case .clocks:
            lookAtTheSun()
            due[slots.clocks] = nextClockTime.microseconds
            tellClocks()
            lookAfterSessions()
        case .central: goOnCentral()
        case .controller(let controller): goOn(controller)
        case .up(let controller): deliverUp(controller)
        case .down(let controller): deliverDown(controller)
        case .connect(let controller): connect(controller)
        case .bus(let controller): moveBus(controller)
        case .button(let desk): readButton(desk)
        case .clerk(let desk): wakeClerk(desk)
        }
    }

    mutating func put(_ thing: Later, after span: TimeSpan) {
        later.put(thing, at: now + span)
        due[slots.later] = later.first?.microseconds ?? .max
    }

    private mutating func doNextDeed() {
        let next = plan[nextDeed]
        nextDeed += 1
        due[slots.plan] = nextDeed < plan.count ? plan[nextDeed].at.microseconds : .max
        perform(next.deed)
    }

    /// The day that a node's wall clock says.
    func wallDay(_ error: Int64) -> ServiceDay {
        let seconds = Int64(Self.firstDay) * 86_400 + now.microseconds / 1_000_000 + error
        return ServiceDay(
            Int32(clamping: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400))
    }
}

/// Where each part of the world has its next time.
struct Slots: Sendable {
    enum Meaning {
        case plan, later, clocks, central
        case controller(Int), up(Int), down(Int), connect(Int), bus(Int), button(Int), clerk(Int)
    }

    let controllers: Int
    let desks: Int

    let plan = 0
    let later = 1
    let clocks = 2
    let central = 3

    var count: Int { 4 + 5 * controllers + 2 * desks }

    func controller(_ index: Int) -> Int { 4 + index }
    func up(_ index: Int) -> Int { 4 + controllers + index }
    func down(_ index: Int) -> Int { 4 + 2 * controllers + index }
    func connect(_ index: Int) -> Int { 4 + 3 * controllers + index }
    func bus(_ index: Int) -> Int { 4 + 4 * controllers + index }
    func button(_ index: Int) -> Int { 4 + 5 * controllers + index }
    func clerk(_ index: Int) -> Int { 4 + 5 * controllers + desks + index }

    func meaning(_ slot: Int) -> Meaning {
        switch slot {
        case 0: return .plan
        case 1: return .later
        case 2: return .clocks
        case 3: return .central
        default: break
        }
        let rest = slot - 4
        guard rest < 5 * controllers else {
            let desk = rest - 5 * controllers
            return desk < desks ? .button(desk) : .clerk(desk - desks)
        }
        let index = rest % controllers
        switch rest / controllers {
        case 0: return .controller(index)
        case 1: return .up(index)
        case 2: return .down(index)
        case 3: return .connect(index)
        default: return .bus(index)
        }
    }
}
