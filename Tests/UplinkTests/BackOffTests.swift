// SPDX-License-Identifier: Apache-2.0

// The waits of a client grow to their bound, never pass it, and start over.

import QueueCore
import Testing

@testable import Uplink

@Suite struct BackOffTests {
    @Test func theWaitsOfTheLargestNumbers_DoubleToTheBound() {
        var backOff = BackOff()
        var random = FixedRandom(value: .max)
        let waits = (0..<8).map { _ in backOff.next(using: &random).milliseconds }
        #expect(waits == [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000])
        backOff.reset()
        #expect(backOff.next(using: &random) == .milliseconds(200))
    }

    @Test func theWaitsOfTheMiddleNumber_AreHalf_AndOfZeroNothing() {
        var backOff = BackOff()
        var random = FixedRandom(value: 1 << 63)
        #expect((0..<3).map { _ in backOff.next(using: &random).milliseconds } == [100, 200, 400])
        var zero = FixedRandom(value: 0)
        #expect(backOff.next(using: &zero) == .zero)
    }

    @Test func aSeedGivesItsSequence_SpreadOverTheWholeRange() {
        var backOff = BackOff(first: .seconds(5), longest: .seconds(5))
        var random = SeededRandom(state: 1)
        let waits = (0..<10_000).map { _ in backOff.next(using: &random) }
        #expect(waits.allSatisfy { TimeSpan.zero <= $0 && $0 <= .seconds(5) })
        let tenths = Dictionary(grouping: waits) { $0.milliseconds / 500 }
        #expect((0..<10).allSatisfy { (850...1_150).contains(tenths[$0]?.count ?? 0) })
        var again = SeededRandom(state: 1)
        #expect(backOff.next(using: &again) == waits[0])
    }
}
