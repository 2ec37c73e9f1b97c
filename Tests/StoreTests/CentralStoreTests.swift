// SPDX-License-Identifier: Apache-2.0

// The central's rows: every change comes back after the store was closed, and a commit is whole.

import QueueCore
import Testing

@testable import Store

struct CentralStoreTests {
    let folder: TestFolder
    let path: String
    let epoch: Epoch
    let lobby: Name
    let annex: Name

    init() throws {
        folder = try TestFolder()
        path = folder.file("central.db")
        epoch = try Samples.epoch(0xC0FFEE)
        lobby = try Samples.name("lobby")
        annex = try Samples.name("annex")
    }

    func reopened() throws -> CentralSnapshot {
        let opened = try CentralRowsPlace.open(path: path, freshEpoch: Samples.epoch(1))
        #expect(opened.report.outcome == .existing)
        return opened.snapshot
    }

    func commit(_ changes: [CentralChange]) throws {
        let store = try CentralRowsPlace.open(path: path, freshEpoch: epoch).store
        try store.commit(changes)
    }

    @Test func aFreshDatabase_beginsEmptyUnderTheFreshEpoch() throws {
        let opened = try CentralRowsPlace.open(path: path, freshEpoch: epoch)
        #expect(opened.snapshot == CentralSnapshot(epoch: epoch))
        #expect(opened.report.outcome == .fresh)
        #expect(try opened.store.historyCount() == 0)
    }

    @Test func meta_comesBack() throws {
        var meta = CentralMeta(epoch: try Samples.epoch(7))
        meta.day = ServiceDay(20_779)
        meta.rank = .max
        meta.unsettledRank = 1 << 63
        try commit([.meta(meta)])
        #expect(try reopened().meta == meta)
    }

    @Test func controllers_comeBack() throws {
        var record = ControllerRecord(name: lobby)
        try commit([.controller(record), .controller(ControllerRecord(name: annex))])
        #expect(Set(try reopened().controllers) == [record, ControllerRecord(name: annex)])
        record.epoch = epoch
        record.oldLogs = [
            OldLog(epoch: try Samples.epoch(3), heard: 0),
            OldLog(epoch: try Samples.epoch(.max), heard: 1 << 50),
            OldLog(
                epoch: try Samples.epoch(2), heard: 7,
                copied: CopiedLog(epoch: try Samples.epoch(3), through: 5)),
        ]
        record.copied = CopiedLog(epoch: try Samples.epoch(2), through: 1 << 40)
        record.heard = 1 << 41
        record.have = .max
        record.lastOrder = 41
        record.ordersAcknowledged = 40
        record.isFenced = true
        record.localFirst = 667
        record.localDay = ServiceDay(9)
        record.localLost = 334
        try commit([.controller(record)])
        #expect(try reopened().controllers.first { $0.name == lobby } == record)
        (record.isFenced, record.hasReported) = (false, true)
        try commit([.controller(record)])
        #expect(try reopened().controllers.first { $0.name == lobby } == record)
    }

    @Test func ticketsAndBooths_comeBack() throws {
        let booth = BoothRecord(number: 2, isOpen: true, services: [lobby])
        let one = CentralBooth(controller: lobby, booth: booth)
        let two = CentralBooth(controller: annex, booth: booth)
        let extreme = CentralTicket(
            ticket: try Samples.extremeTicket(), state: .transferred, holder: .controller(annex),
            booth: 255, isWithdrawing: true)
        var plain = CentralTicket(ticket: try Samples.ticket(1))
        try commit([.booth(one), .booth(two), .ticket(extreme), .ticket(plain)])
        #expect(Set(try reopened().booths) == [one, two])
        #expect(Set(try reopened().tickets) == [extreme, plain])
        plain.holder = .controller(lobby)
        plain.state = .called
        try commit([.ticket(plain), .forget(extreme.ticket.id)])
        #expect(try reopened().tickets == [plain])
    }

