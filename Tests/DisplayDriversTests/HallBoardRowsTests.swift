// SPDX-License-Identifier: Apache-2.0

import DisplayDrivers
import QueueCore
import Testing

struct HallBoardRowsTests {
    static func number(_ value: UInt16, _ series: String = "A") throws -> TicketNumber {
        let series = try #require(Series(series))
        return try #require(TicketNumber(series: series, value: value))
    }

    static func call(_ value: UInt16) throws -> BoothSign {
        .number(try number(value), attention: true)
    }

    static func news(_ value: UInt16, booth: BoothNumber) throws -> News {
        News(
            hall: try #require(Name("main")), controller: try #require(Name("hall-b")),
            booth: booth, number: try number(value, "B"))
    }

    static func texts(_ rows: HallBoardRows) -> [String] {
        rows.contents.map { content in
            let booth = content.booth.map { " \($0) \(content.arrow?.rawValue ?? "?")" } ?? ""
            return content.text + booth + (content.blinks ? "*" : "")
        }
    }

    @Test func newestCall_ComesFirst_AndEachBoothHasOneRow() throws {
        var rows = HallBoardRows(count: 3, arrows: [1: .left, 2: .right])
        #expect(Self.texts(rows) == ["    ", "    ", "    "])
        rows.changed(1, to: try Self.call(1))
        rows.changed(2, to: try Self.call(2))
        rows.told(try Self.news(7, booth: 1))
        #expect(Self.texts(rows) == ["B007 1 left*", "A002 2 right", "A001 1 left"])
        rows.changed(1, to: try Self.call(3))
        #expect(Self.texts(rows) == ["A003 1 left*", "B007 1 left", "A002 2 right"])
        rows.changed(3, to: try Self.call(4))
        #expect(Self.texts(rows)[0] == "A004 3 ?*")
        rows.changed(3, to: .dashes)
        #expect(Self.texts(rows) == ["A003 1 left", "B007 1 left", "A002 2 right"])
    }

    /// A call that was taken back shows the earlier number in its place, without blinking.
    @Test func numberWithoutAttention_KeepsItsPlace() throws {
        var rows = HallBoardRows(count: 2, arrows: [:])
        rows.changed(1, to: try Self.call(1))
        rows.changed(2, to: try Self.call(2))
        rows.changed(1, to: .number(try Self.number(9), attention: false))
        #expect(Self.texts(rows) == ["A002 2 ?*", "A009 1 ?"])
    }

    /// After a cut the central tells the last calls again: nothing moves or blinks for that.
    @Test func newsToldAgain_ChangesNothing() throws {
        var rows = HallBoardRows(count: 3, arrows: [:])
        rows.told(try Self.news(1, booth: 1))
        rows.told(try Self.news(2, booth: 2))
        let before = rows
        rows.told(try Self.news(1, booth: 1))
        #expect(rows.changes(since: before).isEmpty)
        #expect(rows == before)
    }

    @Test func recall_ChangesItsRowAlone() throws {
        var rows = HallBoardRows(count: 4, arrows: [:])
        rows.changed(1, to: try Self.call(1))
        rows.changed(2, to: try Self.call(2))
        let before = rows
        rows.changed(2, to: try Self.call(2))
        #expect(rows.changes(since: before).map(\.row) == [0])
        let then = rows
        rows.changed(1, to: try Self.call(1))
        #expect(rows.changes(since: then).map(\.row) == [0, 1])
    }

    @Test func calls_AreBounded() throws {
        var rows = HallBoardRows(count: 8, arrows: [:])
        for booth in 1...99 as ClosedRange<BoothNumber> {
            rows.changed(booth, to: try Self.call(UInt16(booth)))
        }
        for booth in 76...99 as ClosedRange<BoothNumber> { rows.changed(booth, to: .dashes) }
        #expect(Self.texts(rows) == Array(repeating: "    ", count: 8))
    }
}
