// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import QueueCore
import Testing

@Suite struct BoardViewTests {
    static func plan() throws -> BoardPlan {
        BoardPlan(
            heading: nil, text: nil,
            services: [
                .init(
                    name: try #require(Name("admission")),
                    words: Bilingual(fa: "پذیرش", en: "Admission"))
            ], arrows: [1: "left"], languages: ["fa", "en"])
    }

    static func number(_ value: UInt16) throws -> TicketNumber {
        let series = try #require(Series("A"))
        return try #require(TicketNumber(series: series, value: value))
    }

    @Test func digitsArePersianAndLettersStay() {
        #expect(Bilingual.persianDigits("A042") == "A۰۴۲")
        #expect(Bilingual.persianDigits("0123456789") == "۰۱۲۳۴۵۶۷۸۹")
        let scalars = Bilingual.persianDigits("7").unicodeScalars
        #expect(scalars.map(\.value) == [0x06F7], "not the Arabic seven")
    }

    @Test func theNewestIsFirstAndFiveAreShown() throws {
        var calls = HallCalls(countMax: BoardLimits.callsKept)
        for booth in 1...7 {
            calls.called(.init(booth: UInt8(booth)), try Self.number(UInt16(booth)))
        }
        let view = BoardView(calls: calls, waiting: [:], cut: [], plan: try Self.plan())
        #expect(view.calls.map(\.booth) == [7, 6, 5, 4, 3])
        #expect(view.calls.map(\.isNew) == [true, false, false, false, false])
        #expect(view.calls.first?.numberWords == Bilingual(fa: "A۰۰۷", en: "A007"))
        #expect(view.calls.first?.boothWords == Bilingual(fa: "باجهٔ ۷", en: "Booth 7"))
        #expect(view.calls.first?.arrow == nil)
    }

    @Test func theWayToABoothIsShownAndSaid() throws {
        var calls = HallCalls(countMax: 5)
        calls.called(.init(booth: 1), try Self.number(1))
        let call = BoardView(calls: calls, waiting: [:], cut: [], plan: try Self.plan()).calls.first
        #expect(call?.arrow == "left")
        #expect(call?.arrowWords?.fa == "سمت چپ")
    }

    @Test func whoCannotBeHeardMayHaveCalledOn() throws {
        let other = try #require(Name("hall-b"))
        var calls = HallCalls(countMax: 5)
        calls.called(.init(controller: other, booth: 3), try Self.number(3))
        calls.called(.init(booth: 1), try Self.number(1))
        let plan = try Self.plan()
        let cut = BoardView(calls: calls, waiting: nil, cut: [other], plan: plan)
        #expect(cut.calls.map(\.isOld) == [false, true])
        #expect(cut.notice != nil)
        let whole = BoardView(calls: calls, waiting: nil, cut: [], plan: plan)
        #expect(whole.calls.map(\.isOld) == [false, false])
        #expect(whole.notice == nil)
    }

    @Test func queuesAreToldOnlyWhenTheyAreKnown() throws {
        let calls = HallCalls(countMax: 5)
        let plan = try Self.plan()
        let admission = try #require(Name("admission"))
        let known = BoardView(calls: calls, waiting: [admission: 12], cut: [], plan: plan)
        #expect(known.queues.map(\.countWords) == [Bilingual(fa: "۱۲ نفر", en: "12")])
        let nobody = BoardView(calls: calls, waiting: [:], cut: [], plan: plan)
        #expect(nobody.queues.map(\.count) == [0])
        #expect(BoardView(calls: calls, waiting: nil, cut: [], plan: plan).queues.isEmpty)
    }
}
