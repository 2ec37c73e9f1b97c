// SPDX-License-Identifier: Apache-2.0

// The simulated bus of units: the right sign within the stated bounds, dashes within theirs, and
// the same history from the same seed.

import QueueCore
import Simulation
import Testing

@Suite struct UnitBusTests {
    static let dashes = "----"

    @Test(arguments: [(1, 1_000), (4, 1_000), (24, 250)])
    func everySignIsShownWithinTheBound(units: Int, shows: Int) {
        let bound = UnitBusLimits.shownWithin(units: units)
        var bench = BusBench(units: units, seed: UInt64(units))
        var times: [TimeSpan] = []
        while times.count < shows {
            // At times every booth calls at once, as a hall does that opens.
            let calling = bench.draw(4) == 0 ? bench.booths : [bench.booths[bench.draw(units)]]
            for booth in calling { bench.call(booth) }
            let found = bench.times(calling, within: bound)
            times += found.compactMap { $0 }
            guard !found.contains(nil) else {
                Issue.record("not shown within \(bound.milliseconds) ms at \(bench.bus.now)")
                return
            }
            bench.run(.microseconds(Int64(bench.draw(900_000))))
        }
        #expect(bench.wrong.isEmpty)
        // Each is found once, and none is lost.
        #expect(bench.reports.map(\.booth).sorted() == bench.booths.sorted())
        #expect(bench.reports.allSatisfy { $0.works })
        // The bound says something: it is not ten times what is needed.
        #expect((times.max() ?? .zero) * 10 > bound)
    }

    @Test(arguments: [(1, 500), (4, 600), (24, 200)])
    func everySignIsShownOnABadLine(units: Int, shows: Int) {
        var bench = BusBench(units: units, seed: UInt64(units))
        bench.bus.framesLostPerMille = UnitBusLimits.badLineFramesLostPerMille
        bench.bus.bytesGarbledPerMille = UnitBusLimits.badLineBytesGarbledPerMille
        var times: [TimeSpan] = []
        while times.count < shows {
            let calling = bench.draw(4) == 0 ? bench.booths : [bench.booths[bench.draw(units)]]
            for booth in calling { bench.call(booth) }
            let found = bench.times(calling, within: UnitBusLimits.shownWithinOnBadLine)
            times += found.compactMap { $0 }
            guard !found.contains(nil) else {
                Issue.record("not shown at \(bench.bus.now)")
                return
            }
            bench.run(.microseconds(Int64(bench.draw(900_000))))
        }
        #expect(bench.wrong.isEmpty)
        // The line is bad indeed, and nearly all are shown as if it were not.
        let clean = UnitBusLimits.shownWithin(units: units) + .seconds(1)
        let late = times.filter { $0 > clean }
        #expect(late.count * 50 < times.count)
    }

