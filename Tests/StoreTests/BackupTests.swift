// SPDX-License-Identifier: Apache-2.0

// Backups: made while rows are written, whole or not at all, and put back only where they belong.

import Foundation
import GRDB
import QueueCore
import Testing

@testable import Store

struct BackupTests {
    let folder: TestFolder
    let path: String
    let copy: String
    let epoch: Epoch

    init() throws {
        folder = try TestFolder()
        path = folder.file("hall.db")
        copy = folder.file("hall.backup")
        epoch = try Samples.epoch(0xAAAA)
    }

    func make(
        _ owner: StoreOwner = .controller, of path: String? = nil, at copy: String? = nil
    ) throws -> BackupNote {
        try Backup.make(
            of: path ?? self.path, owner: owner, name: owner == .controller ? "hall-a" : "central",
            program: "1.2.3", madeAt: "2026-11-23T09:00:00Z", at: copy ?? self.copy)
    }

    func restore(
        _ file: String? = nil, owner: StoreOwner = .controller, name: String = "hall-a"
    ) throws -> RestoreReport {
        try Backup.restore(
            file ?? copy, to: path, owner: owner, name: name, epoch: try Samples.epoch(0xCCCC),
            audit: AuditEntry(
                at: .unknown, act: .restore, subject: copy, who: "uid 0", place: "nobatctl"))
    }

    func fill(_ store: ControllerStore, _ facts: ClosedRange<UInt64>) throws {
        for number in facts {
            try store.commit([
                .ticket(HeldTicket(ticket: try Samples.ticket(UInt32(number)))),
                .fact(Numbered(number, .issued(try Samples.ticket(UInt32(number))))),
            ])
        }
    }

