// SPDX-License-Identifier: Apache-2.0

// Many seeds on all cores, and the table of what was seen.

import ArgumentParser
import Simulation

struct RunSeeds: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs many seeds and checks every promise after every step.",
        discussion: """
            Exits with 1 when a promise was broken (with the seed and its shortest story), when calls \
            were further out of order than promised, or when a kind of fault or a situation was never \
            reached in a run long enough to demand it.
            """)

    @Option(help: "The seeds, A..B.")
    var seeds: SeedRange

    @Option(help: "Consecutive clinic days of each seed.")
    var days = 2

    @Option(help: "Runs at the same time; as many as there are cores when left out.")
    var jobs = 0

    @Flag(help: "Leave the tables out.")
    var quiet = false

    /// A run of so many days must have seen every kind of fault and every situation.
    private static let daysToDemandAll = 3_000
    /// Violations that are told; the rest is counted.
    private static let toldMax = 3
    /// How many later tickets may be called first, in 99 of 100 calls, while all are online.
    private static let inversionMax = 1

    func validate() throws {
        guard (1...366).contains(days) else {
            throw ValidationError("--days must be 1 to 366")
        }
    }

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let campaign = Campaign(seeds: seeds.seeds, days: days, jobs: jobs)
        var lastTold = start
        let result = await campaign.run { done, violations in
            guard clock.now - lastTold > .seconds(2) else { return }
            lastTold = clock.now
            let spent = Double((clock.now - start) / .milliseconds(1)) / 1_000
            print(
                "\(done.days) days, \(Int(Double(done.days) / max(spent, 0.001))) a second, "
                    + "\(violations) violations")
        }
        let spent = Double((clock.now - start) / .milliseconds(1)) / 1_000
        if !quiet { for line in result.tally.tables { print(line) } }
        print(
            "seeds \(seeds.seeds.lowerBound)..\(seeds.seeds.upperBound): \(result.tally.days) days, "
                + "\(result.tally.tickets) tickets, \(result.tally.steps) steps in "
                + "\(Int(spent)) s; digest \(String(result.digest, radix: 16))")
        var isBroken = try tell(result.violations)
        isBroken = tellOrder(result.tally) || isBroken
        isBroken = tellUnreached(result.tally) || isBroken
        if isBroken { throw ExitCode.failure }
        print("every promise held")
    }

    private func tell(_ violations: [(seed: UInt64, violation: Violation)]) throws -> Bool {
        for found in violations.prefix(Self.toldMax) {
            print("\nseed \(found.seed) breaks \(found.violation)")
            let scenario = Scenario.drawn(seed: found.seed, days: days)
            print(scenario.summary)
            if let story = Simulator.shrink(scenario) { print(story.text) }
            print("again: nobat-sim replay \(found.seed) --days \(days)")
        }
        if !violations.isEmpty { print("\(violations.count) seeds break a promise") }
        return !violations.isEmpty
    }

    /// Calls that the order is judged by: a single crowded world can be one in a hundred of fewer.
    private static let judgedCallsMin = 50_000

    private func tellOrder(_ tally: Tally) -> Bool {
        let calls = tally.order.total
        guard calls >= Self.judgedCallsMin, tally.order.perMille(990) > Self.inversionMax
        else { return false }
        print(
            "promise 7: in 1 of 100 calls, \(tally.order.perMille(990)) earlier tickets still waited"
        )
        return true
    }

    private func tellUnreached(_ tally: Tally) -> Bool {
        guard tally.days >= Self.daysToDemandAll else { return false }
        let missing = tally.unreached
        if !missing.isEmpty { print("never reached: \(missing.joined(separator: ", "))") }
        return !missing.isEmpty
    }
}
