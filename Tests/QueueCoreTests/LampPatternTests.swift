// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import QueueCore

@Suite struct LampPatternTests {
    private func lights(
        _ state: LampState, pressedAt: Moment? = nil, refusedAt: Moment? = nil
    ) -> [Bool] {
        (0..<80).map { step in
            LampPattern.isLit(
                state, at: .zero + .milliseconds(Int64(step) * 50), pressedAt: pressedAt,
                refusedAt: refusedAt)
        }
    }

    @Test(arguments: LampState.allCases) func noLampFlashesMoreThanTwiceASecond(state: LampState) {
        for refusedAt in [nil, Moment.zero] {
            let lights = lights(state, refusedAt: refusedAt)
            for start in 0..<60 {
                let second = lights[start..<start + 20]
                let flashes = zip(second, second.dropFirst()).count { !$0 && $1 }
                #expect(flashes <= 2)
            }
        }
    }

    @Test func eachStateHasALightOfItsOwn() {
        #expect(Set(LampState.allCases.map { lights($0) }).count == LampState.allCases.count)
        #expect(lights(.waiting).allSatisfy { $0 })
        #expect(!lights(.nobody).contains(true))
    }

    @Test(arguments: LampState.allCases) func aRefusedPressIsSeenInEveryState(state: LampState) {
        #expect(lights(state, refusedAt: .zero) != lights(state))
    }

    @Test(arguments: [LampState.nobody, .waiting]) func aPressIsAnsweredAtOnce(state: LampState) {
        let before = LampPattern.isLit(state, at: .zero, pressedAt: nil)
        #expect(LampPattern.isLit(state, at: .zero, pressedAt: .zero) != before)
        let later = Moment.zero + LampPattern.answer
        #expect(LampPattern.isLit(state, at: later, pressedAt: .zero) == before)
    }
}
