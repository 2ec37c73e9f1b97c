// SPDX-License-Identifier: Apache-2.0

// Runs one mutant over fresh worlds until the simulator sees a promise broken. Built by `check` in a
// copy of the sources that has the mutants' switches in it.

import QueueCore
import Simulation

/// `Runner MUTANT FIRST-SEED DAYS`: prints the promise, the days run, the seed and what was seen, with
/// tabs between; `-` for the promise when none was broken.
@main
struct Runner {
    /// Promise 7 holds of many calls, not of one: it is judged on so many at a time, some 300 worlds.
    static let callsJudged = 8_000
    /// How many tickets one call in a hundred may overtake there, at a real clinic's pace.
    static let inversionMax = 1
    /// One in so many worlds keeps its real buses, since each of them costs as much as ten others.
    static let worldsPerBus: UInt64 = 8

    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard numbers.count == 3 else { return print("usage: Runner MUTANT FIRST-SEED DAYS") }
        activeMutant = Int(numbers[0])
        var (seed, days) = (numbers[1], 0)
        var tally = Tally()
        while days < Int(numbers[2]) {
            var scenario = Scenario.drawn(seed: seed, days: seed % 2 == 0 ? 2 : 1)
            if seed % worldsPerBus != 0 { scenario.busesAreReal = false }
            let result = Simulator.run(scenario)
            days += scenario.days
            if let violation = result.violation {
                return tell(violation.promise, days, seed, violation.text)
            }
            tally.add(result.tally)
            let inversion = tally.order.perMille(990)
            if tally.order.total >= callsJudged {
                if inversion > inversionMax {
                    return tell(7, days, seed, "one call in 100 overtakes \(inversion) tickets")
                }
                tally = Tally()
            }
            seed += 1
        }
        print("-\t\(days)\t\(seed)\t")
    }

    private static func tell(_ promise: Int, _ days: Int, _ seed: UInt64, _ text: String) {
        print("\(promise)\t\(days)\t\(seed)\t\(text)")
    }
}
