// SPDX-License-Identifier: Apache-2.0

// A program on its machine: it takes in what happened, commits, and only then acts, as the loop of the
// daemons does; and it can die, hang or find its disk full at each of these points.

import QueueCore

/// A machine of the core, as a node runs it.
protocol Program: Sendable {
    associatedtype Input: Sendable
    associatedtype Effect: Sendable
    associatedtype Kept: Rows

    mutating func take(
        _ input: consuming Input, at now: Moment
    ) -> (changes: [Kept.Change], effects: [Effect])
    mutating func settled(at now: Moment)
    // Asked of a machine in its place: a machine is too large to be copied for a question.
    mutating func nextDeadline() -> Moment?
    /// What is kept beyond the limits of the core, if anything.
    mutating func excess() -> String?
}

extension ControllerMachine: Program {
    typealias Kept = ControllerSnapshot

    mutating func take(
        _ input: consuming ControllerInput, at now: Moment
    ) -> (changes: [ControllerChange], effects: [ControllerEffect]) {
        let output = step(consume input, at: now)
        return (output.changes, output.effects)
    }

    mutating func settled(at now: Moment) { committed(at: now) }

    mutating func nextDeadline() -> Moment? { deadline }

    mutating func excess() -> String? {
        let isWithin =
            tray.count <= Limits.trayMax && outboxCount <= Limits.outboxMax
            && tickets.count <= Limits.controllerTicketsMax + Limits.trayMax
            && blocks.count <= Limits.blocksMax && news.count <= Limits.newsMax
            && facts.count <= Limits.outboxMax + Limits.retainedFactsMax + 256
        guard isWithin else { return "\(plan.name) keeps more than its limits allow" }
        return hasFullWindow() ? "\(plan.name) sends more than its window allows" : nil
    }

    /// Whether more is on its way than the window allows; a full statement goes out as a whole.
    private mutating func hasFullWindow() -> Bool {
        guard case .live(_, let sent) = link,
            sent > meta.factsAcknowledged + UInt64(Limits.factsInFlightMax)
        else { return false }
        let acknowledged = meta.factsAcknowledged
        let onTheirWay = facts.count {
            $0.number > acknowledged && $0.number <= sent && !$0.record.isPartOfReport
        }
        return onTheirWay > Limits.factsInFlightMax
    }
}

extension CentralMachine: Program {
    typealias Kept = CentralSnapshot

    mutating func take(
        _ input: consuming CentralInput, at now: Moment
    ) -> (changes: [CentralChange], effects: [CentralEffect]) {
        let output = step(consume input, at: now)
        return (output.changes, output.singleEffects)
    }

    mutating func settled(at now: Moment) { committed() }

    mutating func nextDeadline() -> Moment? { deadline }

    mutating func excess() -> String? {
        let isWithin =
            tickets.count <= Limits.centralTicketsMax && conflicts.count <= Limits.conflictsMax
            && orders.values.allSatisfy { $0.count <= Limits.ordersMax + 1_024 }
        return isWithin ? nil : "the central keeps more than its limits allow"
    }
}

/// A program, its disk, and what is wrong with both.
struct Node<Machine: Program>: Sendable {
    typealias Change = Machine.Kept.Change

    /// What a program has decided and is now to make durable, or has just made so.
    struct Batch: Sendable {
        var inputs: [Machine.Input] = []
        var changes: [Change] = []
        var effects: [Machine.Effect] = []
    }

    /// What came of taking in an input.
    enum Outcome: Sendable {
        /// Nothing can be said yet.
        case later
        /// It is on disk: carry this out.
        case done([Change], [Machine.Effect])
        /// The disk did not take it.
        case failed([Machine.Input])
        /// The program died, after so many effects of what it had committed.
        case died([Change], [Machine.Effect])
    }

    /// The program, while it runs. What is asked of it in its place is asked by mutating members: a
    /// machine is too large to be copied for a question.
    private(set) var machine: Machine?
    private(set) var isRunning = false
    var disk: Disk<Machine.Kept>
    private(set) var inbox: [Machine.Input] = []
    private var committing: Batch?
    private(set) var isCommitting = false
    /// When the commit under way returns.
    private(set) var commitEnds = Moment.zero
    var commitSpan = TimeSpan.zero
    var pausedUntil = Moment.zero
    var fullUntil = Moment.zero
    var stalledUntil = Moment.zero
    /// Where its next step that commits ends it.
    var doom: CrashPoint?
    var doomSpan = TimeSpan.zero
    /// It runs on a copy of its disk that is older than what it has told.
    var runsOnOldCopy = false
    /// Seconds that the wall clock is wrong by.
    var wallError: Int64 = 0
    var knowsTime = true
    /// When it is told the time that it now has.
    var heardClock = Moment.zero

    init(disk: Machine.Kept) { self.disk = Disk(disk) }

    /// A program begins; what it does first is adopted next.
    mutating func run(_ program: consuming Machine) {
        machine = program
        isRunning = true
    }

    /// When this node wants to go on by itself.
    mutating func due(_ now: Moment) -> Moment? {
        guard isRunning else { return nil }
        if isCommitting { return max(commitEnds, pausedUntil) }
        if !inbox.isEmpty { return max(now, pausedUntil) }
        return machine?.nextDeadline().map { max($0, pausedUntil) }
    }

