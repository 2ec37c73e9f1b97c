// SPDX-License-Identifier: Apache-2.0

// The one connection to a database, with the durability rule: what a commit has written is on the
// disk, through a power cut, when the commit returns.

import GRDB
import QueueCore

/// An open database that this process alone writes. Used from one thread at a time.
final class DatabaseFile: RowKeeper {
    /// The absolute path of the database.
    let path: String
    var place: String { path }
    private let lock: FileLock
    private let queue: DatabaseQueue
    /// What the audit says of the next commit, and is written with it.
    var alongside: [AuditEntry] = []

    /// Opens the connection and nothing more; ``establish()`` has to follow.
    init(path: String, lock: FileLock) throws {
        self.path = path
        self.lock = lock
        var configuration = Configuration()
        configuration.label = "nobat-store"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Double(StoreLimits.busyTimeoutMs) / 1_000)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    deinit { close() }

    /// Ends the connection; nothing can be done with it afterwards.
    func close() { try? queue.close() }

    /// Changes rows in one transaction, all or nothing; durable on return.
    func write<Value>(_ body: (any RowBase) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.write { db in
                let value = try body(db)
                try AuditTable.append(alongside, in: db)
                return value
            }
        } catch {
            throw StoreError(error, action: "write", path: path)
        }
    }

    /// Reads rows as of one moment.
    func read<Value>(_ body: (any RowBase) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.read { db in try body(db) }
        } catch {
            throw StoreError(error, action: "read", path: path)
        }
    }

    /// Runs outside of a transaction, errors as they come; for opening and for tests.
    func direct<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.writeWithoutTransaction(body)
    }

    func execute(_ sql: String) throws { try direct { db in try db.execute(sql: sql) } }

    /// Brings the tables up to the schema's version, each step in a transaction of its own; the last one
    /// calls `fresh` when nothing is in them.
    func migrate(_ schema: Schema, fresh: @escaping @Sendable (Database) throws -> Void) throws {
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        for (index, step) in schema.steps.enumerated() {
            migrator.registerMigration(step.name) { db in
                try db.execute(sql: step.sql)
                try db.execute(sql: "PRAGMA application_id = \(schema.applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
                // A first start that was cut short between two steps has tables, and nothing in them.
                guard index == schema.version - 1 else { return }
                let isNew = try schema.liveTables.allSatisfy { table in
                    try Row.fetchOne(db, sql: "SELECT 1 FROM \(table.name) LIMIT 1") == nil
                }
                if isNew { try fresh(db) }
            }
        }
        try migrator.migrate(queue)
    }

    /// Sets what durability needs and reads it back: some file systems silently give less.
    func establish() throws -> (journalMode: String, synchronous: Int) {
        try direct { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") ?? "none"
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(StoreLimits.checkpointPages)")
            try db.execute(sql: "PRAGMA journal_size_limit = \(StoreLimits.journalBytesMax)")
            let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
            guard mode == "wal", synchronous == 2 else {
                throw StoreError(
                    kind: .other, path: path,
                    sentence: "\(path) can't be kept durably: SQLite gives journal mode \(mode) "
                        + "instead of wal and synchronous \(synchronous) instead of 2; put the "
                        + "database on a local disk, not on a network or special file system")
            }
            return (mode, synchronous)
        }
    }

    /// Writes what is there already: tells now, and not at the first press, that the file may not
    /// be written, that its disk is full or that another program is writing it. SQLite opens a file
    /// that may not be written for reading, and says nothing.
    func probe(_ schema: Schema) throws {
        try queue.write { db in
            try db.execute(sql: "PRAGMA user_version = \(schema.version)")
        }
    }
}