    @Test(arguments: [(1_000, 0), (0, 1_000)])
    func lineThatCarriesNothingSoundShowsNothing(lost: Int, garbled: Int) {
        var bench = BusBench(units: 4)
        bench.bus.framesLostPerMille = lost
        bench.bus.bytesGarbledPerMille = garbled
        for booth in bench.booths { bench.call(booth) }
        for _ in 0..<60 {
            bench.run(.seconds(1))
            #expect(bench.booths.allSatisfy { bench.bus.text($0) == Self.dashes })
        }
        for booth in bench.booths { #expect(bench.works(booth) == [false]) }
        bench.bus.framesLostPerMille = 0
        bench.bus.bytesGarbledPerMille = 0
        let found = bench.times(bench.booths, within: UnitBusLimits.backWithin(units: 4))
        #expect(!found.contains(nil))
    }

    @Test func deadUnitIsReportedAndHoldsUpNobody() {
        var bench = BusBench(units: 4)
        for booth in bench.booths { bench.call(booth) }
        bench.run(.seconds(3))
        let dead = bench.booths[1]
        bench.bus.setDead(dead, true, at: bench.bus.now)
        #expect(bench.bus.text(dead) == "    ")
        bench.run(.seconds(2))
        #expect(bench.works(dead) == [true, false])
        let live = bench.booths.filter { $0 != dead }
        for _ in 0..<300 {
            let booth = live[bench.draw(3)]
            bench.call(booth)
            let found = bench.times([booth], within: UnitBusLimits.shownWithin(units: 4))
            #expect(found != [nil])
            bench.run(.milliseconds(Int64(bench.draw(700))))
        }
        bench.call(dead)
        bench.run(.seconds(Int64(bench.draw(20))))
        #expect(bench.bus.text(dead) == "    ")
        bench.bus.setDead(dead, false, at: bench.bus.now)
        #expect(bench.bus.text(dead) == Self.dashes)
        #expect(bench.times([dead], within: UnitBusLimits.backWithin(units: 4)) != [nil])
        bench.run(.seconds(1))
        #expect(bench.works(dead) == [true, false, true])
        for booth in live { #expect(bench.works(booth) == [true]) }
        #expect(bench.wrong.isEmpty)
    }

    @Test(arguments: [1, 4, 24])
    func restartedUnitShowsItsSignAgain(units: Int) {
        var bench = BusBench(units: units)
        for booth in bench.booths { bench.call(booth) }
        bench.run(.seconds(5))
        for _ in 0..<20 {
            let booth = bench.booths[bench.draw(units)]
            bench.bus.restart(booth, at: bench.bus.now)
            #expect(bench.bus.text(booth) == Self.dashes)
            #expect(bench.times([booth], within: UnitBusLimits.backWithin(units: units)) != [nil])
            bench.run(.microseconds(Int64(bench.draw(2_000_000))))
        }
        #expect(bench.wrong.isEmpty)
    }

    @Test(arguments: [1, 4, 24])
    func displaysOfAStoppedMasterShowDashes(units: Int) {
        var bench = BusBench(units: units)
        for round in 0..<10 {
            for booth in bench.booths { bench.call(booth) }
            bench.run(.microseconds(6_000_000 + Int64(bench.draw(3_000_000))))
            let texts = bench.booths.map { bench.bus.text($0) }
            #expect(texts == bench.booths.map { bench.ordered[$0]?.last })
            bench.bus.masterStops(at: bench.bus.now)
            bench.run(.seconds(3))
            #expect(bench.booths.allSatisfy { bench.bus.text($0) != Self.dashes }, "\(round)")
            bench.run(UnitBusLimits.dashesWithin + .seconds(-3))
            #expect(bench.booths.allSatisfy { bench.bus.text($0) == Self.dashes }, "\(round)")
            #expect(bench.bus.deadline == nil)
            // Without a master nothing is ordered, and none remembers.
            bench.bus.show(bench.booths[0], .trouble, at: bench.bus.now)
            bench.bus.masterStarts(at: bench.bus.now)
            bench.run(.seconds(8))
            #expect(bench.booths.allSatisfy { bench.bus.text($0) == Self.dashes }, "\(round)")
            for booth in bench.booths { bench.call(booth) }
            let found = bench.times(
                bench.booths, within: UnitBusLimits.shownWithin(units: units))
            #expect(!found.contains(nil))
        }
        #expect(bench.wrong.isEmpty)
    }

    @Test(arguments: [1, 4, 24])
    func lostPortTakesAllDisplaysAndGivesThemBack(units: Int) {
        var bench = BusBench(units: units)
        for booth in bench.booths { bench.call(booth) }
        bench.run(.seconds(6))
        bench.reports = []
        bench.bus.setPort(lost: true, at: bench.bus.now)
        #expect(bench.bus.deadline == bench.bus.now)
        bench.run(.microseconds(1))
        #expect(bench.reports.map(\.booth) == bench.booths)
        #expect(bench.reports.allSatisfy { !$0.works })
        bench.run(UnitBusLimits.dashesWithin)
        #expect(bench.booths.allSatisfy { bench.bus.text($0) == Self.dashes })
        // What is ordered meanwhile is shown when the adapter is back.
        bench.call(bench.booths[0])
        bench.run(.seconds(20))
        bench.bus.setPort(lost: false, at: bench.bus.now)
        let found = bench.times(bench.booths, within: UnitBusLimits.backWithin(units: units))
        #expect(!found.contains(nil))
        bench.run(.seconds(1))
        #expect(bench.booths.allSatisfy { bench.works($0) == [false, true] })
        #expect(bench.wrong.isEmpty)
    }

    @Test func pausedMasterGoesOnWhereItStood() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var bench = BusBench(units: 4, seed: seed)
            for booth in bench.booths { bench.call(booth) }
            bench.run(.microseconds(5_000_000 + Int64(bench.draw(1_000_000))))
            bench.bus.masterPauses(at: bench.bus.now)
            let isBroken = bench.draw(2) == 0
            if isBroken {
                bench.bus.setPort(lost: true, at: bench.bus.now)
                bench.bus.setPort(lost: false, at: bench.bus.now)
            }
            bench.reports = []
            bench.run(UnitBusLimits.dashesWithin + .seconds(1))
            #expect(bench.booths.allSatisfy { bench.bus.text($0) == Self.dashes })
            #expect(bench.reports.isEmpty && bench.bus.deadline == nil)
            bench.bus.masterResumes(at: bench.bus.now)
            let found = bench.times(bench.booths, within: UnitBusLimits.backWithin(units: 4))
            #expect(!found.contains(nil))
            // Without a fault of the port, nobody was ever lost.
            #expect(bench.reports.contains { !$0.works } == isBroken)
        }
    }

    @Test func signsReadAsTheCoreWritesThem() throws {
        var bench = BusBench(units: 1, start: false)
        let booth = bench.booths[0]
        #expect(bench.bus.text(booth) == Self.dashes && bench.bus.deadline == nil)
        bench.bus.masterStarts(at: .zero)
        let number = try #require(TicketNumber("Z999"))
        let signs: [BoothSign] = [
            .number(number, attention: true), .trouble, .dashes, .number(number, attention: false),
        ]
        for sign in signs {
            bench.show(booth, sign)
            #expect(bench.times([booth], within: .seconds(1)) != [nil])
            // A blinking number stays.
            for _ in 0..<70 {
                bench.run(.milliseconds(100))
                #expect(bench.bus.text(booth) == sign.text)
            }
        }
    }
}