    /// Something happened: it is taken in now, or when the program comes to it.
    mutating func feed(_ input: consuming Machine.Input, at now: Moment) -> Outcome {
        guard isRunning else { return .later }
        guard !isCommitting, inbox.isEmpty, now >= pausedUntil else {
            inbox.append(input)
            return .later
        }
        let isPlain = doom == nil && commitSpan == .zero && now >= fullUntil && now >= stalledUntil
        guard isPlain else { return feedCarefully(input, at: now) }
        guard let output = machine?.take(consume input, at: now) else { return .later }
        if !output.changes.isEmpty {
            disk.commit(output.changes)
            machine?.settled(at: now)
        }
        return .done(output.changes, output.effects)
    }

    private mutating func feedCarefully(_ input: Machine.Input, at now: Moment) -> Outcome {
        guard let output = machine?.take(input, at: now) else { return .later }
        if output.changes.isEmpty { return .done([], output.effects) }
        return commit(
            Batch(inputs: [input], changes: output.changes, effects: output.effects), at: now)
    }

    /// The first things that a program does, which are committed like any others.
    mutating func adopt(
        _ changes: [Change], _ effects: [Machine.Effect], at now: Moment
    ) -> Outcome {
        if changes.isEmpty { return .done([], effects) }
        return commit(Batch(changes: changes, effects: effects), at: now)
    }

    /// Time has come: a commit returns, or the inbox is served as one batch.
    mutating func goOn(_ tick: Machine.Input, at now: Moment) -> Outcome {
        guard isRunning, now >= pausedUntil else { return .later }
        if let batch = committing {
            guard now >= commitEnds else { return .later }
            committing = nil
            isCommitting = false
            return finish(batch, at: now)
        }
        var batch = Batch(inputs: inbox)
        inbox = []
        if batch.inputs.isEmpty { batch.inputs = [tick] }
        for input in batch.inputs {
            guard let output = machine?.take(input, at: now) else { continue }
            batch.changes += output.changes
            batch.effects += output.effects
        }
        if batch.changes.isEmpty { return .done([], batch.effects) }
        return commit(batch, at: now)
    }

    private mutating func commit(_ batch: Batch, at now: Moment) -> Outcome {
        if doom == .beforeCommit { return .died([], []) }
        if now < fullUntil { return .failed(batch.inputs) }
        let ends = max(now + commitSpan, stalledUntil)
        guard ends > now else { return finish(batch, at: now) }
        committing = batch
        isCommitting = true
        commitEnds = ends
        return .later
    }

    private mutating func finish(_ batch: Batch, at now: Moment) -> Outcome {
        disk.commit(batch.changes)
        machine?.settled(at: now)
        switch doom {
        case .afterCommit: return .died(batch.changes, [])
        case .amidEffects(let count):
            return .died(batch.changes, Array(batch.effects.prefix(count)))
        case .now, .beforeCommit, nil: return .done(batch.changes, batch.effects)
        }
    }

    /// Whether what it is told now is taken in about now: a clock that was read is not read late.
    func answersSoon(at now: Moment) -> Bool {
        now >= pausedUntil && (!isCommitting || commitEnds <= now + .seconds(1))
    }

    /// What the program keeps beyond its limits, if anything.
    mutating func excess() -> String? { machine?.excess() }

    /// The program is gone, with all that was not on disk.
    mutating func die() {
        machine = nil
        isRunning = false
        inbox = []
        committing = nil
        isCommitting = false
        doom = nil
        pausedUntil = .zero
    }
}

extension Node<ControllerMachine> {
    mutating func isOnline() -> Bool { machine?.isOnline() ?? false }

    mutating func isOpen(_ booth: BoothNumber) -> Bool { machine?.isOpen(booth) ?? false }

    /// How many tickets of some services wait there.
    mutating func waiting(for services: [Name], where counts: (Ticket) -> Bool) -> Int {
        machine?.waiting(for: services, where: counts) ?? 0
    }

    /// Facts that wait for the central, and the last one that it has acknowledged.
    mutating func outbox() -> (count: Int, acknowledged: UInt64) { machine?.outbox() ?? (0, 0) }

    /// What waits there; nil when nothing runs.
    mutating func tray() -> TicketLine? { machine?.tray }
}

extension Node<CentralMachine> {
    /// Orders that a connected controller has not acknowledged, and the first of them.
    mutating func waitingOrders(_ name: Name) -> (count: Int, first: UInt64) {
        machine?.waitingOrders(name) ?? (0, 0)
    }
}

extension CentralMachine {
    fileprivate mutating func waitingOrders(_ name: Name) -> (count: Int, first: UInt64) {
        guard links[name] != nil, let waiting = orders[name], let first = waiting.first else {
            return (0, 0)
        }
        return (waiting.count, first.number)
    }
}

extension ControllerMachine {
    fileprivate mutating func isOnline() -> Bool { link.isLive }

    fileprivate mutating func isOpen(_ booth: BoothNumber) -> Bool {
        booths.contains { $0.plan.number == booth && $0.record.isOpen }
    }

    fileprivate mutating func waiting(
        for services: [Name], where counts: (Ticket) -> Bool
    ) -> Int {
        tray.count { services.contains($0.service) && counts($0) }
    }

    fileprivate mutating func outbox() -> (count: Int, acknowledged: UInt64) {
        (outboxCount, meta.factsAcknowledged)
    }
}
