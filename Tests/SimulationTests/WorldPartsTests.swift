// SPDX-License-Identifier: Apache-2.0

// The parts of the world that must not lie: chance, time, wires and disks.

import QueueCore
import Testing

@testable import Simulation

@Suite struct WorldPartsTests {
    /// The draws are part of what a seed means: they must be these on any machine.
    @Test func theDiceFallTheSameEverywhere() {
        var dice = Dice(seed: 1, 2)
        #expect((0..<6).map { _ in dice.below(1_000) } == Self.draws)
        var other = Dice(seed: 1, 3)
        #expect((0..<6).map { _ in other.below(1_000) } != Self.draws)
    }

    private static let draws = [671, 58, 43, 521, 828, 461]

    @Test func waitingTimesHaveTheirMean() {
        var dice = Dice(seed: 5)
        let total = (0..<20_000).reduce(Int64(0)) { sum, _ in
            sum + dice.waiting(mean: .seconds(100)).microseconds
        }
        #expect((95...105).contains(total / 20_000 / 1_000_000))
    }

    @Test func anAgendaKeepsTheOrderOfTime_AndOfPuttingAtOneMoment() {
        var agenda = Agenda<Int>()
        var dice = Dice(seed: 9)
        var expected: [(Int64, Int)] = []
        for thing in 0..<500 {
            let at = Int64(dice.below(40))
            expected.append((at, thing))
            agenda.put(thing, at: Moment(microseconds: at))
        }
        let order = expected.enumerated().sorted {
            ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
        }
        for (_, (at, thing)) in order {
            #expect(agenda.first == Moment(microseconds: at))
            #expect(agenda.takeFirst() == thing)
        }
        #expect(agenda.takeFirst() == nil)
    }

    @Test func aPipeKeepsItsOrder_LosesOneAndDoublesOne() {
        var pipe = Pipe<ClientMessage>()
        pipe.put(.acknowledge(1), on: 1, due: .zero + .seconds(5))
        pipe.put(.acknowledge(2), on: 1, due: .zero + .seconds(1))
        pipe.loses = true
        pipe.put(.acknowledge(3), on: 1, due: .zero + .seconds(6))
        pipe.doubles = true
        pipe.put(.acknowledge(4), on: 1, due: .zero + .seconds(7))
        #expect(pipe.due == .zero + .seconds(5))
        let arrived = (0..<4).map { _ in pipe.take().message }
        #expect(arrived == [.acknowledge(1), .acknowledge(2), .acknowledge(4), .acknowledge(4)])
        #expect(pipe.isEmpty)
    }

    @Test func aDiskForgetsWholeCommitsOnly() {
        let epoch = Epoch(random: 1)
        var disk = Disk<ControllerSnapshot>(ControllerSnapshot(epoch: epoch))
        disk.unwrittenMax = 3
        var meta = ControllerMeta(epoch: epoch)
        for count in UInt64(1)...4 {
            meta.rank = count
            meta.lastFact = count
            var changes = [ControllerChange.meta(meta)]
            changes.append(.fact(Numbered(count, .reportBegan)))
            disk.commit(changes)
        }
        disk.forget(commits: 2)
        let rows = disk.read()
        #expect(rows.meta.rank == 2 && rows.facts.map(\.number) == [1, 2])
        // What was read is written.
        disk.forget(commits: 9)
        #expect(disk.read() == rows)
    }

    @Test func aDeskKnowsWhatWasMeant() {
        var dice = Dice(seed: 4)
        let clerk = Clerk(dice: dice, habits: .init(), haste: 1, services: 1)
        var desk = Desk(controller: 0, booth: 1, gestures: GestureMap(), clerk: clerk)
        for (place, gesture) in [Gesture.short, .double, .long, .short].enumerated() {
            let now = Moment.zero + .seconds(Int64(place * 10 + 1))
            desk.finger(gesture, bounces: 5, dice: &dice, at: now)
            var understood: [Gesture] = []
            while let due = desk.due {
                for event in desk.advance(to: due) {
                    if case .gesture(let found) = event {
                        understood.append(found)
                        #expect(desk.understood(found) == nil)
                    }
                }
            }
            #expect(understood == [gesture])
            #expect(desk.judge() == nil)
        }
        // One that was meant and never came is found out.
        desk.finger(.short, bounces: 0, dice: &dice, at: .zero + .seconds(60))
        _ = desk.advance(to: .zero + .seconds(70))
        #expect(desk.judge() != nil)
        #expect(desk.understood(.short) != nil)
    }
}
