// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@testable import NobatCentralProgram

@Suite struct CatchUpTests {
    static let start = Moment.zero + .seconds(100)

    private static func isNews(_ catchUp: inout CatchUp, _ now: Moment, _ age: Int64?) -> Bool {
        catchUp.isNews(at: now, age: age)
    }

    @Test func whoWasNeverAwayIsHeardAtOnce() {
        var catchUp = CatchUp()
        for age: Int64? in [0, 3_600, nil] {
            #expect(Self.isNews(&catchUp, Self.start, age))
        }
    }

    @Test func whatIsOldIsNotCalledOut() {
        var catchUp = CatchUp()
        catchUp.linkUp(at: Self.start)
        #expect(Self.isNews(&catchUp, Self.start, 11) == false)
        #expect(Self.isNews(&catchUp, Self.start, nil) == false, "nobody knows when it was")
        #expect(Self.isNews(&catchUp, Self.start, -11) == false, "a clock that is wrong")
        #expect(Self.isNews(&catchUp, Self.start, 10), "a call of this moment is of use")
    }

    /// A long list is not over after three seconds; it is when nothing old came for so long.
    @Test func quietLastsWhileTheListIsTold() {
        var catchUp = CatchUp()
        catchUp.linkUp(at: Self.start)
        for second in 0..<20 {
            let now = Self.start + .seconds(Int64(second))
            #expect(Self.isNews(&catchUp, now, 600) == false)
        }
        var other = catchUp
        #expect(Self.isNews(&other, Self.start + .milliseconds(21_999), 600) == false)
        #expect(Self.isNews(&catchUp, Self.start + .seconds(22), 600))
        #expect(Self.isNews(&catchUp, Self.start + .seconds(22), nil))
    }

    @Test func aWrongClockSilencesNobodyForEver() {
        var catchUp = CatchUp()
        catchUp.linkUp(at: Self.start)
        for second in 0..<60 {
            #expect(Self.isNews(&catchUp, Self.start + .seconds(Int64(second)), 600) == false)
        }
        #expect(Self.isNews(&catchUp, Self.start + .seconds(60), 600))
        catchUp.linkUp(at: Self.start + .seconds(70))
        #expect(Self.isNews(&catchUp, Self.start + .seconds(71), 600) == false)
    }
}
