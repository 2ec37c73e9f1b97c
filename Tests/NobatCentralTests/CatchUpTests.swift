// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@testable import nobat_central

@Suite struct CatchUpTests {
    static let start = Moment.zero + .seconds(100)

    @Test func whoWasNeverAwayIsHeardAtOnce() {
        var catchUp = CatchUp()
        for age: Int64? in [0, 3_600, nil] {
            #expect(catchUp.isNews(at: Self.start, age: age))
        }
    }

    @Test func whatIsOldIsNotCalledOut() {
        var catchUp = CatchUp()
        catchUp.linkUp(at: Self.start)
        #expect(!catchUp.isNews(at: Self.start, age: 11))
        #expect(!catchUp.isNews(at: Self.start, age: nil), "nobody knows when it was")
        #expect(!catchUp.isNews(at: Self.start, age: -11), "a clock that is wrong")
        #expect(catchUp.isNews(at: Self.start, age: 10), "a call of this moment is of use")
    }

    /// A long list is not over after three seconds; it is when nothing old came for so long.
    @Test func quietLastsWhileTheListIsTold() {
        var catchUp = CatchUp()
        catchUp.linkUp(at: Self.start)
        for second in 0..<20 {
            let now = Self.start + .seconds(Int64(second))
            #expect(!catchUp.isNews(at: now, age: 600))
        }
        var other = catchUp
        #expect(!other.isNews(at: Self.start + .milliseconds(21_999), age: 600))
        #expect(catchUp.isNews(at: Self.start + .seconds(22), age: 600))
        #expect(catchUp.isNews(at: Self.start + .seconds(22), age: nil))
    }

    @Test func aWrongClockSilencesNobodyForEver() {
        var catchUp = CatchUp()
        catchUp.linkUp(at: Self.start)
        for second in 0..<60 {
            #expect(!catchUp.isNews(at: Self.start + .seconds(Int64(second)), age: 600))
        }
        #expect(catchUp.isNews(at: Self.start + .seconds(60), age: 600))
        catchUp.linkUp(at: Self.start + .seconds(70))
        #expect(!catchUp.isNews(at: Self.start + .seconds(71), age: 600))
    }
}
