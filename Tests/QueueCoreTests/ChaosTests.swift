// SPDX-License-Identifier: Apache-2.0

// Seeded bad days. NOBAT_CHAOS_SEEDS sets how many of each kind; NOBAT_CHAOS_FIRST the first seed. A
// failing day is shortened before it is told.

import Foundation
import Testing

@testable import QueueCore

@Suite struct ChaosTests {
    enum Kind: String, CaseIterable {
        case sound, fences, controllersForget, centralForgets, allForget
    }

    @Test(arguments: Kind.allCases)
    func whatMustAlwaysHoldHoldsInBadDays(kind: Kind) {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["NOBAT_CHAOS_SEEDS"].flatMap(UInt64.init) ?? 60
        let first = environment["NOBAT_CHAOS_FIRST"].flatMap(UInt64.init) ?? 0
        var failures = 0
        var told = 0
        for seed in first..<first + count {
            guard let found = Self.failure(kind, seed) else { continue }
            failures += 1
            guard told < 2 else { continue }
            told += 1
            Issue.record("\(kind.rawValue), seed \(seed): \(found)")
        }
        #expect(failures == 0, "\(kind.rawValue): \(failures) of \(count) days")
    }

    private static func failure(_ kind: Kind, _ seed: UInt64) -> String? {
        var random = SplitMix(state: seed)
        var weather = ChaosWeather(random: &random)
        weather.fences = kind == .fences || kind == .allForget
        weather.controllerAmnesia = kind == .controllersForget || kind == .allForget
        weather.centralAmnesia = kind == .centralForgets || kind == .allForget
        let steps = ChaosStep.day(weather, random: &random)
        guard var told = play(steps, weather, seed) else { return nil }
        var shortest = steps
        var chunk = steps.count / 2
        while chunk > 0 {
            var start = 0
            while start < shortest.count {
                var fewer = shortest
                fewer.removeSubrange(start..<min(start + chunk, fewer.count))
                if let again = play(fewer, weather, seed) {
                    (shortest, told) = (fewer, again)
                } else {
                    start += chunk
                }
            }
            chunk /= 2
        }
        if ProcessInfo.processInfo.environment["NOBAT_CHAOS_TRACE"] != nil {
            let chaos = Chaos(weather, seed: seed)
            chaos.town.keepsTrace = true
            chaos.play(shortest)
            chaos.finish()
            print(chaos.town.trace.joined(separator: "\n"))
        }
        let story = shortest.enumerated().map { "\($0.offset + 1). \($0.element)" }
        return "\(told)\n\(weather)\n\(story.joined(separator: "\n"))"
    }

    private static func play(
        _ steps: [ChaosStep], _ weather: ChaosWeather, _ seed: UInt64
    )
        -> String?
    {
        let chaos = Chaos(weather, seed: seed)
        chaos.play(steps)
        chaos.finish()
        return chaos.failure
    }
}