    @Test func aBackupSaysWhatItIs_AndIsOneFileForItsOwnerAlone() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try fill(store, 1...30)
        let note = try make()
        #expect(
            note
                == BackupNote(
                    owner: .controller, name: "hall-a", epoch: epoch.description, schema: 3,
                    program: "1.2.3", madeAt: "2026-11-23T09:00:00Z"))
        #expect(try Backup.look(at: copy) == note)
        #expect(folder.names.filter { $0.hasPrefix("hall.backup") } == ["hall.backup"])
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        // The store goes on as before.
        try fill(store, 31...31)
        #expect(try store.snapshot().facts.count == 31)
    }

    @Test func whatIsCommittedMeanwhileDoesNotTearIt() async throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try fill(store, 1...2_000)
        let (path, copy) = (path, copy)
        let made = Task.detached {
            try Backup.make(
                of: path, owner: .controller, name: "hall-a", program: "1", madeAt: "now", at: copy)
        }
        var last: UInt64 = 2_000
        while !folder.names.contains("hall.backup"), last < 20_000 {
            last += 1
            try fill(store, last...last)
        }
        _ = try await made.value
        let queue = try DatabaseQueue(path: copy)
        let (facts, tickets) = try await queue.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT max(number) FROM facts") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM tickets") ?? 0
            )
        }
        // Each commit wrote a fact and a ticket: it is there whole, or not at all.
        #expect(facts == tickets && facts >= 2_000 && facts <= last)
    }

    @Test func aBackupReplacesNoFile_AndLeavesNothingWhenItFails() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try fill(store, 1...3)
        try folder.write(Data("precious".utf8), to: "hall.backup")
        let error = try #require(throws: StoreError.self) { try make() }
        #expect(error.sentence.contains("never replaces a file"))
        #expect(try folder.bytes("hall.backup") == Data("precious".utf8))
        #expect(throws: StoreError.self) { try make(at: folder.file("no/where")) }
        #expect(throws: StoreError.self) {
            try make(of: folder.file("none.db"), at: folder.file("x.backup"))
        }
        #expect(!folder.names.contains { $0.hasPrefix("x.backup") })
    }

    @Test func aRestoredControllerBeginsANewEpoch_AndTheOldDatabaseIsKept() throws {
        do {
            let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
            try fill(store, 1...5)
            _ = try make()
            try fill(store, 6...9)
        }
        let before = try folder.bytes("hall.db")
        let report = try restore()
        #expect(report.setAside == folder.file("hall.db.before-restore-1"))
        #expect(try folder.bytes("hall.db.before-restore-1") == before)
        let opened = try ControllerStore.open(path: path, freshEpoch: try Samples.epoch(1))
        #expect(opened.report.outcome == .existing)
        #expect(opened.snapshot.meta.epoch == (try Samples.epoch(0xCCCC)))
        #expect(opened.snapshot.facts.map(\.number) == [1, 2, 3, 4, 5])
        #expect(opened.snapshot.tickets.isEmpty)
        let audit = try opened.store.audit(limit: 10)
        #expect(audit.map(\.entry.act) == [.restore])
        #expect(folder.names.filter { $0.contains("restoring") }.isEmpty)
    }

    @Test func aRestoredCentralAsksItsControllers() throws {
        let path = folder.file("central.db")
        do {
            let store = try CentralStore.open(path: path, freshEpoch: epoch).store
            try store.commit([.ticket(CentralTicket(ticket: try Samples.ticket(1)))])
            _ = try make(.central, of: path)
        }
        let report = try Backup.restore(
            copy, to: path, owner: .central, name: "central", epoch: try Samples.epoch(0xCCCC),
            audit: AuditEntry(at: .unknown, act: .restore, who: "uid 0", place: "nobatctl"))
        #expect(report.note.owner == .central)
        let opened = try CentralStore.open(path: path, freshEpoch: try Samples.epoch(1))
        #expect(opened.snapshot.meta.epoch == (try Samples.epoch(0xCCCC)))
        #expect(opened.snapshot.meta.unsettledRank > 0)
        #expect(opened.snapshot.tickets.count == 1)
        #expect(
            try opened.store.newestHistory(day: opened.snapshot.meta.day).map(\.entry)
                == [.rebuilding(try Samples.epoch(0xCCCC))])
    }

    @Test func aDatabaseInUseIsNotReplaced() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try fill(store, 1...3)
        _ = try make()
        let names = folder.names
        let error = try #require(throws: StoreError.self) { try restore() }
        #expect(error.kind == .busy)
        #expect(error.sentence.contains("stop nobatd first"))
        #expect(folder.names == names)
        try fill(store, 4...4)
    }

    @Test func theWrongBackupIsNotPutBack() throws {
        do {
            let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
            try fill(store, 1...3)
            _ = try make()
        }
        let names = folder.names
        for (owner, name) in [(StoreOwner.central, "central"), (.controller, "hall-b")] {
            let error = try #require(throws: StoreError.self) {
                try restore(owner: owner, name: name)
            }
            #expect(error.sentence.contains("take its own backup"))
        }
        // A database is no backup, whoever copied it.
        try folder.copyDatabase("hall.db", to: "plain")
        let plain = try #require(throws: StoreError.self) { try restore(folder.file("plain")) }
        #expect(plain.sentence.contains("is not a backup"))
        let none = try #require(throws: StoreError.self) { try restore(folder.file("none")) }
        #expect(none.sentence.contains("there is no file"))
        try FileManager.default.removeItem(atPath: folder.file("plain"))
        #expect(folder.names == names)
    }

    @Test func aBackupOfNewerTablesIsNotPutBack() throws {
        do { _ = try ControllerStore.open(path: path, freshEpoch: epoch).store }
        _ = try make()
        let queue = try DatabaseQueue(path: copy)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        let error = try #require(throws: StoreError.self) { try restore() }
        #expect(error.sentence.contains("install the newer release first"))
    }

    @Test func aDamagedBackupIsNotPutBack() throws {
        do {
            let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
            try fill(store, 1...200)
            _ = try make()
        }
        let good = try folder.bytes("hall.backup")
        var dice = Dice(state: 4_711)
        // Bits within texts and numbers, which SQLite's own check passes over, among them.
        for _ in 0..<60 {
            var bad = good
            let at = Int.random(in: 0..<bad.count, using: &dice)
            bad[at] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &dice)
            try folder.write(bad, to: "bad")
            #expect(throws: StoreError.self, "bit at \(at)") {
                try restore(folder.file("bad"))
            }
        }
        for count in [0, 100, good.count / 2, good.count - 1] {
            try folder.write(good.prefix(count), to: "bad")
            #expect(throws: StoreError.self) { try restore(folder.file("bad")) }
        }
        try folder.write(Data("no database at all, just some text\n".utf8), to: "bad")
        #expect(throws: StoreError.self) { try restore(folder.file("bad")) }
        #expect(folder.names.filter { $0.contains("before-restore") }.isEmpty)
        _ = try restore()
    }
}
