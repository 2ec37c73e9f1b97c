// SPDX-License-Identifier: Apache-2.0

// The history: every kind of line comes back, by page and by day, and old days go.

import QueueCore
import Testing

@testable import Store

struct CentralStoreHistoryTests {
    let folder: TestFolder
    let path: String
    let epoch: Epoch
    let lobby: Name

    init() throws {
        folder = try TestFolder()
        path = folder.file("central.db")
        epoch = try Samples.epoch(0xC0FFEE)
        lobby = try Samples.name("lobby")
    }

    func open() throws -> CentralStore {
        try CentralRowsPlace.open(path: path, freshEpoch: epoch).store
    }

    func dayLines(_ days: [Int32]) -> [CentralChange] {
        days.map { .history(day: ServiceDay($0), .dayTurned(ServiceDay($0))) }
    }

    @Test func times_comeBack_andAFactsOwnIsToldFromItsArrival() throws {
        let fact = Numbered(7, Fact.fenceDone, at: WallTime(1_795_000_000))
        let late = Numbered(8, Fact.fenceDone)
        let at = HistoryTime(WallTime(1_795_000_000))
        let arrival = HistoryTime(WallTime(1_795_000_009), isArrival: true)
        try open().commit([
            .history(
                day: ServiceDay(3), at: at, .fact(controller: lobby, epoch: epoch, fact)),
            .history(
                day: ServiceDay(3), at: arrival, .fact(controller: lobby, epoch: epoch, late)),
            .history(day: ServiceDay(5), .dayTurned(ServiceDay(5))),
        ])
        let lines = try open().history()
        #expect(lines.map(\.time) == [at, arrival, .unknown])
        #expect(lines[0].entry == .fact(controller: lobby, epoch: epoch, fact))
        #expect(lines[1].entry == .fact(controller: lobby, epoch: epoch, late))
        let store = try open()
        #expect(try store.historyBegins(day: ServiceDay(2), last: ServiceDay(4)) == 0)
        #expect(try store.historyBegins(day: ServiceDay(4), last: ServiceDay(6)) == 2)
        #expect(try store.historyBegins(day: ServiceDay(6), last: ServiceDay(9)) == nil)
    }

