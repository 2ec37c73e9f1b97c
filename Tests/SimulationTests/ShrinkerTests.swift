// SPDX-License-Identifier: Apache-2.0

// The shortest story: whatever is not needed is left out, and nothing that is.

import QueueCore
import Testing

@testable import Simulation

@Suite struct ShrinkerTests {
    private let deeds = (0..<200).map {
        TimedDeed(at: .zero + .seconds(Int64($0)), deed: .restart($0))
    }

    @Test(arguments: [[3], [3, 150], [0, 99, 100, 199]])
    func onlyWhatIsNeededStays(needed: [Int]) {
        var tries = 0
        var shrinker = Shrinker(tries: 3_000) { deeds in
            tries += 1
            return needed.allSatisfy { place in deeds.contains { $0.deed == .restart(place) } }
        }
        #expect(shrinker.shortest(deeds).map(\.deed) == needed.map { .restart($0) })
        #expect(tries < 400)
    }

    @Test func theSearchIsBounded() {
        var tries = 0
        var shrinker = Shrinker(tries: 10) { _ in
            tries += 1
            return false
        }
        #expect(shrinker.shortest(deeds) == deeds)
        #expect(tries == 10)
    }
}
