// SPDX-License-Identifier: Apache-2.0

// A simulated bus under every fault at once: it is the same history for the same seed, however its
// time is cut up, and when the faults end everything is shown.

import QueueCore
import Simulation
import Testing

@Suite struct UnitBusHistoryTests {
    /// A minute of orders and faults of every kind, drawn from the seed; then sound hardware again.
    private struct Rough {
        var bench: BusBench
        /// Every text and report in its order (FNV-1a).
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        var isMasterThere = true
        let byDeadlines: Bool

        init(units: Int, seed: UInt64, byDeadlines: Bool) {
            bench = BusBench(units: units, seed: seed)
            // Orders are lost with the master, so that an older one may stand; never another's.
            bench.staleMax = .max
            self.byDeadlines = byDeadlines
        }

        mutating func add(_ text: String) {
            for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }

        mutating func run(_ span: TimeSpan) {
            let count = bench.reports.count
            if byDeadlines {
                bench.run(span)
            } else {
                bench.reports += bench.bus.advance(to: bench.bus.now + span)
            }
            for report in bench.reports[count...] { add("\(report.booth) \(report.works)") }
            for booth in bench.booths { add(bench.bus.text(booth)) }
        }

        mutating func live(steps: Int) {
            for _ in 0..<steps {
                disturb()
                run(.microseconds(Int64(bench.draw(400_000))))
            }
        }

        private mutating func disturb() {
            let now = bench.bus.now
            let booth = bench.booths[bench.draw(bench.booths.count)]
            switch bench.draw(20) {
            case 0: bench.bus.setDead(booth, true, at: now)
            case 1, 2: bench.bus.setDead(booth, false, at: now)
            case 3: bench.bus.restart(booth, at: now)
            case 4: bench.bus.setPort(lost: true, at: now)
            case 5, 6: bench.bus.setPort(lost: false, at: now)
            case 7: bench.bus.masterPauses(at: now)
            case 8, 9: bench.bus.masterResumes(at: now)
            case 10, 11:
                if isMasterThere { bench.bus.masterStops(at: now) }
                if !isMasterThere { bench.bus.masterStarts(at: now) }
                isMasterThere.toggle()
            case 12: bench.bus.framesLostPerMille = bench.draw(300)
            case 13: bench.bus.bytesGarbledPerMille = bench.draw(100)
            default: bench.call(booth)
            }
        }

        mutating func heal() {
            let now = bench.bus.now
            bench.bus.framesLostPerMille = 0
            bench.bus.bytesGarbledPerMille = 0
            bench.bus.masterResumes(at: now)
            bench.bus.setPort(lost: false, at: now)
            for booth in bench.booths { bench.bus.setDead(booth, false, at: now) }
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func healedBusShowsEverythingWithinTheBound(seed: UInt64) {
        let units = [1, 4, 24][Int(seed % 3)]
        var rough = Rough(units: units, seed: seed, byDeadlines: true)
        rough.live(steps: 200)
        rough.heal()
        // Half of them with the master that lived through it.
        if seed % 2 == 0 || !rough.isMasterThere {
            rough.bench.bus.masterStarts(at: rough.bench.bus.now)
        }
        for booth in rough.bench.booths { rough.bench.call(booth) }
        let found = rough.bench.times(
            rough.bench.booths, within: UnitBusLimits.backWithin(units: units))
        #expect(!found.contains(nil))
        #expect(rough.bench.wrong.isEmpty, "\(rough.bench.wrong.prefix(3))")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func sameSeedIsTheSameHistoryHoweverTimeIsCut(seed: UInt64) {
        var digests: [UInt64] = []
        for (seed, byDeadlines) in [(seed, true), (seed, true), (seed, false), (seed + 100, true)] {
            var rough = Rough(units: 4, seed: seed, byDeadlines: byDeadlines)
            rough.live(steps: 200)
            rough.heal()
            rough.run(.seconds(30))
            digests.append(rough.digest)
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] == digests[2])
        #expect(digests[0] != digests[3])
    }
}
