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
        var shrinker = Shrinker(scenario, violation, world.done, tries: tries)
        return shrinker.shortest()
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

/// Leaves deeds out for as long as the same promise is broken.
struct Shrinker {
    private let scenario: Scenario
    private let violation: Violation
    private let all: [TimedDeed]
    private var left: Int

    init(_ scenario: Scenario, _ violation: Violation, _ deeds: [TimedDeed], tries: Int) {
        self.scenario = scenario
        self.violation = violation
        all = deeds
        left = tries
    }

    private mutating func fails(_ deeds: [TimedDeed]) -> Bool {
        guard left > 0 else { return false }
        left -= 1
        var world = World(scenario, deeds: deeds)
        let found = world.run()
        return found?.promise == violation.promise
    }

    mutating func shortest() -> Story? {
        var shortest = all
        // Played without their clerks, the same deeds must come to the same end.
        let isFaithful = fails(all)
        if isFaithful {
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
        }
        var world = World(scenario, deeds: isFaithful ? shortest : nil, trace: Trace(isFull: false))
        guard let found = world.run() else { return nil }
        return Story(
            violation: found, deedsBefore: all.count, deeds: shortest.count,
            lines: world.trace?.lines ?? [])
    }
}
