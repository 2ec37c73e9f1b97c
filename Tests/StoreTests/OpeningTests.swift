// SPDX-License-Identifier: Apache-2.0

// What is found at the path when a store is opened: sound, damaged, somebody else's, or in use.

import Foundation
import GRDB
import QueueCore
import Testing

@testable import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct OpeningTests {
    let folder: TestFolder
    let path: String
    let epoch: Epoch
    let second: Epoch

    init() throws {
        folder = try TestFolder()
        path = folder.file("nobat.db")
        epoch = try Samples.epoch(0xAAAA)
        second = try Samples.epoch(0xBBBB)
    }

    /// A closed database of some dozens of pages.
    func makeLarge() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.commit(
            try (1...4_000).map { .ticket(HeldTicket(ticket: try Samples.ticket($0))) })
        try store.commit((1...2_000).map { .fact(Numbered($0, .reportBegan)) })
    }

    /// Opens, expects the database to be replaced, and returns why and where it is now.
    func expectReplaced(_ why: OpeningReport.Why, _ target: String) throws -> String {
        let opened = try ControllerStore.open(path: path, freshEpoch: second)
        #expect(opened.snapshot == ControllerSnapshot(epoch: second))
        guard case .replaced(why, let reason, let movedTo) = opened.report.outcome else {
            Issue.record("\(opened.report.outcome)")
            return ""
        }
        #expect(movedTo == folder.file(target))
        #expect(opened.report.sentence.contains(movedTo))
        #expect(opened.report.sentence.contains(reason))
        try opened.store.commit([.fact(Numbered(1, .reportBegan))])
        #expect(folder.names.contains("nobat.db"))
        return reason
    }

    @Test func durabilitySettings_areReadBack() throws {
        let report = try ControllerStore.open(path: path, freshEpoch: epoch).report
        #expect(report.journalMode == "wal")
        #expect(report.synchronous == 2)
        #expect(report.wasWhollyChecked)
        let again = try ControllerStore.open(path: path, freshEpoch: epoch).report
        #expect(again.journalMode == "wal")
        #expect(again.synchronous == 2)
    }

    @Test func marks_areInTheFile() throws {
        _ = try ControllerStore.open(path: path, freshEpoch: epoch)
        let central = folder.file("central.db")
        _ = try CentralStore.open(path: central, freshEpoch: epoch)
        let marks: [(String, String, UInt8)] = [(path, "NBCT", 3), (central, "NBCN", 4)]
        for (path, mark, version) in marks {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(String(decoding: bytes[68..<72], as: UTF8.self) == mark)
            #expect(Array(bytes[60..<64]) == [0, 0, 0, version])
        }
    }

    @Test(arguments: ["header", "middle", "truncated", "text", "empty"])
    func aDamagedDatabase_isSetAsideAsItWas(_ how: String) throws {
        try makeLarge()
        var bytes = try folder.bytes("nobat.db")
        #expect(bytes.count > 50 * 4_096)
        switch how {
        case "header": bytes.replaceSubrange(0..<16, with: Data(repeating: 0x58, count: 16))
        case "middle":
            let half = bytes.count / 2
            bytes.replaceSubrange(half..<half + 9_000, with: Data(repeating: 0xA5, count: 9_000))
        case "truncated": bytes = bytes.prefix(bytes.count / 2)
        case "text": bytes = Data(repeating: 0x61, count: 10_000)
        default: bytes = Data()
        }
        try folder.write(bytes, to: "nobat.db")
        #expect(try !expectReplaced(.damaged, "nobat.db.damaged-1").isEmpty)
        #expect(try folder.bytes("nobat.db.damaged-1") == bytes)
    }

    /// No row of the history is read at the start: only the check of the pages can find this.
    @Test func damageInTheHistory_isFound_unlessTheDatabaseIsTooLargeToCheck() throws {
        do {
            let store = try CentralStore.open(path: path, freshEpoch: epoch).store
            let line = CentralChange.history(day: ServiceDay(1), .dayTurned(ServiceDay(1)))
            try store.commit([CentralChange](repeating: line, count: 5_000))
        }
        var bytes = try folder.bytes("nobat.db")
        let half = bytes.count / 2
        bytes.replaceSubrange(half..<half + 9_000, with: Data(repeating: 0xA5, count: 9_000))
        try folder.write(bytes, to: "nobat.db")
        do {
            var opening = Opening(schema: .central, fresh: { _ in }, load: CentralRows.load)
            opening.wholeCheckBytesMax = Int64(bytes.count) - 1
            let opened = try opening.open(path: path)
            #expect(opened.report.outcome == .existing)
            #expect(!opened.report.wasWhollyChecked)
            #expect(opened.rows.snapshot.meta.epoch == epoch)
        }
        let opened = try CentralStore.open(path: path, freshEpoch: second)
        #expect(opened.snapshot == CentralSnapshot(epoch: second))
        #expect(opened.report.wasWhollyChecked)
        guard case .replaced(.damaged, _, folder.file("nobat.db.damaged-1")) = opened.report.outcome
        else {
            Issue.record("\(opened.report.outcome)")
            return
        }
    }

    @Test func whatWasSetAsideBefore_isKept() throws {
        let old = Data("evidence".utf8)
        try folder.write(old, to: "nobat.db.damaged-1")
        try folder.write(old, to: "nobat.db.damaged-2-wal")
        try folder.write(Data("not a database at all".utf8), to: "nobat.db")
        _ = try expectReplaced(.damaged, "nobat.db.damaged-3")
        #expect(try folder.bytes("nobat.db.damaged-1") == old)
        #expect(try folder.bytes("nobat.db.damaged-2-wal") == old)
        #expect(try folder.bytes("nobat.db.damaged-3") == Data("not a database at all".utf8))
    }

    @Test(arguments: [0, 4, -1])
    func anotherVersion_isForeign(_ version: Int) throws {
        do {
            let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
            try store.execute("PRAGMA user_version = \(version)")
        }
        let reason = try expectReplaced(.foreign, "nobat.db.foreign-1")
        #expect(reason.contains("version \(version)"))
    }

    @Test func theOtherDaemonsDatabase_isForeign() throws {
        _ = try CentralStore.open(path: path, freshEpoch: epoch)
        let reason = try expectReplaced(.foreign, "nobat.db.foreign-1")
        #expect(reason.contains("a Nobat controller"))
        let kept = try CentralStore.open(
            path: folder.file("nobat.db.foreign-1"), freshEpoch: second)
        #expect(kept.snapshot.meta.epoch == epoch)
    }

    @Test func anotherProgramsDatabase_isForeignAndUnchanged() throws {
        do {
            let queue = try DatabaseQueue(path: path)
            try queue.write { db in try db.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        }
        let before = try folder.bytes("nobat.db")
        _ = try expectReplaced(.foreign, "nobat.db.foreign-1")
        #expect(try folder.bytes("nobat.db.foreign-1") == before)
    }

    /// The newest rows of a database that was not closed are in its journal alone.
    @Test func theJournal_goesAsideWithItsDatabase() throws {
        let live = folder.file("live.db")
        let store = try ControllerStore.open(path: live, freshEpoch: epoch).store
        try store.commit([.ticket(HeldTicket(ticket: try Samples.ticket(1)))])
        try store.execute("PRAGMA user_version = 9")
        try folder.copyDatabase("live.db", to: "nobat.db")
        let journal = try folder.bytes("nobat.db-wal")
        #expect(!journal.isEmpty)
        _ = try expectReplaced(.foreign, "nobat.db.foreign-1")
        #expect(try folder.bytes("nobat.db.foreign-1-wal") == journal)
        let count = try DatabaseQueue(path: folder.file("nobat.db.foreign-1")).read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM tickets")
        }
        #expect(count == 1)
    }

    @Test func aJournalWithoutItsDatabase_isSetAside() throws {
        try folder.write(Data(repeating: 7, count: 100), to: "nobat.db-wal")
        let opened = try ControllerStore.open(path: path, freshEpoch: second)
        guard
            case .replaced(.damaged, _, folder.file("nobat.db.damaged-1-wal")) =
                opened.report.outcome
        else {
            Issue.record("\(opened.report.outcome)")
            return
        }
        #expect(try folder.bytes("nobat.db.damaged-1-wal") == Data(repeating: 7, count: 100))
    }

    @Test(arguments: [
        "DELETE FROM meta", "DROP TABLE booths", "UPDATE meta SET epoch = 'xyz'",
        "UPDATE tickets SET number = 'A1000'", "UPDATE tickets SET class = 'royal'",
        "UPDATE tickets SET booth = 256", "UPDATE tickets SET returned = 2",
        "DELETE FROM facts WHERE number = 2", "UPDATE facts SET kind = 'danced' WHERE number = 1",
        "ALTER TABLE marks RENAME COLUMN through TO until",
    ])
    func rowsThatNoVersionWrote_areDamage(_ sql: String) throws {
        do {
            let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
            try store.commit([.ticket(HeldTicket(ticket: try Samples.ticket(1)))])
            try store.commit((1...3).map { .fact(Numbered($0, .reportBegan)) })
            try store.execute(sql)
        }
        _ = try expectReplaced(.damaged, "nobat.db.damaged-1")
    }

    @Test func aFirstStartCutShort_isNoDamage() throws {
        do {
            let queue = try DatabaseQueue(path: path)
            try queue.write { db in
                let sql = "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"
                try db.execute(sql: sql)
            }
        }
        let opened = try ControllerStore.open(path: path, freshEpoch: second)
        #expect(opened.snapshot == ControllerSnapshot(epoch: second))
        #expect(folder.names.filter { $0.contains("-1") }.isEmpty)
    }

    @Test func aSecondOpener_isRefusedByName() throws {
        let first = try ControllerStore.open(path: path, freshEpoch: epoch).store
        for spelling in [path, folder.path + "/./nobat.db"] {
            let error = #expect(throws: StoreError.self) {
                _ = try ControllerStore.open(path: spelling, freshEpoch: second)
            }
            #expect(error?.kind == .busy)
            #expect(error?.sentence.contains(path) == true)
            #expect(error?.sentence.contains("this process") == true)
        }
        try first.commit([.fact(Numbered(1, .reportBegan))])
    }

    @Test func theLock_isOfTheProcessThatHoldsIt() throws {
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        holder.arguments = ["-x", "--no-fork", path + ".lock", "sleep", "60"]
        try holder.run()
        defer {
            kill(holder.processIdentifier, SIGKILL)
            holder.waitUntilExit()
        }
        // Until the other process has the lock, opening succeeds, and closes again.
        var refused: StoreError?
        for _ in 0..<1_000 where refused == nil {
            do throws(StoreError) {
                _ = try ControllerStore.open(path: path, freshEpoch: epoch)
            } catch { refused = error }
        }
        #expect(refused?.kind == .busy)
        #expect(refused?.sentence.contains(path + ".lock") == true)
    }

    @Test func theLock_endsWithTheStore() throws {
        for _ in 0..<3 { _ = try ControllerStore.open(path: path, freshEpoch: epoch) }
        #expect(folder.names == ["nobat.db", "nobat.db.lock"])
    }
}
