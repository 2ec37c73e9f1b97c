// SPDX-License-Identifier: Apache-2.0

// Lists without memory of their own are the lists that they were made of.

import QueueCore
import Testing

struct ShortListTests {
    private func epochs(_ marks: ClosedRange<UInt32>) -> [Epoch] { marks.map { Epoch(random: $0) } }

    @Test func keepsWhatItIsGivenUpToItsMost() {
        let most = epochs(2...17)
        let list = ShortList<16, Epoch>(exactly: most)
        #expect(list.map { Array($0) } == most)
        #expect(ShortList<16, Epoch>(exactly: epochs(2...18)) == nil)
    }

    @Test func dropsTheFirst() {
        var list = ShortList<16, Epoch>(epochs(5...20))
        list.removeFirst()
        list.append(Epoch(random: 21))
        #expect(Array(list) == epochs(6...21))
    }

    @Test func listsOfTheSameElementsAreTheSame() {
        var one = ShortList<16, Epoch>(epochs(1...2))
        one.removeFirst()
        let other = ShortList<16, Epoch>(epochs(2...2))
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        // The filler is no element.
        #expect(other != ShortList<16, Epoch>([Epoch(random: 2), Epoch(random: 1)]))
    }

    @Test func reasonsOfGapsAreReadAsWritten() throws {
        let name = try #require(Name("hall-a"))
        for reason in [
            GapReason.fenced(name), .forgotten(name), .announced(name), .olderCopy, .inUse,
            .dayEnded,
        ] {
            #expect(GapReason(reason.description) == reason)
        }
        for text in ["", "hall-a", "hall-a was", "Hall was fenced", "hall-a was fenced twice"] {
            #expect(GapReason(text) == nil)
        }
    }
}
