// SPDX-License-Identifier: Apache-2.0

// What the disk refuses is an error with a sentence, and never costs a row or a file.

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

struct StoreErrorTests {
    let folder: TestFolder
    let path: String
    let epoch: Epoch

    init() throws {
        folder = try TestFolder()
        path = folder.file("nobat.db")
        epoch = try Samples.epoch(0xAAAA)
    }

    func failure(_ path: String) throws -> StoreError {
        try #require(
            #expect(throws: StoreError.self) {
                _ = try ControllerStore.open(path: path, freshEpoch: epoch)
            })
    }

    @Test func aFullDisk_isSaid_andCommitsWorkAgainWhenThereIsRoom() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.commit([.fact(Numbered(1, .reportBegan))])
        let before = try store.snapshot()
        try store.execute("PRAGMA max_page_count = 12")
        var changes: [ControllerChange] = [.fact(Numbered(2, .reportEnded))]
        changes += try (1...2_000).map { .ticket(HeldTicket(ticket: try Samples.ticket($0))) }
        let error = #expect(throws: StoreError.self) { try store.commit(changes) }
        #expect(error?.kind == .full)
        #expect(error?.sentence.contains(path) == true)
        #expect(error?.sentence.contains("free some space") == true)
        #expect(try store.snapshot() == before)
        try store.execute("PRAGMA max_page_count = 1000000")
        try store.commit(changes)
        #expect(try store.snapshot().tickets.count == 2_000)
        #expect(try store.snapshot().facts.count == 2)
    }

    @Test func aMissingDirectory_isNamed() throws {
        let error = try failure(folder.file("none/nobat.db"))
        #expect(error.kind == .other)
        #expect(error.sentence.contains(folder.file("none")))
        #expect(error.sentence.contains("create the directory"))
        #expect(folder.names.isEmpty)
    }

    @Test func aFileInPlaceOfTheDirectory_isNamed() throws {
        try folder.write(Data(), to: "file")
        #expect(try failure(folder.file("file/nobat.db")).sentence.contains("Not a directory"))
    }

    @Test func aDirectoryInPlaceOfTheDatabase_staysWhereItIs() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
        #expect(try failure(path).sentence.contains("is not a file"))
        #expect(folder.names.contains("nobat.db"))
    }

    @Test(arguments: ["", "/", ".", "a/.."])
    func aPathWithoutAName_isAnError(_ path: String) throws {
        #expect(throws: StoreError.self) {
            _ = try ControllerStore.open(path: path, freshEpoch: epoch)
        }
    }

    #if os(Linux)
        /// As another user, which the thread alone becomes: root may write anywhere.
        func asNobody<Value>(_ body: () throws -> Value) throws -> Value {
            typealias SetUser = @convention(c) (uid_t) -> CInt
            let setUser = unsafeBitCast(
                try #require(dlsym(nil, "setfsuid")), to: SetUser.self)
            let user = setUser(65_534)
            defer { _ = setUser(uid_t(user)) }
            return try body()
        }

        @Test func aReadOnlyDirectory_isSaid_andNothingIsSetAside() throws {
            chmod(folder.path, 0o555)
            defer { chmod(folder.path, 0o755) }
            let error = try asNobody { try failure(path) }
            #expect(error.kind == .readOnly)
            #expect(error.sentence.contains(path))
            #expect(error.sentence.contains("writable"))
            #expect(folder.names.isEmpty)
        }

        @Test func aReadOnlyDatabase_isSaid_andNothingIsSetAside() throws {
            _ = try ControllerStore.open(path: path, freshEpoch: epoch)
            chmod(path, 0o444)
            chmod(path + ".lock", 0o666)
            chmod(folder.path, 0o777)
            let error = try asNobody { try failure(path) }
            #expect(error.kind == .readOnly)
            #expect(folder.names.allSatisfy { !$0.contains("-1") })
            chmod(path, 0o644)
            let opened = try ControllerStore.open(path: path, freshEpoch: Samples.epoch(2))
            #expect(opened.snapshot.meta.epoch == epoch)
        }
    #endif

    @Test func anotherWriter_isBusy_andTheCommitCanBeRepeated() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        let other = try DatabaseQueue(path: path)
        let fact = ControllerChange.fact(Numbered(1, .reportBegan))
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let error = #expect(throws: StoreError.self) { try store.commit([fact]) }
            #expect(error?.kind == .busy)
            try db.execute(sql: "ROLLBACK")
        }
        try store.commit([fact])
    }

    @Test func damageWhileRunning_isCorrupt() throws {
        let store = try ControllerStore.open(path: path, freshEpoch: epoch).store
        try store.execute("UPDATE meta SET epoch = 'xyz'")
        let error = #expect(throws: StoreError.self) { _ = try store.snapshot() }
        #expect(error?.kind == .corrupt)
        #expect(error?.sentence.contains("column epoch of table meta") == true)
    }

    @Test(arguments: [
        (ResultCode.SQLITE_FULL, StoreError.Kind.full), (.SQLITE_READONLY, .readOnly),
        (.SQLITE_READONLY_DIRECTORY, .readOnly), (.SQLITE_IOERR_FSYNC, .io),
        (.SQLITE_IOERR_CORRUPTFS, .corrupt), (.SQLITE_CORRUPT, .corrupt),
        (.SQLITE_NOTADB, .corrupt), (.SQLITE_BUSY_RECOVERY, .busy),
        (.SQLITE_CONSTRAINT_PRIMARYKEY, .inconsistent), (.SQLITE_CANTOPEN, .other),
    ])
    func sqliteCodes_haveTheirKind(_ code: ResultCode, _ kind: StoreError.Kind) {
        let error = StoreError(
            DatabaseError(resultCode: code, message: "said"), action: "write", path: "/x.db")
        #expect(error.kind == kind)
        #expect(error.sentence.hasPrefix("can't write /x.db: said (SQLite \(code.rawValue)); "))
    }
}
