// SPDX-License-Identifier: Apache-2.0

// What a scan finds on sound buses and on those that a technician is called to.

import BoothUnit
import DisplayDrivers
import QueueCore
import Testing

@Suite struct BusScanTests {
    func plan(_ booths: [Int: Int] = [:], through last: Int = 20) -> BusScan.Plan {
        var plan = BusScan.Plan()
        plan.addresses = 1...last
        plan.hasConfiguration = !booths.isEmpty
        for (unit, booth) in booths {
            if let address = UnitAddress(unit) { plan.booths[address] = booth }
        }
        return plan
    }

    @Test func aSoundBusHasItsUnitsInATableAndNoFindings() throws {
        var bench = JobBench([3, 7, 12])
        bench.rest(.seconds(5))
        let result = bench.run(BusScan(plan([3: 1, 7: 2, 12: 4])))
        #expect(result?.isGood == true, "\(result?.text ?? "no result")")
        #expect(bench.findings == [])
        #expect(bench.rows.map(\.address) == [3, 7, 12])
        #expect(bench.rows.map(\.booth) == [1, 2, 4])
        let row = try #require(bench.rows.first)
        #expect(row.board == "l476rg")
        #expect(row.version == "1.0.0")
        #expect(row.revision == "c0ffee12")
        #expect(row.addressSource == "flash")
        #expect(row.resetCause == "power-on")
        #expect((5...30).contains(row.uptimeSeconds ?? 0))
        #expect(row.badFrames == 0)
        #expect(row.display == "max7219")
        let asked = bench.news.filter { $0.kind == .progress && $0.total == 20 }.map(\.done)
        #expect(asked == (1...20).map { $0 }, "every address is told once")
    }

    @Test func aWholeBusIsAskedWithinTwentySeconds() {
        var bench = JobBench([1, 247])
        let result = bench.run(BusScan(BusScan.Plan()), within: .seconds(20))
        #expect(result?.isGood == true)
        #expect(bench.rows.map(\.address) == [1, 247])
    }

    @Test func aBoothWithoutItsUnitIsNamed() {
        var bench = JobBench([3])
        _ = bench.run(BusScan(plan([3: 1, 9: 2])))
        #expect(bench.findings == ["no-answer 9"])
        #expect(bench.frames[9] == 3, "a booth's unit is asked again")
        #expect(bench.frames[10] == 1, "an address without one is not")
    }

    @Test(arguments: [1, 3])
    func aUnitThatNobodyKnowsIsAskedAsOftenAsIsWanted(tries: Int) {
        var bench = JobBench([1, 2])
        var plan = plan()
        plan.triesOfUnknown = tries
        bench.unpowered = [0]
        bench.begin(BusScan(plan))
        bench.pass(.seconds(1), while: { $0.frames[1] == nil })
        // The first frame is spoilt, and none after it.
        bench.pass(.milliseconds(15))
        bench.unpowered = []
        bench.pass(.seconds(120))
        #expect(bench.rows.map(\.address) == (tries == 1 ? [2] : [1, 2]))
        #expect(bench.frames[9] == tries, "who is not there")
    }

    @Test func nothingAtAllIsAFindingOfTheBus() {
        var bench = JobBench([3])
        bench.unpowered = [0]
        let result = bench.run(BusScan(plan([3: 1])))
        #expect(bench.findings == ["no-answer"])
        #expect(result?.isGood == false)
    }

    @Test(arguments: [true, false])
    func twoUnitsWithOneAddressAreNamed(collide: Bool) {
        var bench = JobBench([3, 5, 5])
        bench.units[2].tick(milliseconds: 90_000, buttons: 0)
        bench.repliesCollide = collide
        _ = bench.run(BusScan(plan([3: 1, 5: 2])))
        #expect(bench.findings == ["two-units 5"])
    }

    @Test func twoNewUnitsAreNamedThoughNothingElseAnswers() {
        var bench = JobBench([])
        bench.units = [JobBench.unit(247, source: .none), JobBench.unit(247, source: .none)]
        var plan = plan()
        plan.addresses = 240...247
        _ = bench.run(BusScan(plan))
        #expect(bench.findings.contains("two-units 247"), "\(bench.findings)")
    }

    @Test func anotherSpeedIsGarbledNotAHundredUnits() {
        var bench = JobBench([3, 5])
        bench.wire = .otherSpeed
        _ = bench.run(BusScan(plan([3: 1, 5: 2])))
        #expect(bench.findings == ["garbled"])
        #expect(bench.rows.isEmpty)
    }

    @Test func swappedWiresAreGarbled() {
        var bench = JobBench([3, 5])
        bench.wire = .inverted
        _ = bench.run(BusScan(plan([3: 1, 5: 2])))
        #expect(bench.findings == ["garbled"])
    }

