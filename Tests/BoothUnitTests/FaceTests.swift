// SPDX-License-Identifier: Apache-2.0

// What the patient sees: shows, dashes, blinking within bounds, and what stands before the show.

import BoothUnit
import Testing

@Suite struct FaceTests {
    var bench = UnitBench()

    @Test mutating func startsWithDashesAndSaysSo() {
        #expect(bench.lit == "----")
        #expect(bench.read(.flags) == UnitFlags([.deadMan, .resetSinceRead]).rawValue)
        #expect(bench.read(.flags) == UnitFlags.deadMan.rawValue)
        #expect(bench.read(.resetCause) == ResetCause.powerOn.rawValue)
    }

    @Test mutating func silenceTurnsAShowIntoDashesForGood() {
        bench.show("A042", tag: 9)
        bench.run(ms: 4_999)
        #expect(bench.lit == "A042")
        bench.run(ms: 1)
        #expect(bench.lit == "----")
        #expect(bench.read(.shownTag) == 0)
        #expect(bench.read(.flags).map { $0 & 1 } == 1)
        #expect(bench.read(.deadManCount) == 1)
        // Hearing the master again is not enough: the number may be stale by now.
        #expect(bench.lit == "----")
        bench.show("A043", tag: 10)
        #expect(bench.lit == "A043")
        #expect(bench.read(.flags).map { $0 & 1 } == 0)
    }

    @Test mutating func halfAShowAfterSilenceBringsNoStaleHalfBack() {
        bench.show("A042")
        bench.run(ms: 6_000)
        _ = bench.write([0x4231], at: .textLeft)
        #expect(bench.lit == "B1--")
    }

    @Test(arguments: [7, 0] as [UInt8])
    mutating func anyFrameForItKeepsTheShow(address: UInt8) {
        bench.show("A042")
        for _ in 0..<5 {
            bench.run(ms: 4_000)
            _ = bench.send([address, 6, 0, 0x18, 0, 3])
        }
        #expect(bench.lit == "A042")
    }

    @Test mutating func framesForOthersAndBadOnesDoNotKeepTheShow() {
        bench.show("A042")
        for _ in 0..<5 {
            bench.run(ms: 1_000)
            _ = bench.send([8, 6, 0, 0x18, 0, 3])
            _ = bench.raw([7, 6, 0, 0x18, 0, 3, 0, 0])
        }
        #expect(bench.lit == "----")
    }

    @Test mutating func identifyBlinksTheAddressUntilStopped() {
        bench.show("A042")
        _ = bench.write([1], at: .identify)
        #expect(bench.shown == "-007")
        var seen: Set<String> = []
        for _ in 0..<10_000 {
            bench.run(ms: 1)
            seen.insert(bench.lit)
        }
        #expect(seen == ["-007", "    "])
        _ = bench.write([0], at: .identify)
        bench.show("A042", tag: 2)
        #expect(bench.lit == "A042")
    }

    @Test mutating func lampTestLightsAllForItsTimeOnly() {
        bench.show("A042", tag: 5)
        _ = bench.write([20], at: .lampTest)
        #expect(bench.unit.segments == .allLit)
        #expect(bench.read(.shownTag) == 0)
        #expect(bench.read(.flags).map { $0 & UnitFlags.lampTest.rawValue != 0 } == true)
        bench.run(ms: 1_999)
        #expect(bench.unit.segments == .allLit)
        bench.run(ms: 1)
        #expect(bench.lit == "A042")
        #expect(bench.read(.shownTag) == 5)
    }

    @Test mutating func rawSegmentsAreShownAsTheyAre() {
        _ = bench.write([0x8049, 0x7F01], at: .segmentsLeft)
        #expect(bench.unit.segments == DigitRow(word: 0x8049_7F01))
        #expect(bench.shown == " ?8-")
        _ = bench.write(UnitBench.text("A001"), at: .textLeft)
        #expect(bench.lit == "A001")
        #expect(bench.read(.segmentsLeft) == 0)
    }