    @Test func blocksAndCounters_comeBack() throws {
        let q = try Samples.series("Q")
        let block = CentralBlock(holder: .controller(lobby), block: try Samples.block(service: nil))
        let own = CentralBlock(
            holder: .central,
            block: Block(
                day: ServiceDay(1), series: q, service: annex, first: 51, last: 100, next: 60))
        let counter = SeriesCounter(day: ServiceDay(1), series: q, through: 999, hasWrapped: true)
        let other = SeriesCounter(day: ServiceDay(2), series: q, through: 0)
        try commit([.block(block), .block(own), .counter(counter), .counter(other)])
        #expect(Set(try reopened().blocks) == [block, own])
        #expect(Set(try reopened().counters) == [counter, other])
        let moved = CentralBlock(holder: .central, block: block.block)
        try commit([
            .block(moved), .dropBlock(own.block.key), .dropCounter(day: other.day, series: q),
        ])
        #expect(try reopened().blocks == [moved])
        #expect(try reopened().counters == [counter])
    }

    @Test func everyOrder_comesBackInOrderForEachController() throws {
        let orders = try Samples.orders().enumerated().map { Numbered(UInt64($0 + 1), $1) }
        try commit(orders.map { .order(controller: lobby, $0) })
        try commit(orders.reversed().suffix(1).map { .order(controller: annex, $0) })
        #expect(try reopened().orders == [lobby: orders, annex: [orders[0]]])
        try commit([.trimOrders(controller: lobby, through: 4)])
        #expect(try reopened().orders == [lobby: Array(orders.dropFirst(4)), annex: [orders[0]]])
    }

    @Test func orders_followEachOther_orBeginAgainWhenTheirLogIsEmpty() throws {
        let store = try CentralRowsPlace.open(path: path, freshEpoch: epoch).store
        try store.commit([1, 2, 3].map { .order(controller: lobby, Numbered($0, .fence)) })
        for wrong: UInt64 in [0, 1, 3, 5] {
            let change = CentralChange.order(controller: lobby, Numbered(wrong, .fence))
            let error = #expect(throws: StoreError.self) { try store.commit([change]) }
            #expect(error?.kind == .inconsistent)
        }
        try store.commit([
            .trimOrders(controller: lobby, through: .max),
            .order(controller: lobby, Numbered(4, .fence)),
        ])
        try store.commit([
            .trimOrders(controller: lobby, through: 4),
            .order(controller: lobby, Numbered(1, .day(ServiceDay(5)))),
        ])
        #expect(try store.snapshot().orders == [lobby: [Numbered(1, .day(ServiceDay(5)))]])
    }