    @Test func aNoisyLineIsNamedAndItsUnitsAreFoundAllTheSame() {
        var bench = JobBench([3, 5, 8, 9])
        bench.wire = .noisy(perMille: 12)
        _ = bench.run(BusScan(plan([3: 1, 5: 2, 8: 3, 9: 4])))
        #expect(bench.rows.map(\.address) == [3, 5, 8, 9])
        let kinds = Set(bench.findings.map { $0.prefix { $0 != " " } })
        #expect(!kinds.isDisjoint(with: ["noise", "line-errors"]), "\(bench.findings)")
        #expect(!kinds.contains("two-units"), "\(bench.findings)")
    }

    @Test func errorsThatAUnitCountsDuringTheScanAreItsLine() {
        var bench = JobBench([3, 5])
        bench.begin(BusScan(plan([3: 1, 5: 2])))
        while bench.run?.isOver != true, bench.now < Moment.zero + .seconds(60) {
            let before = bench.now.microseconds / 250_000
            bench.advance()
            if bench.now.microseconds / 250_000 > before { bench.units[1].lineError() }
        }
        #expect(bench.findings == ["line-errors 5"])
    }

    @Test func firmwareAndBoardsAreToldApart() {
        var bench = JobBench([])
        bench.units = [
            JobBench.unit(1, version: (0, 9, 9)), JobBench.unit(2, version: (1, 0, 1)),
            JobBench.unit(3, board: 9), JobBench.unit(4, cause: .watchdog), JobBench.unit(5),
            JobBench.unit(247, source: .none),
        ]
        var plan = plan([1: 1, 2: 2, 3: 3, 4: 4])
        plan.addresses = 1...247
        _ = bench.run(BusScan(plan))
        #expect(
            bench.findings == [
                "old-firmware 1", "new-firmware 2", "unknown-board 3", "fault-resets 4",
                "not-configured 5", "new-unit 247",
            ])
        #expect(bench.rows.first { $0.address == 3 }?.board == "board 9")
        #expect(bench.rows.first { $0.address == 4 }?.findings == ["fault-resets"])
    }

    @Test func aUnitThatStartsAnewIsNamed() {
        var bench = JobBench([3, 5])
        bench.rest(.seconds(60))
        bench.begin(BusScan(plan([3: 1, 5: 2])))
        bench.pass(.seconds(60)) { !$0.news.contains { $0.text.hasPrefix("looking again") } }
        bench.units[1] = JobBench.unit(5)
        bench.pass(.seconds(60))
        #expect(bench.findings == ["restarting 5"])
    }

    @Test func anotherMakersDeviceIsNoUnitOfNobat() {
        var bench = JobBench([3])
        // Illegal data address, from device 4: what most Modbus devices say to register 0.
        bench.babblers[4] = Frame.sealed([4, 0x83, 2])
        bench.babblers[6] = Frame.sealed([6, 3, 12] + [UInt8](repeating: 7, count: 12))
        _ = bench.run(BusScan(plan([3: 1])))
        #expect(bench.findings == ["not-a-nobat-unit 4", "not-a-nobat-unit 6"])
    }

    @Test func callsGoOnDuringAScan() throws {
        var bench = JobBench([1, 2, 3], configured: [1, 2, 3])
        bench.rest(.seconds(3))
        bench.begin(BusScan(BusScan.Plan()))
        let unit = try #require(UnitAddress(2))
        var waits: [Int64] = []
        for number in 100..<110 {
            bench.pass(.milliseconds(700))
            let text = "A\(number)"
            bench.master.show(unit: unit, content: try DisplayContent(text), at: bench.now)
            let start = bench.now
            bench.pass(.seconds(5)) { !$0.master.unitStates[1].verified }
            waits.append((bench.now - start).milliseconds)
            #expect(bench.master.unitStates[1].shows == text)
        }
        #expect(bench.run?.isOver == false, "the scan was under way all the time")
        // One exchange of the scan and its own: never more.
        #expect(waits.allSatisfy { $0 <= 160 }, "\(waits)")
        bench.pass(.seconds(60))
        #expect(bench.findings == [])
        #expect(bench.master.unitStates.allSatisfy { $0.verified || $0.ordered == nil })
        #expect(bench.master.unitStates.allSatisfy { $0.faults.total == 0 })
    }

    @Test func anInterruptedScanTellsWhatItHas() {
        var bench = JobBench([3, 200])
        bench.begin(BusScan(plan([3: 1], through: 247)))
        bench.pass(.seconds(2))
        bench.run?.cancel(at: bench.now)
        bench.pass(.seconds(1))
        #expect(bench.run?.isOver == true)
        #expect(bench.rows.map(\.address) == [3])
        #expect(bench.news.last?.text.contains("interrupted") == true)
    }

    @Test func aLostPortEndsTheJob() {
        var bench = JobBench([3])
        bench.begin(BusScan(plan()))
        bench.pass(.milliseconds(100))
        bench.run?.portLost(&bench.master, reason: "unplugged", at: bench.now)
        #expect(bench.run?.isOver == true)
        #expect(bench.run?.takeNews().last == .result(isGood: false, "unplugged"))
    }
}
