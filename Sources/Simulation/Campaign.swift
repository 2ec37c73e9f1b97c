// SPDX-License-Identifier: Apache-2.0

// Many seeds at once: each is a world of its own, so all cores work, and what comes out does not
// depend on which of them was quicker.

/// A run of many seeds.
public struct Campaign: Sendable {
    /// What came of all of them.
    public struct Result: Sendable {
        /// What was seen.
        public var tally = Tally()
        /// Seeds that break a promise, in order.
        public var violations: [(seed: UInt64, violation: Violation)] = []
        /// A number that differs when any byte of any of them differs.
        public var digest: UInt64 = 0
    }

    private let seeds: ClosedRange<UInt64>
    private let days: Int
    private let jobs: Int
    /// Seeds that one task runs before it reports.
    private static let lot: UInt64 = 16

    /// A campaign; `jobs` is how many worlds run at the same time, 0 for as many as there are cores.
    public init(seeds: ClosedRange<UInt64>, days: Int, jobs: Int = 0) {
        self.seeds = seeds
        self.days = days
        self.jobs = jobs
    }

    /// Runs all seeds; `progress` hears now and then how far it has come.
    public func run(
        progress: (_ tally: Tally, _ violations: Int) -> Void = { _, _ in }
    ) async -> Result {
        await withTaskGroup(of: Result.self) { group in
            var next = seeds.lowerBound
            var isDone = false
            func lot() -> ClosedRange<UInt64>? {
                guard !isDone else { return nil }
                let last = min(seeds.upperBound, next + Self.lot - 1)
                defer {
                    isDone = last == seeds.upperBound
                    next = last + 1
                }
                return next...last
            }
            // The pool has a thread for each core: more tasks than that only wait.
            for _ in 0..<(jobs > 0 ? jobs : 64) {
                guard let seeds = lot() else { break }
                group.addTask { Self.run(seeds, days: days) }
            }
            var all = Result()
            while let part = await group.next() {
                all.tally.add(part.tally)
                all.violations += part.violations
                all.digest ^= part.digest
                progress(all.tally, all.violations.count)
                if let seeds = lot() { group.addTask { Self.run(seeds, days: days) } }
            }
            all.violations.sort { $0.seed < $1.seed }
            return all
        }
    }

    private static func run(_ seeds: ClosedRange<UInt64>, days: Int) -> Result {
        var result = Result()
        for seed in seeds {
            let run = Simulator.run(Scenario.drawn(seed: seed, days: days))
            result.tally.add(run.tally)
            result.digest ^= Dice.mix(run.digest ^ seed)
            if let violation = run.violation { result.violations.append((seed, violation)) }
        }
        return result
    }
}
