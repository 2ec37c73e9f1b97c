// SPDX-License-Identifier: Apache-2.0

// Writes down what was committed, apart from what the machines believe, and holds each promise of the
// design against it, at every commit.

import QueueCore

/// What the world knows of a ticket.
struct Life: Sendable {
    let ticket: Ticket
    let issuedAt: Moment
    var state = TicketState.waiting
    /// The controllers that have it alive, one bit each.
    var holders: UInt8 = 0
    var booth: BoothNumber = 0
    var caller: Int8 = -1
    /// The controller where it ended.
    var endedAt: Int8 = -1
    var calledAt: Moment?
    var wasVoided = false
    /// Somebody must still call it: since it was issued, sent on or let in again.
    var mustBeCalled = true
    /// The service that it was called for last.
    var calledFor: Name?
    /// When it left a booth for another service, or as a no-show.
    var leftAt = Moment.zero
    /// The ticket that goes on from it under a new number; -1 for none.
    var next = -1
    var isQueued = true
    /// The service it waits for, and since when it waits or is away for a while.
    var service: Name
    var waitsSince: Moment
    /// What the central's history says of it: where it was called last, where it ended, and whether
    /// it was called there by two.
    var heardCall: (controller: Int8, booth: BoothNumber)?
    var heardEnd: Int8 = -1
    var heardTwice = false
    /// The history has that it was given out.
    var isIssueHeard = false
}

/// The one who has seen everything.
struct Witness: Sendable {
    let scenario: Scenario
    let names: [Name]
    let services: [Name]
    /// See `Scenario.steps`.
    let steps: [Name: Step]
    let appointmentPlan: AppointmentPlan
    var appointments = SeenBook()
    private(set) var violation: Violation?
    var tally = Tally()
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    var now = Moment.zero
    let schedule: Schedule
    /// The central's clock is right and known to be.
    var isClockRight = true
    /// The day by the sun.
    var trueDay = ServiceDay.unknown
    /// A side has forgotten something, or a controller was fenced: what follows from that is excused
    /// now, if it is told.
    var hasForgotten = false
    var centralForgot = false
    var controllerForgot = false
    var hasFenced = false
    /// Who was fenced and has not obeyed, as the central has it on disk.
    var fenced: Set<Name> = []
    /// Somebody runs on an old copy of a disk: it may give out numbers that it has given out already.
    var hasOldCopy = false
    /// What is in the history already may come again: a disk does not say what it is a copy of.
    var mayHearAgain = false

    var lives: [Life] = []
    var index = KeyedRows<TicketID, Int>()
    /// The ticket that each number of a day stands for; -1 for none.
    var numbers = NumberTable<Int32>(blank: -1)
    /// The ticket whose number each booth owes, by controller and booth number; -1 is dashes.
    var owed: [[Int]]
    /// When that last changed.
    var owedSince: [[Moment]]
    /// The last fact of each controller's log.
    var lastFact: [UInt64]
    /// Facts that the central's history lacks, oldest first, and where they begin.
    var unheard: [[Numbered<Fact>]]
    var heardUpTo: [Int]
    var isInStatement: [Bool]
    var lastRank: [UInt64]
    /// Tickets that wait, in order of issue, for each service and class.
    var queues: [[Int32]]
    /// How often each line of each controller was passed over, as far as it was seen.
    var turns: [[Turn]]
    var doubleCalls: Set<TicketID> = []
    var explained: Set<TicketID> = []
    /// Whether a gap is recorded for a number.
    var gaps = NumberTable<Bool>(blank: false)
    /// Tickets cancelled by a supervisor while a controller had them, and which one.
    var doomed: [TicketID: Int] = [:]
    /// Tickets whose session ended while a controller had them.
    var ending: [TicketID: Int] = [:]
    /// When each controller's program began.
    var startedAt: [Moment]
    /// The ticket that ended in each controller's last fact, though its service has a next step.
    var awaitsNumber: [Int]
    /// Slips that came out of a printer whole, and those that did not though a number was taken.
    var printedSlips: Set<TicketID> = []
    var spoiledSlips: Set<TicketID> = []
    /// Numbers that were said to be given up, until it is known why.
    var toldSpoiled: Set<TicketNumber> = []
    /// All have been online since then.
    var calmSince = Moment.zero
    /// What is seen of each ticket, and the central's history, for the reports of the days.
    var book = DayBook()
    var history: [(day: ServiceDay, time: HistoryTime, entry: HistoryEntry)] = []
    /// When each controller's connection came and went.
    var links: [[(at: Moment, isUp: Bool)]]
    var centralDeaths = 0
    /// A call is made now by whose turn it is, and all are online.
    var isCalm = false

