// SPDX-License-Identifier: Apache-2.0

// Jobs on one unit: another address, identify, test.

import BoothUnit
import DisplayDrivers
import QueueCore
import Testing

@Suite struct UnitJobsTests {
    let unit: UnitAddress
    let other: UnitAddress

    init() throws {
        unit = try #require(UnitAddress(5))
        other = try #require(UnitAddress(9))
    }

    // MARK: Address

    @Test func anAddressIsChangedAndVerified() {
        var bench = JobBench([5, 6])
        let result = bench.run(AddressChange(from: unit, to: other, advice: "write it down"))
        #expect(result?.isGood == true, "\(result?.text ?? "")")
        #expect(bench.units.map(\.identity.address) == [9, 6])
        #expect(bench.news.contains { $0.text == "write it down" })
    }

    @Test func aTakenAddressIsRefusedBeforeAnythingIsWritten() {
        var bench = JobBench([5, 9])
        let result = bench.run(AddressChange(from: unit, to: other, advice: "write it down"))
        #expect(result?.isGood == false)
        #expect(result?.text.contains("answers at 9 already") == true)
        #expect(bench.units.map(\.identity.address) == [5, 9])
        #expect(!bench.news.contains { $0.text == "write it down" })
    }

    @Test func switchesAreNotOverridden() {
        var bench = JobBench([])
        bench.units = [JobBench.unit(5, source: .switches)]
        let result = bench.run(AddressChange(from: unit, to: other))
        #expect(result?.isGood == false)
        #expect(result?.text.contains("switches") == true)
        #expect(bench.units[0].identity.address == 5)
    }

    @Test func flashThatCannotBeWrittenIsTold() {
        var bench = JobBench([5])
        bench.units[0].adopted(7, isKept: false)
        let result = bench.run(AddressChange(from: unit, to: other))
        #expect(result?.isGood == false)
        #expect(result?.text.contains("flash could not be written") == true)
    }

    @Test func nobodyThereIsRefused() {
        var bench = JobBench([6])
        let result = bench.run(AddressChange(from: unit, to: other))
        #expect(result?.text.contains("no unit answers at 5") == true)
    }

    @Test(arguments: [true, false])
    func twoUnitsAreNotMovedTogether(collide: Bool) {
        var bench = JobBench([5, 5])
        bench.repliesCollide = collide
        let result = bench.run(AddressChange(from: unit, to: other))
        #expect(result?.isGood == false)
        #expect(bench.findings == ["two-units 5"])
        #expect(bench.units.allSatisfy { $0.identity.address == 5 })
    }

