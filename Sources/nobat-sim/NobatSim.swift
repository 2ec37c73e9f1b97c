import QueueCore
import Simulation
@main struct NobatSim {
    static func main() {
        let a = CommandLine.arguments
        let first = UInt64(a[1])!, last = UInt64(a[2])!
        let mode = a.count > 3 ? a[3] : "drawn"
        var tally = Tally()
        let clock = ContinuousClock()
        let start = clock.now
        var bad = 0
        var d: UInt64 = 0
        var by: [String: Tally] = [:]
        for seed in first...last {
            let sc = mode == "plain" ? Scenario.standard(seed: seed, days: 1, faults: false) : mode == "std" ? Scenario.standard(seed: seed, days: 1, faults: true) : Scenario.drawn(seed: seed, days: 2)
            if mode == "one" { let r = Simulator.replay(sc); for l in r.lines { print(l) }; print(r.result.violation as Any); return }
            let r = Simulator.run(sc)
            by["\(sc.haste) c\(sc.booths.count) \(sc.longestTrip.milliseconds) ms", default: Tally()].add(r.tally)
            tally.add(r.tally); d ^= r.digest
            if let v = r.violation { bad += 1; if bad < 12 { print(seed, v) } 
              if mode == "shrink", let s = Simulator.shrink(sc) { print(s.deedsBefore, s.deeds, s.violation); for l in s.lines { print(l) }; return } }
        }
        print("bad", bad, "days", tally.days, "tickets", tally.tickets, "steps", tally.steps, clock.now - start, String(d, radix: 16))
        for f in FaultKind.allCases { print(f.name, tally.faults[f.rawValue], terminator: " ") }
        print()
        for f in Situation.allCases { print(f.name, tally.situations[f.rawValue], terminator: " ") }
        print()
        for (k, v) in by.sorted(by: { $0.key < $1.key }) { print(k, v.inversion(perMille: 990), v.inversions.reduce(0, +), v.inversions.prefix(12)) }
        print(tally.inversions, tally.inversion(perMille: 990), tally.slowestAgreement)
    }
}