    @Test mutating func blinksTheNumberOfTimesAskedAndEndsLit() {
        bench.show("A042", blinks: 3)
        var darkPhases = 0
        var wasLit = true
        var darkMs = 0
        for _ in 0..<4_900 {
            bench.run(ms: 1)
            let isLit = bench.unit.segments != .dark
            if wasLit && !isLit { darkPhases += 1 }
            if !isLit { darkMs += 1 }
            wasLit = isLit
            #expect(bench.shown == "A042")
        }
        #expect(darkPhases == 3)
        #expect(darkMs == 1_500)
        #expect(wasLit)
        #expect(bench.unit.flags.contains(.blinking) == false)
    }

    /// Shows, identify and lamp tests at arbitrary moments, the fastest period: in no second do the
    /// segments go dark more than twice.
    @Test mutating func neverFlashesFasterThanTwoHertz() {
        var random = UInt64(1)
        func draw(_ bound: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % bound
        }
        _ = bench.write([50], at: .blinkPeriod)
        var darkAt: [Int] = []
        var wasLit = true
        for ms in 0..<120_000 {
            if draw(150) == 0 {
                switch draw(5) {
                case 0: _ = bench.write([UInt16(draw(2))], at: .identify)
                case 1: _ = bench.write([UInt16(draw(3))], at: .lampTest)
                case 2: _ = bench.write([draw(2) == 0 ? 50 : 60], at: .blinkPeriod)
                default: bench.show("A042", tag: UInt16(draw(60_000)), blinks: UInt16(draw(256)))
                }
            }
            bench.run(ms: 1)
            let isLit = bench.unit.segments != .dark
            if wasLit && !isLit { darkAt.append(ms) }
            wasLit = isLit
        }
        #expect(darkAt.count > 50)
        for (first, third) in zip(darkAt, darkAt.dropFirst(2)) {
            #expect(third - first >= 1_000)
        }
    }

    @Test mutating func repeatedShowStartsNothingAnew() {
        bench.show("A042", tag: 4, blinks: 2, beeps: 1)
        bench.run(ms: 2_100)
        #expect(!bench.unit.flags.contains(.blinking))
        #expect(!bench.unit.buzzer)
        bench.show("A042", tag: 4, blinks: 2, beeps: 1)
        #expect(!bench.unit.flags.contains(.blinking))
        #expect(!bench.unit.buzzer)
        bench.show("A042", tag: 5, blinks: 2, beeps: 1)
        #expect(bench.unit.flags.contains(.blinking))
        #expect(bench.unit.buzzer)
    }

    @Test mutating func beepsForTheTimesAsked() {
        bench.show("A042", beeps: 2)
        var sounding = 0
        var starts = 0
        var sounded = false
        for _ in 0..<2_000 {
            if bench.unit.buzzer { sounding += 1 }
            if bench.unit.buzzer && !sounded { starts += 1 }
            sounded = bench.unit.buzzer
            bench.run(ms: 1)
        }
        #expect(starts == 2)
        #expect(sounding == 400)
    }

    @Test mutating func uptimeCountsSecondsInTwoWords() {
        bench.run(ms: 65_536_000 / 1_000)
        #expect(bench.read(.uptimeLow) == 65)
        #expect(bench.read(.uptimeHigh) == 0)
    }
}

@Suite struct ButtonTests {
    var bench = UnitBench()

    @Test mutating func bounceIsOnePress() {
        for level: UInt8 in [1, 0, 1, 1, 0, 0, 1] {
            bench.buttons = level
            bench.run(ms: 4)
            #expect(bench.read(.buttons) == 0)
        }
        bench.run(ms: 16)
        #expect(bench.read(.buttons) == 1)
        #expect(bench.read(.presses) == 1)
        bench.buttons = 0
        bench.run(ms: 19)
        #expect(bench.read(.buttons) == 1)
        bench.run(ms: 1)
        #expect(bench.read(.buttons) == 0)
        #expect(bench.read(.presses) == 1)
    }

    @Test mutating func buttonsAreCountedApart() {
        for level: UInt8 in [2, 0, 2, 0, 3, 0] {
            bench.buttons = level
            bench.run(ms: 30)
        }
        #expect(bench.read(.presses) == 0x0301)
    }
}
