// SPDX-License-Identifier: Apache-2.0

import DaemonSupport
import Foundation
import Hardware
import QueueCore
import Synchronization
import Testing

/// A disk that notes what it is given and can refuse.
private final class NotedHands: LoopHands {
    struct Full: Error {}

    enum Note: Equatable {
        case commit(Int)
        case effect(String)
        case recovered([RequestID])
    }

    let notes = Mutex<[Note]>([])
    let isFull = Mutex(false)
    let plan: ControllerPlan
    var duringCommit: () -> Void = {}
    /// Whether displays go before the rest, of which events are noted then.
    var showsFirst = false

    init(plan: ControllerPlan) { self.plan = plan }

    func commit(_ changes: [ControllerChange]) throws {
        if isFull.withLock({ $0 }) { throw Full() }
        notes.withLock { $0.append(.commit(changes.count)) }
        duringCommit()
    }

    func perform(_ effect: ControllerEffect, _ batch: BatchTimes) {
        switch effect {
        case .reply(let id, .refused(let refusal)):
            notes.withLock { $0.append(.effect("refused \(id) \(refusal.name)")) }
        case .show(let booth, let sign):
            notes.withLock { $0.append(.effect("show \(booth) \(sign.text)")) }
        case .reply(let id, .called(_, let number)):
            notes.withLock { $0.append(.effect("called \(id) \(number)")) }
        case .event where showsFirst: notes.withLock { $0.append(.effect("event")) }
        default: break
        }
    }

    func goesFirst(_ effect: ControllerEffect) -> Bool {
        if case .show = effect { showsFirst } else { false }
    }

    func recover(
        from error: any Error, inputs: [ControllerInput], old: ControllerMachine, at now: Moment
    ) -> (machine: ControllerMachine, effects: [ControllerEffect]) {
        var machine = ControllerMachine(
            plan: plan, snapshot: ControllerSnapshot(epoch: Epoch(random: 7)),
            run: Epoch(random: 8))
        _ = machine.start(at: now)
        notes.withLock { $0.append(.recovered(inputs.compactMap(\.request))) }
        let failed = machine.step(
            .diskFailed("full", booths: inputs.compactMap(\.booth)), at: now)
        return (
            machine,
            failed.effects
                + inputs.compactMap(\.request).map { .reply($0, .refused(.diskFailed("full"))) }
        )
    }
}

@Suite struct MachineLoopTests {
    @Test(.timeLimit(.minutes(5))) func theDisplayWaitsForTheDiskAndSaysWhenItFails() throws {
        let service = try #require(Name("lab"))
        let plan = ControllerPlan(
            name: try #require(Name("hall-a")),
            booths: [BoothPlan(number: 1, services: [service])])
        let hands = NotedHands(plan: plan)
        var machine = ControllerMachine(
            plan: plan, snapshot: ControllerSnapshot(epoch: Epoch(random: 7)),
            run: Epoch(random: 8))
        let first = machine.start(at: .zero)
        let loop = MachineLoop(machine: machine, hands: hands) { SystemClock.monotonic() }
        hands.isFull.withLock { $0 = true }
        loop.feed(.press(1, .short, 41))
        loop.feed(.command(.close(1), 42))
        loop.stop()
        loop.run(firstChanges: [], firstEffects: first.effects)
        let notes = hands.notes.withLock { $0 }
        #expect(notes.first == .effect("show 1 ----"))
        #expect(notes.contains(.recovered([41, 42])))
        #expect(notes.contains(.effect("show 1 Err ")))
        #expect(notes.contains(.effect("refused 41 disk-failed")))
        #expect(!notes.contains { if case .commit = $0 { true } else { false } })
    }

