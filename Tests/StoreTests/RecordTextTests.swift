// SPDX-License-Identifier: Apache-2.0

// Records as columns and back, and what a person reads in them.

import QueueCore
import Testing

@testable import Store

struct RecordTextTests {
    @Test func everyFact_comesBack() throws {
        let facts = try Samples.facts()
        #expect(Set(facts.map(Samples.kind)) == Set(0...21))
        for fact in facts { #expect(try RecordText(fact).fact() == fact) }
    }

    @Test func everyOrder_comesBack() throws {
        let orders = try Samples.orders()
        #expect(Set(orders.map(Samples.kind)) == Set(0...6))
        for order in orders { #expect(try RecordText(order).order() == order) }
    }

    @Test func everyHistoryEntry_comesBack() throws {
        let entries = try Samples.entries()
        #expect(Set(entries.map(Samples.kind)) == Set(1...14))
        for entry in entries { #expect(try HistoryText(entry).entry() == entry) }
    }

    @Test func differentFacts_haveDifferentTexts() throws {
        let facts = try Samples.facts()
        #expect(Set(facts.map { RecordText($0) }).count == facts.count)
    }

    @Test func aCall_isReadable() throws {
        let text = RecordText(.called(booth: 3, ticket: try Samples.ticket(41)))
        #expect(text.kind == "called")
        #expect(text.booth == 3)
        #expect(text.ticket?.description == "hall-1.beef.41")
        #expect(text.number?.description == "A042")
        #expect(text.service?.description == "admission")
        #expect(text.detail.text == "day=20779 class=normal rank=41")
    }

    @Test(arguments: [
        "", "day", "day=", "day= class=normal rank=1", "day=1 class=royal rank=1",
        "day=1 class=normal rank=-1", "day=99999999999 class=normal rank=1", "= = =",
        "reason=day=1",
    ])
    func aBrokenDetail_isAnErrorAndNoCrash(_ detail: String) throws {
        var text = RecordText(.issued(try Samples.ticket(1)))
        text.detail = Detail(text: detail)
        #expect(throws: BadRow.self) { try text.fact() }
    }

    @Test func aMissingColumn_isAnError() throws {
        for fact in try Samples.facts() {
            let sound = RecordText(fact)
            var text = sound
            text.number = nil
            text.ticket = nil
            text.booth = nil
            text.service = nil
            if text == sound { continue }
            // What remains may be a sound fact with fewer parts, never the same one.
            #expect((try? text.fact()) != fact)
        }
    }

    @Test func anUnknownKind_isAnError() {
        #expect(throws: BadRow.self) { try RecordText("danced").fact() }
        #expect(throws: BadRow.self) { try RecordText("danced").order() }
        var line = HistoryText(.rebuilding(Epoch(random: 1)))
        line.record.kind = "danced"
        #expect(throws: BadRow.self) { try line.entry() }
    }

    @Test func reason_takesTheRestOfTheText() {
        var detail = Detail()
        detail.add("first", 1)
        detail.addReason("a b=c first=9")
        #expect(detail["first"] == "1")
        #expect(detail["reason"] == "a b=c first=9")
        #expect(detail["b"] == nil)
    }
}
