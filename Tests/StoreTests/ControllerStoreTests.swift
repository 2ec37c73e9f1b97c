// SPDX-License-Identifier: Apache-2.0

// A controller's rows: every change comes back after the store was closed, and a commit is whole.

import QueueCore
import Testing

@testable import Store

struct ControllerStoreTests {
    let folder: TestFolder
    let path: String
    let epoch: Epoch

    init() throws {
        folder = try TestFolder()
        path = folder.file("nobat.db")
        epoch = try Samples.epoch(0xC0FFEE)
    }

    /// Opens the store anew and closes it; what a restart would see.
    func reopened() throws -> ControllerSnapshot {
        let opened = try ControllerStore.open(path: path, freshEpoch: Samples.epoch(1))
        #expect(opened.report.outcome == .existing)
        return opened.snapshot
    }

    func commit(_ changes: [ControllerChange]) throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.commit(changes)
    }

    @Test func aFreshDatabase_beginsEmptyUnderTheFreshEpoch() throws {
        let opened = try ControllerStore.open(path: path, freshEpoch: epoch)
        #expect(opened.snapshot == ControllerSnapshot(epoch: epoch))
        #expect(opened.report.outcome == .fresh)
        #expect(opened.report.isFresh)
        #expect(try opened.store.snapshot() == opened.snapshot)
    }

    @Test func meta_comesBack() throws {
        var meta = ControllerMeta(epoch: try Samples.epoch(.max))
        meta.central = try Samples.epoch(0xABC)
        meta.ordersApplied = .max
        meta.lastFact = 1 << 63
        meta.factsAcknowledged = (1 << 63) - 1
        meta.factsTold = (1 << 63) - 2
        meta.copied = [
            CopiedLog(epoch: try Samples.epoch(9), through: 1 << 62),
            CopiedLog(epoch: try Samples.epoch(8), through: 0),
        ]
        meta.rank = .max - 1
        meta.day = ServiceDay(-20_000)
        try commit([.meta(ControllerMeta(epoch: epoch)), .meta(meta)])
        #expect(try reopened().meta == meta)
        meta.central = nil
        try commit([.meta(meta)])
        #expect(try reopened().meta == meta)
    }

    @Test func tickets_areReplacedAndForgotten() throws {
        let plain = HeldTicket(ticket: try Samples.ticket(1))
        let kept = try TicketState.allCases.enumerated().map { index, state in
            HeldTicket(
                ticket: try Samples.ticket(UInt32(index + 10)), state: state,
                booth: index % 2 == 0 ? 99 : nil, recalls: .max, parkedForSeconds: .max,
                leftAt: WallTime(index % 2 == 0 ? 1_795_000_000 : 0))
        }
        var changed = plain
        changed.ticket.service = try Samples.name("x-ray")
        changed.ticket.priority = .elderly
        changed.state = .called
        let extreme = HeldTicket(ticket: try Samples.extremeTicket())
        try commit([.ticket(plain), .ticket(extreme)] + kept.map { .ticket($0) })
        #expect(Set(try reopened().tickets) == Set(kept + [plain, extreme]))
        try commit([.ticket(changed), .forget(extreme.ticket.id)])
        #expect(Set(try reopened().tickets) == Set(kept + [changed]))
    }

    @Test func booths_areReplacedAndForgotten() throws {
        let lab = try Samples.name("lab")
        let open = BoothRecord(
            number: 1, isOpen: true, services: [lab, .central], current: try Samples.ticketID(5))
        let other = BoothRecord(number: 255, isOpen: false, services: [])
        try commit([.booth(BoothRecord(number: 1, isOpen: false, services: [])), .booth(other)])
        try commit([.booth(open), .forgetBooth(255), .forgetBooth(77)])
        #expect(try reopened().booths == [open])
    }

    @Test func slips_comeBackAndAreDropped() throws {
        let plain = Slip(ticket: try Samples.ticket(1), ahead: 0)
        let full = Slip(
            ticket: try Samples.extremeTicket(), ahead: .max, wait: .max,
            code: TrackingCode(random: 5),
            isUnchecked: true)
        try commit([.slip(plain), .slip(full)])
        #expect(Set(try reopened().slips) == [plain, full])
        try commit([.dropSlip(plain.ticket.id)])
        #expect(try reopened().slips == [full])
    }

    @Test func blocksAndMarks_areReplacedAndDropped() throws {
        let a = try Samples.series("A")
        let local = try Samples.block(service: nil)
        var used = Block(
            day: ServiceDay(7), series: a, service: try Samples.name("lab"), first: 1, last: 50,
            next: 1)
        let mark = SeriesMark(day: ServiceDay(7), series: a, through: 50)
        let higher = SeriesMark(day: ServiceDay(7), series: a, through: 100)
        let other = SeriesMark(day: ServiceDay(8), series: a, through: .max)
        try commit([.block(local), .block(used), .mark(mark), .mark(other)])
        #expect(Set(try reopened().blocks) == [local, used])
        used.next = 51
        try commit([
            .block(used), .dropBlock(local.key), .mark(higher),
            .dropMark(day: other.day, series: a),
        ])
        #expect(try reopened().blocks == [used])
        #expect(try reopened().marks == [higher])
    }

    @Test func everyFact_comesBackInOrder() throws {
        let facts = try Samples.facts().enumerated().map { Numbered(UInt64($0 + 1), $1) }
        try commit(facts.map { .fact($0) })
        #expect(try reopened().facts == facts)
        try commit([.trimFacts(through: 10)])
        #expect(try reopened().facts == Array(facts.dropFirst(10)))
    }

    @Test func numbersGoOn_afterAllFactsWereTrimmed() throws {
        var meta = ControllerMeta(epoch: epoch)
        meta.lastFact = 2
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.commit([.fact(Numbered(1, .reportBegan)), .fact(Numbered(2, .reportEnded))])
        try store.commit([.meta(meta), .trimFacts(through: .max)])
        #expect(try store.snapshot().facts.isEmpty)
        #expect(throws: StoreError.self) { try store.commit([.fact(Numbered(1, .fenceDone))]) }
        try store.commit([.fact(Numbered(3, .fenceDone))])
        #expect(try store.snapshot().facts == [Numbered(3, .fenceDone)])
        try store.commit([.stamp(fact: 3, at: WallTime(1_795_000_000))])
        #expect(
            try store.snapshot().facts == [Numbered(3, .fenceDone, at: WallTime(1_795_000_000))])
    }

    @Test func numbersGoOn_acrossARestartWithAnEmptyLog() throws {
        var meta = ControllerMeta(epoch: epoch)
        meta.lastFact = 1
        try commit([.fact(Numbered(1, .reportBegan)), .meta(meta), .trimFacts(through: 1)])
        #expect(throws: StoreError.self) { try commit([.fact(Numbered(1, .fenceDone))]) }
        try commit([.fact(Numbered(2, .fenceDone))])
        #expect(try reopened().facts == [Numbered(2, .fenceDone)])
    }

    @Test func clearing_beginsANewLog() throws {
        let second = try Samples.epoch(2)
        try commit([.fact(Numbered(1, .reportBegan)), .fact(Numbered(2, .reportEnded))])
        try commit([
            .clearFacts, .meta(ControllerMeta(epoch: second)), .fact(Numbered(1, .fenceDone)),
        ])
        #expect(try reopened().facts == [Numbered(1, .fenceDone)])
        #expect(try reopened().meta.epoch == second)
    }

    @Test(arguments: [UInt64(0), 1, 2, 4, .max])
    func aWrongFactNumber_isRefusedAndNothingIsWritten(_ number: UInt64) throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.commit([.fact(Numbered(1, .reportBegan)), .fact(Numbered(2, .reportEnded))])
        let before = try store.snapshot()
        let changes: [ControllerChange] = [
            .ticket(HeldTicket(ticket: try Samples.ticket(1))), .trimFacts(through: 1),
            .fact(Numbered(number, .fenceDone)),
        ]
        let error = #expect(throws: StoreError.self) { try store.commit(changes) }
        #expect(error?.kind == .inconsistent)
        #expect(error?.sentence.contains("fact \(number) can't follow fact 2") == true)
        #expect(try store.snapshot() == before)
        try store.commit([.fact(Numbered(3, .fenceDone))])
        #expect(try store.snapshot().facts.map(\.number) == [1, 2, 3])
    }

    /// The store's own copy of the numbers must not be what a failed commit left half done.
    @Test func aRefusedCommit_doesNotMoveTheNumbers() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        #expect(throws: StoreError.self) {
            try store.commit([.fact(Numbered(1, .reportBegan)), .fact(Numbered(3, .fenceDone))])
        }
        #expect(throws: StoreError.self) { try store.commit([.fact(Numbered(2, .fenceDone))]) }
        try store.commit([.fact(Numbered(1, .fenceDone))])
    }

    @Test func anEmptyCommit_isNothing() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.commit([])
        #expect(try store.snapshot() == ControllerSnapshot(epoch: epoch))
    }
}
