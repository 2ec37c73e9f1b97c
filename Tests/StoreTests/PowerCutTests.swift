// SPDX-License-Identifier: Apache-2.0

// What stands in the files at any moment is a whole number of commits, none of them torn: the files
// are copied without closing the store, and the journal is cut anywhere, as by a power cut.

import Foundation
import QueueCore
import Testing

@testable import Store

struct PowerCutTests {
    let folder: TestFolder
    let epoch: Epoch

    init() throws {
        folder = try TestFolder()
        epoch = try Samples.epoch(0xAAAA)
    }

    /// The changes of a press: a ticket, a booth, the single values and two facts.
    func press(_ count: UInt64) throws -> [ControllerChange] {
        let ticket = try Samples.ticket(UInt32(count))
        let held = HeldTicket(ticket: ticket, state: .called, booth: 3)
        var meta = ControllerMeta(epoch: epoch)
        meta.lastFact = 2 * count
        let booth = BoothRecord(number: 3, isOpen: true, services: [], current: ticket.id)
        return [
            .ticket(held), .booth(booth), .fact(Numbered(2 * count - 1, .reportBegan)),
            .fact(Numbered(2 * count, .called(booth: 3, ticket: ticket))), .meta(meta),
        ]
    }

    /// How many presses a restart on the copy sees; every press is whole or not there.
    func pressesSeen(_ name: String) throws -> UInt64 {
        let opened = try ControllerStore.open(
            path: folder.file(name), freshEpoch: Samples.epoch(1))
        #expect(opened.report.outcome == .existing)
        let snapshot = opened.snapshot
        let seen = snapshot.meta.lastFact / 2
        #expect(snapshot.facts.map(\.number) == Array(UInt64(1)..<(2 * seen + 1)))
        let expected = try (0..<seen).map { try Samples.ticketID(UInt32($0 + 1)) }
        #expect(Set(snapshot.tickets.map(\.ticket.id)) == Set(expected))
        #expect(snapshot.booths.first?.current == expected.last)
        return seen
    }

    @Test func aCopyBetweenCommits_hasExactlyTheCommits() throws {
        let live = folder.file("live.db")
        let store = try ControllerStore.open(path: live, freshEpoch: epoch).store
        for count: UInt64 in 1...300 {
            try store.commit(try press(count))
            if count % 20 == 0 || count < 4 {
                try folder.copyDatabase("live.db", to: "copy-\(count).db")
                #expect(try pressesSeen("copy-\(count).db") == count)
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func aJournalCutAnywhere_leavesWholeCommits(_ seed: UInt64) throws {
        var dice = Dice(state: seed)
        let live = folder.file("live.db")
        let store = try ControllerStore.open(path: live, freshEpoch: epoch).store
        for count: UInt64 in 1...40 { try store.commit(try press(count)) }
        let database = try folder.bytes("live.db")
        let journal = try folder.bytes("live.db-wal")
        // The cuts begin behind the commits that made the tables.
        try store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let settled = try folder.bytes("live.db")
        for count: UInt64 in 41...80 { try store.commit(try press(count)) }
        let later = try folder.bytes("live.db-wal")
        try folder.write(database, to: "whole.db")
        try folder.write(journal, to: "whole.db-wal")
        #expect(try pressesSeen("whole.db") == 40)
        var last: UInt64 = 40
        for length in (0..<30).map({ _ in Int.random(in: 0...later.count, using: &dice) }).sorted()
        {
            try folder.write(settled, to: "cut-\(length).db")
            try folder.write(later.prefix(length), to: "cut-\(length).db-wal")
            let seen = try pressesSeen("cut-\(length).db")
            #expect(seen >= last && seen <= 80)
            last = seen
        }
        #expect(last > 40)
    }
}
