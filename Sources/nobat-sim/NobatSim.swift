// SPDX-License-Identifier: Apache-2.0

// The simulator's command line: many seeds at once, one seed step by step, and how fast it goes.

import ArgumentParser
import Simulation

@main struct NobatSim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobat-sim",
        abstract: "Clinic days by the thousand, with every fault, held against every promise.",
        discussion: """
            The controllers and the central are the very machines of the daemons; the clinic around \
            them, its people, wires, disks, panels and clocks, comes from a seed. The same seed gives \
            the same bytes on any machine.
            """,
        subcommands: [RunSeeds.self, Replay.self, Bench.self])
}

/// Seeds `A..B`, both included, or one seed.
struct SeedRange: ExpressibleByArgument {
    let seeds: ClosedRange<UInt64>

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: true)
        guard let first = parts.first.flatMap({ UInt64($0) }),
            let last = parts.last.flatMap({ UInt64($0) }), parts.count <= 2, first <= last,
            last < UInt64(Int64.max)
        else { return nil }
        seeds = first...last
    }
}

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Repeats a seed exactly and tells every step of it.")

    @Argument(help: "The seed.")
    var seed: UInt64

    @Option(help: "Consecutive clinic days, as in the run that is repeated.")
    var days = 2

    @Flag(help: "Tell the shortest story that still breaks the promise, instead of everything.")
    var shrink = false

    func run() throws {
        let scenario = Scenario.drawn(seed: seed, days: days)
        print(scenario.summary)
        if shrink {
            guard let story = Simulator.shrink(scenario) else {
                return print("seed \(seed): every promise held")
            }
            print(story.text)
            throw ExitCode.failure
        }
        let (result, lines) = Simulator.replay(scenario)
        for line in lines { print(line) }
        print("digest \(String(result.digest, radix: 16))")
        guard let violation = result.violation else {
            return print("seed \(seed): every promise held")
        }
        print("seed \(seed): \(violation)")
        throw ExitCode.failure
    }
}

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How many clinic days a second one core simulates.",
        discussion: "One hall, one controller, four booths, two services, 300 tickets a day.")

    @Option(help: "Clinic days of each kind.")
    var days = 200

    func run() {
        for hasFaults in [false, true] {
            let clock = ContinuousClock()
            let start = clock.now
            var tally = Tally()
            for seed in 1...UInt64(max(1, days)) {
                let scenario = Scenario.standard(seed: seed, days: 1, faults: hasFaults)
                tally.add(Simulator.run(scenario).tally)
            }
            let seconds =
                Double((clock.now - start).components.attoseconds) / 1e18
                + Double((clock.now - start).components.seconds)
            let rate = Int(Double(tally.days) / seconds)
            let step = Int(seconds * 1e9 / Double(max(1, tally.steps)))
            print(
                "\(hasFaults ? "faults as drawn" : "no faults"): \(rate) days a second, "
                    + "\(tally.steps / max(1, tally.days)) machine steps a day, \(step) ns a step")
        }
    }
}