    @Test(.timeLimit(.minutes(5))) func whatIsLookedAtIsOnDisk() throws {
        let service = try #require(Name("lab"))
        let plan = ControllerPlan(
            name: try #require(Name("hall-a")),
            booths: [BoothPlan(number: 1, services: [service])])
        let hands = NotedHands(plan: plan)
        let machine = ControllerMachine(
            plan: plan, snapshot: ControllerSnapshot(epoch: Epoch(random: 7)),
            run: Epoch(random: 8))
        let loop = MachineLoop(machine: machine, hands: hands) { SystemClock.monotonic() }
        loop.feed(.command(.open(1), 1))
        let commits = Mutex(0)
        loop.inspect { machine in
            if machine.booths[0].record.isOpen {
                commits.withLock { $0 += 1 }
            }
        }
        loop.stop()
        loop.run(firstChanges: [], firstEffects: [])
        #expect(commits.withLock { $0 } == 1)
        #expect(
            hands.notes.withLock { $0 }.contains { if case .commit = $0 { true } else { false } })
    }

    @Test(.timeLimit(.minutes(5))) func whatGoesFirst_GoesBeforeTheOthersOfItsBatch() throws {
        let service = try #require(Name("lab"))
        let plan = ControllerPlan(
            name: try #require(Name("hall-a")),
            booths: [BoothPlan(number: 1, services: [service])])
        var snapshot = ControllerSnapshot(epoch: Epoch(random: 7))
        let ticket = Ticket(
            id: TicketID(issuer: .central, run: Epoch(random: 9), serial: 1),
            number: try #require(TicketNumber("A001")), day: ServiceDay(1), service: service,
            rank: 1)
        snapshot.tickets = [HeldTicket(ticket: ticket)]
        for showsFirst in [true, false] {
            let hands = NotedHands(plan: plan)
            hands.showsFirst = showsFirst
            var machine = ControllerMachine(
                plan: plan, snapshot: snapshot, run: Epoch(random: 8))
            _ = machine.start(at: .zero)
            let loop = MachineLoop(machine: machine, hands: hands) { SystemClock.monotonic() }
            loop.feed(.press(1, .short, 41))
            loop.stop()
            loop.run(firstChanges: [], firstEffects: [])
            let notes = hands.notes.withLock { $0 }
            let show = try #require(notes.firstIndex(of: .effect("show 1 A001")))
            let event = notes.firstIndex(of: .effect("event"))
            // It is on disk before that all the same.
            #expect(notes.prefix(show).contains { if case .commit = $0 { true } else { false } })
            #expect(showsFirst ? show < event ?? 0 : event == nil)
        }
    }

    /// With a card that takes longer than the guard time, an impatient clerk presses again before any
    /// number is shown.
    @Test(.timeLimit(.minutes(5))) func aSlowDiskCallsNobodyTwice() throws {
        let service = try #require(Name("lab"))
        let plan = ControllerPlan(
            name: try #require(Name("hall-a")),
            booths: [BoothPlan(number: 1, services: [service])], guardSpan: .milliseconds(800))
        var snapshot = ControllerSnapshot(epoch: Epoch(random: 7))
        for value in 1...3 {
            let serial = UInt32(value)
            let ticket = Ticket(
                id: TicketID(issuer: .central, run: Epoch(random: 9), serial: serial),
                number: try #require(TicketNumber("A00\(value)")), day: ServiceDay(1),
                service: service, rank: UInt64(value))
            snapshot.tickets.append(HeldTicket(ticket: ticket))
        }
        let hands = NotedHands(plan: plan)
        var machine = ControllerMachine(plan: plan, snapshot: snapshot, run: Epoch(random: 8))
        _ = machine.start(at: .zero)
        let time = Mutex(Moment.zero)
        let loop = MachineLoop(machine: machine, hands: hands) { time.withLock { $0 } }
        hands.duringCommit = {
            hands.duringCommit = { loop.stop() }
            time.withLock { $0 = .zero + .milliseconds(500) }
            loop.feed(.press(1, .short, 2))
            time.withLock { $0 = .zero + .milliseconds(1_200) }
            loop.feed(.press(1, .short, 3))
            time.withLock { $0 = .zero + .milliseconds(1_300) }
            loop.feed(.press(1, .short, 4))
            time.withLock { $0 = .zero + .milliseconds(2_100) }
            loop.feed(.press(1, .short, 5))
            time.withLock { $0 = .zero + .milliseconds(1_200) }
        }
        loop.feed(.press(1, .short, 1))
        loop.run(firstChanges: [], firstEffects: [])
        let told = hands.notes.withLock { $0 }.compactMap { note in
            if case .effect(let text) = note, !text.hasPrefix("show") { text } else { nil }
        }
        #expect(told.first == "called 1 A001")
        for press in 2...4 { #expect(told.contains("refused \(press) guard-time")) }
        #expect(told.last == "called 5 A002")
    }
}