    @Test func orderNumbers_goOnAcrossARestart() throws {
        var record = ControllerRecord(name: lobby)
        record.lastOrder = 2
        try commit([
            .controller(record), .order(controller: lobby, Numbered(1, .fence)),
            .order(controller: lobby, Numbered(2, .fence)),
            .trimOrders(controller: lobby, through: 2),
        ])
        try commit([.order(controller: lobby, Numbered(3, .fence))])
        #expect(throws: StoreError.self) {
            try commit([.order(controller: lobby, Numbered(5, .fence))])
        }
        #expect(try reopened().orders == [lobby: [Numbered(3, .fence)]])
    }

    @Test func aFactTwiceInTheHistory_isRefusedAndNothingIsWritten() throws {
        let store = try CentralRowsPlace.open(path: path, freshEpoch: epoch).store
        let fact = HistoryEntry.fact(controller: lobby, epoch: epoch, Numbered(1, .fenceDone))
        try store.commit([.history(day: ServiceDay(1), fact)])
        let before = try store.snapshot()
        var meta = CentralMeta(epoch: epoch)
        meta.rank = 9
        let error = #expect(throws: StoreError.self) {
            try store.commit([
                .meta(meta), .order(controller: lobby, Numbered(1, .fence)),
                .history(day: ServiceDay(2), fact), .counter(try Self.counter()),
            ])
        }
        #expect(error?.kind == .inconsistent)
        #expect(try store.snapshot() == before)
        #expect(try store.historyCount() == 1)
        try store.commit([.order(controller: lobby, Numbered(1, .fence))])
    }

    /// Also after a restart, by what is known of each log; a log of another epoch is another one.
    @Test func aFactOfBeforeTheRestart_isRefused() throws {
        var record = ControllerRecord(name: lobby)
        record.epoch = epoch
        record.have = 7
        let old = Epoch(random: 5)
        record.oldLogs.append(OldLog(epoch: old, heard: 3))
        try commit([.controller(record)])
        let store = try CentralRowsPlace.open(path: path, freshEpoch: epoch).store
        func tell(_ number: UInt64, _ epoch: Epoch) throws {
            let fact = HistoryEntry.fact(
                controller: lobby, epoch: epoch, Numbered(number, .fenceDone))
            try store.commit([.history(day: ServiceDay(1), fact)])
        }
        for (number, epoch) in [(7, epoch), (1, epoch), (3, old)] as [(UInt64, Epoch)] {
            let error = #expect(throws: StoreError.self) { try tell(number, epoch) }
            #expect(error?.kind == .inconsistent)
        }
        #expect(try store.historyCount() == 0)
        try tell(8, epoch)
        try tell(4, old)
        try tell(1, Epoch(random: 6))
        #expect(throws: StoreError.self) { try tell(4, old) }
        #expect(try store.historyCount() == 3)
    }

    /// A controller comes back with a log that is too old to be remembered: it tells it from the
    /// beginning, and the central goes on.
    @Test func aLogThatIsForgotten_BeginsAnew() throws {
        let store = try CentralRowsPlace.open(path: path, freshEpoch: epoch).store
        let epochs = (1...3).map { Epoch(random: $0) }
        func begin(_ epoch: Epoch, after old: [Epoch]) throws {
            var record = ControllerRecord(name: lobby)
            record.epoch = epoch
            for old in old { record.oldLogs.append(OldLog(epoch: old, heard: 1)) }
            try store.commit([.controller(record)])
        }
        func tell(_ number: UInt64, _ epoch: Epoch) throws {
            let fact = HistoryEntry.fact(
                controller: lobby, epoch: epoch, Numbered(number, .fenceDone))
            try store.commit([.history(day: ServiceDay(1), fact)])
        }
        try begin(epochs[0], after: [])
        try tell(1, epochs[0])
        try begin(epochs[1], after: [epochs[0]])
        #expect(throws: StoreError.self) { try tell(1, epochs[0]) }
        try tell(1, epochs[1])
        try begin(epochs[2], after: [epochs[1]])
        try tell(1, epochs[2])
        try begin(epochs[0], after: [epochs[1], epochs[2]])
        guard CentralRowsPlace.server == nil else {
            // A server keeps its index: another node may be mistaken.
            #expect(throws: StoreError.self) { try tell(1, epochs[0]) }
            return
        }
        try tell(1, epochs[0])
        #expect(throws: StoreError.self) { try tell(1, epochs[0]) }
        #expect(try store.historyCount() == 4)
    }

    /// The last change of a row counts, whatever came before it.
    @Test func ofSeveralChangesOfARow_theLastStands() throws {
        let first = CentralTicket(
            ticket: try Samples.ticket(1), state: .waiting, holder: .central)
        let second = CentralTicket(
            ticket: try Samples.ticket(2), state: .waiting, holder: .central)
        var called = first
        called.state = .called
        called.holder = .controller(lobby)
        var meta = CentralMeta(epoch: epoch)
        meta.rank = 1
        var later = meta
        later.rank = 2
        let counter = try Self.counter()
        let changes: [CentralChange] = [
            .meta(meta), .ticket(first), .ticket(second), .counter(counter), .meta(later),
            .ticket(called), .forget(second.ticket.id),
            .dropCounter(day: counter.day, series: counter.series), .counter(counter),
        ]
        #expect(
            CentralRows.standing(changes)
                == [false, false, false, false, true, true, true, false, true])
        try commit(changes)
        let rows = try reopened()
        #expect(rows.meta.rank == 2)
        #expect(rows.tickets == [called])
        #expect(rows.counters == [counter])
        try commit([.forget(called.ticket.id), .ticket(second)])
        #expect(try reopened().tickets == [second])
    }

    private static func counter() throws -> SeriesCounter {
        SeriesCounter(day: ServiceDay(1), series: try Samples.series("A"), through: 1)
    }
}
