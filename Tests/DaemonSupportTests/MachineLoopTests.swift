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

    init(plan: ControllerPlan) { self.plan = plan }

    func commit(_ changes: [ControllerChange]) throws {
        if isFull.withLock({ $0 }) { throw Full() }
        notes.withLock { $0.append(.commit(changes.count)) }
    }

    func perform(_ effect: ControllerEffect, _ batch: BatchTimes) {
        switch effect {
        case .reply(let id, .refused(let refusal)):
            notes.withLock { $0.append(.effect("refused \(id) \(refusal.name)")) }
        case .show(let booth, let sign):
            notes.withLock { $0.append(.effect("show \(booth) \(sign.text)")) }
        default: break
        }
    }

    func recover(
        from error: any Error, inputs: [ControllerInput], at now: Moment
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
    @Test(.timeLimit(.minutes(1))) func theDisplayWaitsForTheDiskAndSaysWhenItFails() throws {
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

    @Test(.timeLimit(.minutes(1))) func whatIsLookedAtIsOnDisk() throws {
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
}
