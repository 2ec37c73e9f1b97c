// SPDX-License-Identifier: Apache-2.0

// The numbers of a log: the next one only, whatever was trimmed.

import Testing

@testable import Store

struct LogSpanTests {
    /// Which of the numbers were taken, one after the other.
    func taken(_ numbers: UInt64..., by span: inout LogSpan) -> [UInt64] {
        numbers.filter { span.accept($0) }
    }

    @Test func onlyTheNextNumber_isAccepted() {
        var span = LogSpan()
        let taken = taken(0, 2, 1, 1, 3, 2, by: &span)
        #expect(taken == [1, 2])
        #expect(span.last == 2)
    }

    @Test func trimming_forgetsWithoutStartingOver() {
        var span = LogSpan()
        let first = taken(1, 2, 3, 4, 5, by: &span)
        #expect(first == [1, 2, 3, 4, 5])
        span.trim(through: 3)
        #expect(span.first == 4)
        span.trim(through: 2)
        #expect(span.first == 4)
        span.trim(through: .max)
        #expect(span.isEmpty)
        let second = taken(1, 6, by: &span)
        #expect(second == [6])
        #expect(!span.isEmpty)
    }

    @Test func readNumbers_haveNoGap() {
        #expect(LogSpan([4, 5, 6])?.first == 4)
        #expect(LogSpan([4, 5, 6])?.last == 6)
        #expect(LogSpan([4, 6]) == nil)
        #expect(LogSpan([4, 4]) == nil)
        #expect(LogSpan([0, 1]) == nil)
        #expect(LogSpan([.max, 0]) == nil)
        #expect(LogSpan([UInt64]())?.isEmpty == true)
    }

    @Test func theEndOfNumbers_doesNotCrash() {
        var span = LogSpan(emptyAfter: .max - 1)
        let taken = taken(.max, 0, .max, by: &span)
        #expect(taken == [.max])
    }
}
