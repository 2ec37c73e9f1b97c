// SPDX-License-Identifier: Apache-2.0

// How a database is opened: taken for this process alone, looked at before it is trusted, set aside
// when it can't be, and otherwise brought to the present version and read back whole.

import GRDB

/// Opens databases of one schema.
struct Opening<Rows> {
    /// An open database, what was read from it, and what was found.
    struct Opened {
        let file: DatabaseFile
        let rows: Rows
        let report: OpeningReport
    }

    /// What the database has to be.
    let schema: Schema
    /// Writes the rows that an empty database begins with.
    let fresh: @Sendable (Database) throws -> Void
    /// Reads everything that the machine starts from.
    let load: (Database) throws -> Rows
    /// The largest database that is checked whole; tests lower it.
    var wholeCheckBytesMax = StoreLimits.wholeCheckBytesMax

    /// Why a database is set aside.
    private struct Unusable: Error {
        let why: OpeningReport.Why
        let reason: String
    }

    /// Opens the database at `path`, or sets it aside and makes an empty one.
    func open(path given: String) throws(StoreError) -> Opened {
        let path = try Directory.resolve(given)
        let lock = try FileLock(database: path)
        do {
            var outcome = OpeningReport.Outcome.fresh
            var looked: DatabaseFile?
            do {
                if try find(path) { return try attempt(path, lock, outcome: .existing, &looked) }
            } catch let unusable as Unusable {
                // Renamed while it is open, since closing it would delete its journal.
                let target = try SetAside.move(path, why: unusable.why)
                looked?.close()
                outcome = .replaced(unusable.why, reason: unusable.reason, movedTo: target)
            }
            var made: DatabaseFile?
            let opened = try attempt(path, lock, outcome: outcome, &made)
            try Directory.sync(containing: path)
            return opened
        } catch {
            throw StoreError(error, action: "open", path: path)
        }
    }

    /// Whether there is a database to be looked at.
    private func find(_ path: String) throws -> Bool {
        if SetAside.isOrphaned(path) {
            throw Unusable(why: .damaged, reason: "its journal was there without it")
        }
        guard let size = try Directory.size(of: path) else { return false }
        // SQLite would take an empty file for a new database, and throw its journal away.
        if size == 0 { throw Unusable(why: .damaged, reason: "the file is empty") }
        return true
    }

    private func attempt(
        _ path: String, _ lock: FileLock, outcome: OpeningReport.Outcome,
        _ file: inout DatabaseFile?
    ) throws -> Opened {
        do {
            return try read(path, lock, outcome: outcome, into: &file)
        } catch let error as DatabaseError where outcome == .existing && Self.tellsDamage(error) {
            let reason = error.message ?? error.resultCode.description
            throw Unusable(why: .damaged, reason: reason)
        } catch let error as BadRow where outcome == .existing {
            throw Unusable(why: .damaged, reason: error.what)
        }
    }

    private func read(
        _ path: String, _ lock: FileLock, outcome: OpeningReport.Outcome,
        into opened: inout DatabaseFile?
    ) throws -> Opened {
        let file = try DatabaseFile(path: path, lock: lock)
        opened = file
        if outcome == .existing { try file.direct { db in try identify(db) } }
        let durability = try file.establish()
        var isWhole = true
        if outcome == .existing {
            isWhole = try (Directory.size(of: path) ?? 0) <= wholeCheckBytesMax
            try file.direct { db in try check(db, whole: isWhole) }
        }
        try file.migrate(schema, fresh: fresh)
        try file.probe(schema)
        let rows = try file.direct { db in try load(db) }
        let report = OpeningReport(
            path: path, outcome: outcome, journalMode: durability.journalMode,
            synchronous: durability.synchronous, wasWhollyChecked: isWhole)
        return Opened(file: file, rows: rows, report: report)
    }

    /// Whether the error is of the contents: pages that don't fit together, tables or columns that
    /// are not there, rows that break the tables' own rules.
    private static func tellsDamage(_ error: DatabaseError) -> Bool {
        if StoreError.kind(of: error) == .corrupt { return true }
        let codes: [ResultCode] = [.SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_CONSTRAINT]
        return codes.contains(error.resultCode)
    }

    /// Whether the database is one of ours, and of a version that we know.
    private func identify(_ db: Database) throws {
        let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if mark == 0, version == 0 {
            // A first start that was cut short has left nothing but the list of steps.
            let sql = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
            if try Int.fetchOne(db, sql: sql) == 0 { return }
        }
        guard mark == schema.applicationID else {
            throw Unusable(why: .foreign, reason: "it is not a database of \(schema.owner)")
        }
        guard (1...schema.version).contains(version) else {
            throw Unusable(
                why: .foreign,
                reason: "it is of version \(version), and this program knows 1 to \(schema.version)"
            )
        }
    }

    /// Whether the pages fit together: all of them, or those of the live tables.
    private func check(_ db: Database, whole: Bool) throws {
        let most = StoreLimits.findingsMax
        var findings: [String] = []
        if whole {
            findings = try String.fetchAll(db, sql: "PRAGMA quick_check(\(most))")
        } else {
            for table in schema.liveTables where try db.tableExists(table.name) {
                findings += try String.fetchAll(db, sql: "PRAGMA quick_check(\(table.name))")
            }
        }
        let bad = findings.filter { $0 != "ok" }.prefix(most)
        guard bad.isEmpty else {
            let said = bad.joined(separator: "; ").split(separator: "\n").joined(separator: ", ")
            throw Unusable(why: .damaged, reason: said)
        }
    }
}
