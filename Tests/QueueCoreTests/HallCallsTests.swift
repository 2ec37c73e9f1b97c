// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@Suite struct HallCallsTests {
    static func number(_ value: UInt16) throws -> TicketNumber {
        let series = try #require(Series("A"))
        return try #require(TicketNumber(series: series, value: value))
    }

    @Test func aBoothIsInTheListOnce() throws {
        var calls = HallCalls(countMax: 5)
        for value in 1...3 {
            calls.changed(1, to: .number(try Self.number(UInt16(value)), attention: true))
        }
        calls.changed(2, to: .number(try Self.number(9), attention: true))
        #expect(calls.calls.map(\.place.booth) == [2, 1])
        #expect(calls.calls.map(\.number.value) == [9, 3])
        #expect(calls.callCount == 4)
    }

    @Test func aRecallComesFirstAndCounts() throws {
        var calls = HallCalls(countMax: 5)
        calls.changed(1, to: .number(try Self.number(1), attention: true))
        calls.changed(2, to: .number(try Self.number(2), attention: true))
        calls.changed(1, to: .number(try Self.number(1), attention: true))
        #expect(calls.calls.map(\.place.booth) == [1, 2])
        #expect(calls.newest?.place.booth == 1)
        #expect(calls.callCount == 3)
    }

    @Test func whatIsShownAnewKeepsItsPlace() throws {
        var calls = HallCalls(countMax: 5)
        calls.changed(1, to: .number(try Self.number(1), attention: true))
        calls.changed(2, to: .number(try Self.number(2), attention: true))
        calls.shows(.init(booth: 1), try Self.number(7))
        #expect(calls.calls.map(\.number.value) == [2, 7])
        #expect(calls.newest?.place.booth == 2)
        calls.shows(.init(booth: 2), try Self.number(2))
        #expect(calls.newest?.place.booth == 2, "the same number is no news")
    }

    @Test func aBoothWithoutNumberLeaves() throws {
        var calls = HallCalls(countMax: 2)
        for booth in 1...3 {
            calls.changed(
                UInt8(booth), to: .number(try Self.number(UInt16(booth)), attention: true))
        }
        #expect(calls.calls.map(\.place.booth) == [3, 2])
        calls.changed(3, to: .dashes)
        #expect(calls.calls.map(\.place.booth) == [2])
        #expect(calls.newest == nil)
    }

    @Test func whatAnotherControllerTellsAgainChangesNothing() throws {
        let controller = try #require(Name("hall-b"))
        let news = News(
            hall: try #require(Name("main")), controller: controller, booth: 1,
            number: try Self.number(5))
        var calls = HallCalls(countMax: 5)
        calls.told(news)
        calls.changed(1, to: .number(try Self.number(6), attention: true))
        let before = calls
        calls.told(news)
        #expect(calls == before)
        #expect(calls.calls.count == 2, "booth 1 of another controller is another booth")
    }
}
