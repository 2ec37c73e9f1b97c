// SPDX-License-Identifier: Apache-2.0

// What the outside asks of this module: to run a seed, to tell its story, to find the shortest one.

import QueueCore

/// What came of one seed.
public struct RunResult: Sendable {
    /// The seed.
    public let seed: UInt64
    /// The first promise that was broken, if one was.
    public let violation: Violation?
    /// What was seen.
    public let tally: Tally
    /// A number that differs when anything that was committed, shown or sent differs.
    public let digest: UInt64
}

/// Runs of scenarios.
public enum Simulator {
    /// Runs a scenario from its first morning to its end.
    public static func run(_ scenario: Scenario) -> RunResult {
        var world = World(scenario)
        let violation = world.run()
        return RunResult(
            seed: scenario.seed, violation: violation, tally: world.witness.tally,
            digest: world.witness.digest)
    }

    /// Runs a scenario and tells every step of it, a line each.
    public static func replay(_ scenario: Scenario) -> (result: RunResult, lines: [String]) {
        var world = World(scenario, trace: Trace(isFull: true))
        let violation = world.run()
        let result = RunResult(
            seed: scenario.seed, violation: violation, tally: world.witness.tally,
            digest: world.witness.digest)
        return (result, world.trace?.lines ?? [])
    }

    /// The shortest story found that still breaks the promise that the scenario breaks; nil when it
    /// breaks none. `tries` bounds the search.
    public static func shrink(_ scenario: Scenario, tries: Int = 3_000) -> Story? {
        var world = World(scenario)
        guard let violation = world.run() else { return nil }
        let deeds = world.done
        // Played without their clerks, the same deeds must come to the same end.
        var shrinker = Shrinker(tries: tries) { deeds in
            var world = World(scenario, deeds: deeds)
            return world.run()?.promise == violation.promise
        }
        let shortest = shrinker.fails(deeds) ? shrinker.shortest(deeds) : nil
        var told = World(scenario, deeds: shortest, trace: Trace(isFull: false))
        guard let found = told.run() else { return nil }
        return Story(
            violation: found, deedsBefore: deeds.count, deeds: shortest?.count ?? deeds.count,
            lines: told.trace?.lines ?? [])
    }
}

/// A failing run told with as few deeds as could be found.
public struct Story: Sendable {
    /// The promise and what was seen.
    public let violation: Violation
    /// How many deeds the run had, and how many are left.
    public let deedsBefore: Int
    /// See `deedsBefore`.
    public let deeds: Int
    /// The deeds, and below each what was committed because of it.
    public let lines: [String]
}

/// Leaves deeds out for as long as what is left still fails: halves first, then quarters, at last
/// one by one.
struct Shrinker {
    private let test: ([TimedDeed]) -> Bool
    private var left: Int

    init(tries: Int, test: @escaping ([TimedDeed]) -> Bool) {
        self.test = test
        left = tries
    }

    mutating func fails(_ deeds: [TimedDeed]) -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return test(deeds)
    }

    /// The shortest list found; `deeds` must fail.
    mutating func shortest(_ deeds: [TimedDeed]) -> [TimedDeed] {
        var shortest = deeds
        var chunk = max(1, shortest.count / 2)
        while chunk > 0, left > 0 {
            var start = 0
            while start < shortest.count, left > 0 {
                var fewer = shortest
                fewer.removeSubrange(start..<min(start + chunk, fewer.count))
                if fails(fewer) { shortest = fewer } else { start += chunk }
            }
            chunk /= 2
        }
        return shortest
    }
}