    @Test func aMoveOverANoisyLineEndsWithCertainty() {
        for seed in 1...30 {
            var bench = JobBench([5])
            bench.random = SeededRandom(state: UInt64(seed))
            bench.wire = .noisy(perMille: 8)
            let result = bench.run(AddressChange(from: unit, to: other))
            let address = bench.units[0].identity.address
            if result?.isGood == true { #expect(address == 9) }
            if result?.text.contains("nothing was changed") == true { #expect(address == 5) }
            #expect(result != nil)
        }
    }

    // MARK: Identify

    @Test func identifyBlinksUntilCancelledAndIsThenOff() {
        var bench = JobBench([5], configured: [5])
        bench.begin(UnitIdentification(unit))
        bench.pass(.seconds(7))
        #expect(bench.units[0].value(of: .identify) == 1)
        #expect(bench.run?.isOver == false)
        bench.run?.cancel(at: bench.now)
        bench.pass(.seconds(2))
        #expect(bench.run?.isOver == true)
        #expect(bench.units[0].value(of: .identify) == 0)
        #expect(bench.news.last?.isGood == true)
    }

    @Test func aUnitThatRestartsBlinksAgain() {
        var bench = JobBench([5])
        bench.begin(UnitIdentification(unit))
        bench.pass(.seconds(1))
        bench.units[0] = JobBench.unit(5)
        bench.pass(.seconds(3))
        #expect(bench.units[0].value(of: .identify) == 1)
    }

    @Test func identifyEndsByItselfAfterItsTime() {
        var bench = JobBench([5])
        let result = bench.run(UnitIdentification(unit, for: .seconds(3)), within: .seconds(4))
        #expect(result?.isGood == true)
        #expect(bench.units[0].value(of: .identify) == 0)
    }

    @Test func noJobOutlastsItsBound() {
        var bench = JobBench([5])
        bench.run = JobRun(
            UnitIdentification(unit), on: &bench.master, at: bench.now, timeMax: .seconds(10))
        bench.pass(.seconds(12))
        #expect(bench.run?.isOver == true)
        #expect(bench.units[0].value(of: .identify) == 0)
    }

    // MARK: Test

    @Test func aTestWithoutAPersonReadsBackAllItCan() {
        var bench = JobBench([5])
        let result = bench.run(UnitTest(unit, asks: false))
        #expect(result?.isGood == true, "\(result?.text ?? "")")
        #expect(bench.findings == [])
        #expect(!bench.news.contains { $0.kind == .question })
        let stages = bench.news.filter { $0.kind == .progress }.map(\.text)
        #expect(
            stages == [
                "lamp test", "each bar", "each digit", "the numbers", "brightness", "buzzer",
                "buttons",
            ])
    }

    @Test func aTestedUnitHasItsBoothsNumberBack() throws {
        var bench = JobBench([5], configured: [5])
        bench.master.show(unit: unit, content: try DisplayContent("A042"), at: bench.now)
        bench.rest(.seconds(2))
        #expect(bench.master.unitStates[0].verified)
        bench.begin(UnitTest(unit, asks: false))
        bench.pass(.seconds(3))
        #expect(!bench.master.unitStates[0].verified, "what stands there is the test")
        let late = try DisplayContent("A043")
        bench.master.show(unit: unit, content: late, at: bench.now)
        bench.pass(.seconds(60))
        bench.rest(.seconds(1))
        #expect(bench.master.unitStates[0].verified)
        #expect(bench.units[0].shown.characters == Array("A043".utf8))
        #expect(bench.units[0].value(of: .brightness) == 8)
        #expect(bench.units[0].value(of: .lampTest) == 0)
    }

    /// Runs a test and answers its questions; `answers` by the name of the stage, else yes.
    func ask(
        _ bench: inout JobBench, _ answers: [String: Bool?] = [:], presses: UInt8 = 1
    ) -> JobNews? {
        bench.begin(UnitTest(unit, asks: true))
        var seen = 0
        for _ in 0..<2_000_000 where bench.run?.isOver != true {
            bench.advance()
            guard bench.news.count > seen else { continue }
            let new = bench.news[seen...]
            seen = bench.news.count
            guard new.contains(where: { $0.kind == .question }) else { continue }
            let stage = new.last { $0.kind == .progress }?.text ?? ""
            if stage == "buttons" {
                bench.pass(.milliseconds(300))
                bench.buttons = presses
                bench.pass(.milliseconds(100))
                bench.buttons = 0
                bench.pass(.milliseconds(100))
            }
            bench.pass(.milliseconds(400))
            seen = bench.news.count
            bench.run?.answered(answers[stage] ?? true, at: bench.now)
        }
        return bench.news.last { $0.kind == .result }
    }

    @Test func aPersonWhoSeesItAllPassesTheUnit() {
        var bench = JobBench([5])
        let result = ask(&bench)
        #expect(result?.isGood == true, "\(result?.text ?? "")")
        #expect(bench.news.count { $0.kind == .question } == 6)
        #expect(bench.news.contains { $0.text == "button 1 was counted 1 times" })
    }

    @Test(arguments: [
        ("lamp test", "segments-dark 5"), ("each bar", "segments-dark 5"),
        ("brightness", "brightness-stays 5"), ("buzzer", "no-beep 5"),
    ])
    func aNoIsAFinding(stage: String, finding: String) {
        var bench = JobBench([5])
        let result = ask(&bench, [stage: false])
        #expect(result?.isGood == false)
        #expect(bench.findings == [finding])
        #expect(bench.units[0].value(of: .brightness) == 8)
    }

    @Test func aPressThatIsNotCountedIsADeadButton() {
        var bench = JobBench([5])
        #expect(ask(&bench, presses: 0)?.isGood == false)
        #expect(bench.findings == ["button-dead 5"])
    }

    @Test func aButtonThatIsDownAllTheTimeIsStuck() {
        var bench = JobBench([5])
        bench.buttons = 2
        _ = bench.run(UnitTest(unit, asks: false))
        #expect(bench.findings == ["button-stuck 5"])
    }

    @Test func whatAPersonCannotSayIsToldAsSuch() {
        var bench = JobBench([5])
        let result = ask(&bench, ["buzzer": nil])
        #expect(result?.isGood == true)
        #expect(result?.text.contains("not told: buzzer") == true)
    }

    @Test func aCancelledTestPutsTheUnitBack() {
        var bench = JobBench([5])
        bench.begin(UnitTest(unit, asks: true))
        bench.pass(.seconds(3))
        #expect(bench.units[0].value(of: .lampTest) > 0)
        bench.run?.cancel(at: bench.now)
        bench.pass(.seconds(2))
        #expect(bench.run?.isOver == true)
        #expect(bench.units[0].value(of: .lampTest) == 0)
        #expect(bench.units[0].value(of: .brightness) == 8)
    }

    /// What answers may be any device: nothing is written to it.
    @Test func aTestCancelledBeforeTheSignatureWritesNothing() {
        for asked in 0..<3 {
            var test = UnitTest(unit, asks: true)
            for _ in 0..<asked {
                _ = test.next(at: .zero)
                test.heard(.answer([Register.signatureValue, 0], more: 0), at: .zero)
            }
            test.cancel(at: .zero)
            #expect(test.next(at: .zero) == .end)
            let result = test.takeNews().last
            #expect(result?.isGood == false)
        }
    }

    @Test func aUnitThatGoesAwayEndsTheTest() {
        var bench = JobBench([5])
        bench.begin(UnitTest(unit, asks: false))
        bench.pass(.seconds(4))
        bench.unpowered = [0]
        bench.pass(.seconds(30))
        #expect(bench.findings == ["no-answer 5"])
        #expect(bench.run?.isOver == true)
    }

    @Test func aNoisyLineIsSeenByItsLostAnswers() {
        var bench = JobBench([5])
        bench.wire = .noisy(perMille: 15)
        _ = bench.run(UnitTest(unit, asks: false))
        #expect(bench.findings.contains("noise 5") || bench.findings.contains("no-answer 5"))
    }
}

extension DigitRow {
    var characters: [UInt8] { (0..<4).map { self[$0] } }
}
