// SPDX-License-Identifier: Apache-2.0

// When facts happened: by a right clock, later by one that becomes right, or by their arrival.

import Testing

@testable import QueueCore

@Suite struct TimesTests {
    private let hall = name("hall-a")
    private static let morning: Int64 = 1_728_000_000

    /// The times that the central's history gives to the facts of a kind.
    private func times(
        _ town: Town, _ isMeant: (Fact) -> Bool
    ) -> [HistoryTime] {
        town.centralChanges.compactMap { change in
            guard case .history(_, let time, .fact(_, _, let fact)) = change, isMeant(fact.record)
            else { return nil }
            return time
        }
    }

    private func isCall(_ fact: Fact) -> Bool { if case .called = fact { true } else { false } }

    @Test func aFactBearsTheTimeSinceTheClockWasRead() {
        let town = Town()
        town.take()
        town.settle()
        town.feed(hall, .time(WallTime(Self.morning)))
        town.now = town.now + .milliseconds(90_900)
        town.press(1)
        town.settle()
        #expect(times(town, isCall) == [HistoryTime(WallTime(Self.morning + 90))])
    }

    @Test func aFactToldLateKeepsItsTime() {
        let town = Town()
        town.take()
        town.settle()
        town.feed(hall, .time(WallTime(Self.morning)))
        town.feedCentral(.time(WallTime(Self.morning)))
        town.cutWire("hall-a")
        town.press(1)
        town.now = town.now + .seconds(3_600)
        town.healWire("hall-a")
        town.settle()
        #expect(times(town, isCall) == [HistoryTime(WallTime(Self.morning))])
    }

    @Test func aClockThatBecomesRightStampsWhatWasNotTold() {
        let town = Town()
        town.take()
        town.settle()
        town.cutWire("hall-a")
        town.press(1)
        town.now = town.now + .seconds(600)
        town.feed(hall, .time(.unknown))
        #expect(town.controllers[hall]?.facts.last?.at == .unknown)
        town.feed(hall, .time(WallTime(Self.morning)))
        #expect(town.controllers[hall]?.facts == town.disks[hall]?.facts)
        town.healWire("hall-a")
        town.settle()
        #expect(times(town, isCall) == [HistoryTime(WallTime(Self.morning - 600))])
    }

    @Test func aFactWithoutATimeCountsAsItsArrivalAndStaysAsItWasTold() {
        let town = Town()
        town.take()
        town.feedCentral(.time(WallTime(Self.morning)))
        town.settle()
        town.press(1)
        town.settle()
        let arrival = HistoryTime(WallTime(Self.morning), isArrival: true)
        #expect(times(town, isCall) == [arrival])
        town.feed(hall, .time(WallTime(Self.morning + 5)))
        #expect(town.controllers[hall]?.facts.last?.at == .unknown)
    }

    @Test func aNewEpochTellsTheOldTimesAgain() throws {
        let town = Town()
        town.take()
        town.settle()
        town.feed(hall, .time(WallTime(Self.morning)))
        town.cutWire("hall-a")
        town.press(1)
        town.now = town.now + .seconds(60)
        let before = try #require(town.controllers[hall]?.meta.epoch)
        town.healWire("hall-a")
        town.connect()
        let link = try #require(town.linkOf[hall])
        town.feed(hall, .message(link, .error(.epochSuperseded, detail: ""), random: 77))
        let machine = try #require(town.controllers[hall])
        #expect(machine.meta.epoch != before)
        #expect(machine.facts.contains { isCall($0.record) && $0.at == WallTime(Self.morning) })
    }

    @Test func aCentralSaysThatItBegan_andWhenItLastRan() {
        let town = Town()
        town.feedCentral(.time(WallTime(Self.morning)))
        town.now = town.now + .seconds(30)
        town.feedCentral(.time(WallTime(Self.morning + 30)))
        town.killCentral()
        town.startCentral()
        town.history = []
        town.feedCentral(.time(WallTime(Self.morning + 500)))
        #expect(town.history == [.started(lastAlive: WallTime(Self.morning))])
    }

    @Test func connectionsAreHistory() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        town.history = []
        town.cutWire("hall-b")
        town.clock(day: 20_001)
        #expect(town.history.contains(.linkDown(name("hall-b"), trayCount: 0)))
        #expect(town.history.contains(.absent(name("hall-b"))))
        #expect(!town.history.contains(.absent(hall)))
        town.healWire("hall-b")
        town.settle()
        #expect(town.history.contains(.linkUp(name("hall-b"))))
    }

    @Test func aTicketThatLeftItsBoothBeforeAPowerCut_LeftItThen() {
        let town = StepTests.clinic()
        town.take()
        town.settle()
        town.feed(hall, .time(WallTime(Self.morning)))
        town.press(1)
        town.now = town.now + .seconds(60)
        town.ask(.finish(1))
        town.kill("hall-a")
        town.now = town.now + .seconds(600)
        town.start("hall-a")
        town.feed(hall, .time(WallTime(Self.morning + 660)))
        town.pass(StepTests.afterUndo)
        town.settle()
        let left = times(town) { if case .transferred = $0 { true } else { false } }
        #expect(left == [HistoryTime(WallTime(Self.morning + 60))])
        #expect(town.disks[hall]?.tickets.map(\.leftAt) == [.unknown])
    }

    @Test func aConnectionThatEndedWhileTheDiskFailed_EndedThen() throws {
        let town = Town()
        town.feedCentral(.time(WallTime(Self.morning)))
        let before = town.centralChanges.count
        for span in [0, 20] {
            // Nothing can be written: the machine is made anew from what is there.
            town.now = town.now + .seconds(Int64(span))
            let old = try #require(town.central)
            town.killCentral()
            var machine = CentralMachine(
                plan: town.centralPlan, snapshot: town.centralDisk, run: Epoch(random: 77))
            machine.inherit(from: old)
            _ = machine.start(at: town.now)
            town.central = machine
        }
        town.now = town.now + .seconds(300)
        town.settle()
        let told = town.centralChanges[before...].compactMap { change -> (String, Int64)? in
            guard case .history(_, let time, let entry) = change else { return nil }
            switch entry {
            case .linkDown: return ("down", time.at.seconds - Self.morning)
            case .linkUp: return ("up", time.at.seconds - Self.morning)
            default: return nil
            }
        }
        #expect(told.map(\.0) == ["down", "up"])
        #expect(told.map(\.1) == [0, 320])
    }

    @Test func aStartThatCouldNotBeWritten_IsSaidBeforeWhatFollows() throws {
        let town = Town()
        town.feedCentral(.time(WallTime(Self.morning)))
        town.killCentral()
        let before = town.centralChanges.count
        // The next run's first step finds the disk full, and what replaces its machine does not.
        var first = CentralMachine(
            plan: town.centralPlan, snapshot: town.centralDisk, run: Epoch(random: 70))
        _ = first.start(at: town.now)
        _ = first.step(.time(WallTime(Self.morning + 3_600)), at: town.now)
        var second = CentralMachine(
            plan: town.centralPlan, snapshot: town.centralDisk, run: Epoch(random: 71))
        second.inherit(from: first)
        _ = second.start(at: town.now)
        town.central = second
        town.now = town.now + .seconds(300)
        town.settle()
        let told = town.centralChanges[before...].compactMap { change -> HistoryEntry? in
            guard case .history(_, _, let entry) = change else { return nil }
            return entry
        }
        #expect(told.first == .started(lastAlive: WallTime(Self.morning)))
        #expect(told.contains(.linkUp(name("hall-a"))))
        #expect(told.count { if case .started = $0 { true } else { false } } == 1)
    }
}