    init(_ scenario: Scenario, names: [Name]) {
        self.scenario = scenario
        self.names = names
        services = scenario.services.map(\.name)
        schedule = scenario.schedule
        steps = scenario.steps
        appointmentPlan = scenario.appointmentPlan
        let count = names.count
        owed = Array(repeating: Array(repeating: -1, count: 26), count: count)
        owedSince = Array(repeating: Array(repeating: .zero, count: 26), count: count)
        lastFact = Array(repeating: 0, count: count)
        unheard = Array(repeating: [], count: count)
        heardUpTo = Array(repeating: 0, count: count)
        isInStatement = Array(repeating: false, count: count)
        lastRank = Array(repeating: 0, count: count)
        startedAt = Array(repeating: .zero, count: count)
        awaitsNumber = Array(repeating: -1, count: count)
        links = Array(repeating: [], count: count)
        queues = Array(repeating: [], count: scenario.services.count * 4)
        turns = Array(
            repeating: Array(repeating: Turn(), count: scenario.services.count * 4), count: count)
    }

    mutating func fail(_ promise: Int, _ text: String) {
        guard violation == nil else { return }
        violation = Violation(promise: promise, text: text)
    }

    mutating func mix(_ value: UInt64) {
        digest = (digest ^ value) &* 0x0000_0100_0000_01B3
        digest ^= digest >> 29
    }

    func name(_ life: Int) -> String { lives[life].ticket.number.description }

    /// A ticket as the world knows it; one that is not known yet was given out just now.
    mutating func life(of ticket: Ticket) -> Int {
        if let known = index[ticket.id] { return known }
        index[ticket.id] = lives.count
        lives.append(
            Life(ticket: ticket, issuedAt: now, service: ticket.service, waitsSince: now))
        return lives.count - 1
    }

    // MARK: - Numbers

    mutating func issued(_ ticket: Ticket) {
        guard index[ticket.id] == nil else {
            if !hasForgotten { fail(2, "the ticket \(ticket.id) was given out twice") }
            return
        }
        let life = life(of: ticket)
        tally.tickets += 1
        mix(UInt64(ticket.id.serial) << 32 | UInt64(ticket.number.value))
        if let queue = queue(ticket) { queues[queue].append(Int32(life)) }
        if scenario.checksReports { book.issued(life, ticket, at: now) }
        let (series, value) = (ticket.number.series, ticket.number.value)
        let other = numbers[ticket.day, series, value]
        numbers[ticket.day, series, value] = Int32(life)
        if other >= 0 { repeated(life, Int(other)) }
    }

    func wraps(_ series: Series) -> Bool {
        scenario.services.contains { $0.series == series && $0.wraps }
    }

    /// Whether nobody has the number of this life any more, nor has heard it called just now.
    func isFree(_ life: Int) -> Bool {
        let rests = lives[life].calledAt.map { now < $0 + Limits.numberRest } ?? false
        return !rests && !lives[life].state.isAlive
    }

    /// A number was given out again on its day: only a series that wraps may do so, and not too soon.
    private mutating func repeated(_ life: Int, _ other: Int) {
        let wraps = wraps(lives[life].ticket.number.series)
        let isAlive = lives[other].state.isAlive
        if wraps, isFree(other) { return tally.count(.seriesWrapped) }
        if hasOldCopy || hasForgotten && wraps { return }
        // What a fenced controller has called is not known before it returns.
        if hasFenced, wraps, !isAlive { return }
        fail(
            2,
            "\(name(life)) was given out twice" + (isAlive ? ", while the first is alive" : "")
                + (wraps && !isAlive ? ", within an hour of its call" : ""))
    }

    func queue(_ ticket: Ticket) -> Int? {
        services.firstIndex(of: ticket.service).map { $0 * 4 + Int(ticket.priority.rawValue) }
    }

    /// Takes a ticket out of the order of issue; how many earlier ones still wait.
    @discardableResult
    mutating func unqueue(_ life: Int) -> Int? {
        guard lives[life].isQueued else { return nil }
        lives[life].isQueued = false
        guard let queue = queue(lives[life].ticket),
            let place = queues[queue].firstIndex(of: Int32(life))
        else { return nil }
        queues[queue].remove(at: place)
        return place
    }
}