    @Test func aLongDay_IsToldFromItsNewestEnd() throws {
        let store = try open()
        let surplus = 7
        let count = StoreLimits.historyPageMax + surplus
        try store.commit(dayLines([2] + [Int32](repeating: 1, count: count) + [2]))
        let newest = try store.newestHistory(day: ServiceDay(1))
        #expect(newest.count == StoreLimits.historyPageMax)
        #expect(newest.first?.sequence == UInt64(2 + surplus))
        #expect(newest.last?.sequence == UInt64(count + 1))
        #expect(
            try store.newestHistory(day: ServiceDay(2)).map(\.sequence) == [1, UInt64(count + 2)])
    }

    @Test func everyEntry_comesBackInOrder() throws {
        let facts = try Samples.facts().enumerated().map {
            HistoryEntry.fact(controller: lobby, epoch: epoch, Numbered(UInt64($0 + 1), $1))
        }
        let last = HistoryEntry.fact(controller: lobby, epoch: epoch, Numbered(.max, .fenceDone))
        let entries = facts + [last] + (try Samples.entries())
        #expect(Set(entries.map(Samples.kind)) == Set(0...14))
        try open().commit(entries.map { .history(day: ServiceDay(20_779), $0) })
        let lines = try open().history(day: ServiceDay(20_779))
        #expect(lines.map(\.entry) == entries)
        #expect(lines.map(\.sequence) == Array(1...UInt64(entries.count)))
        #expect(lines.allSatisfy { $0.day == ServiceDay(20_779) })
    }

    @Test func pages_followEachOther() throws {
        let store = try open()
        try store.commit(dayLines([1, 2, 1, 2, 1]))
        #expect(try store.history(day: ServiceDay(1)).map(\.sequence) == [1, 3, 5])
        #expect(try store.history(day: ServiceDay(1), limit: 2).map(\.sequence) == [1, 3])
        #expect(try store.history(day: ServiceDay(1), limit: 2, after: 3).map(\.sequence) == [5])
        #expect(try store.history(limit: 2, after: 1).map(\.sequence) == [2, 3])
        #expect(try store.history(after: .max).isEmpty)
        #expect(try store.history(limit: -1).isEmpty)
        #expect(try store.historyCount(day: ServiceDay(2)) == 2)
        #expect(try store.historyCount(day: ServiceDay(3)) == 0)
        #expect(try store.historyCount() == 5)
    }

    @Test func aPage_isBounded() throws {
        let store = try open()
        let many = [Int32](repeating: 1, count: StoreLimits.historyPageMax + 1)
        try store.commit(dayLines(many))
        #expect(try store.history(limit: .max).count == StoreLimits.historyPageMax)
    }

    @Test func pruning_removesOlderDaysOnly_andLeavesTheRest() throws {
        let store = try open()
        let order = Numbered(UInt64(1), Order.deal(try Samples.ticket(1)))
        try store.commit(
            dayLines([10, 0, 11, 12, 0, -3, 11]) + [.order(controller: lobby, order)])
        let before = try store.snapshot()
        #expect(try store.pruneHistory(before: ServiceDay(11)) == 2)
        #expect(try store.history().map(\.day.count) == [10, 11, 12, -3, 11])
        #expect(try store.pruneHistory(before: ServiceDay(11)) == 2)
        #expect(try store.pruneHistory(before: ServiceDay(11)) == 0)
        #expect(try store.history().map(\.day.count) == [11, 12, 11])
        #expect(try store.snapshot() == before)
    }

    /// What a central heard before its first day began: its start, and what controllers told it.
    @Test func linesOfAnUnknownDay_stayAsLongAsTheDayThatFollowsThem() throws {
        let store = try open()
        let call = Fact.called(booth: 3, ticket: try Samples.ticket(41))
        let fact = HistoryEntry.fact(controller: lobby, epoch: epoch, Numbered(1, call))
        let early = [HistoryEntry.started(lastAlive: .unknown), fact]
        try store.commit(early.map { .history(day: .unknown, $0) } + dayLines([20, 21, 0, 22]))
        #expect(try store.pruneHistory(before: ServiceDay(20)) == 0)
        #expect(try store.history().map(\.entry).prefix(2) == early[...])
        #expect(try store.pruneHistory(before: ServiceDay(21)) == 2)
        #expect(try store.pruneHistory(before: ServiceDay(21)) == 1)
        #expect(try store.history().map(\.day.count) == [21, 0, 22])
        #expect(try store.pruneHistory(before: ServiceDay(21)) == 0)
        #expect(try store.pruneHistory(before: ServiceDay(22)) == 1)
        #expect(try store.history().map(\.day.count) == [0, 22])
    }

    @Test func pruning_isBoundedAtOnce() throws {
        let store = try open()
        let many = [Int32](repeating: 1, count: StoreLimits.pruneBatchMax + 7)
        try store.commit(dayLines(many + [2]))
        #expect(try store.pruneHistory(before: ServiceDay(2)) == StoreLimits.pruneBatchMax)
        #expect(try store.pruneHistory(before: ServiceDay(2)) == 7)
        #expect(try store.pruneHistory(before: ServiceDay(2)) == 0)
        #expect(try store.historyCount() == 1)
    }

    @Test func sequenceNumbers_neverComeAgain() throws {
        try open().commit(dayLines([1, 1, 1]))
        try open().pruneHistory(before: ServiceDay(2))
        let store = try open()
        #expect(try store.historyCount() == 0)
        try store.commit(dayLines([5]))
        #expect(try store.history().map(\.sequence) == [4])
    }

    @Test func oldestDayKept_countsTodayIn() {
        #expect(CentralStore.oldestDayKept(today: ServiceDay(400)) == ServiceDay(1))
        #expect(CentralStore.oldestDayKept(today: ServiceDay(9), days: 1) == ServiceDay(9))
        #expect(CentralStore.oldestDayKept(today: ServiceDay(9), days: -5) == ServiceDay(9))
        #expect(CentralStore.oldestDayKept(today: ServiceDay(-9), days: .max) == .unknown)
    }

    /// What a technician sees with `select * from history_by_date`.
    @Test func aPersonCanReadIt() throws {
        let call = Fact.called(booth: 3, ticket: try Samples.ticket(41))
        let entry = HistoryEntry.fact(controller: lobby, epoch: epoch, Numbered(17, call))
        try open().commit([.history(day: ServiceDay(20_779), entry)])
        var texts: [String] = []
        try open().rows.read { db in
            try db.fetch("SELECT * FROM history_by_date", []) { row in
                for value in row {
                    switch value {
                    case .integer(let number): texts.append("\(number)")
                    case .text(let text): texts.append(text)
                    case .null, .foreign: texts.append("")
                    }
                }
            }
        }
        #expect(
            texts == [
                "1", "2026-11-22", "", "0", "lobby", "c0ffee", "17", "called", "3", "A042",
                "hall-1.beef.41", "admission", "day=20779 class=normal rank=41",
            ])
    }
}
