// SPDX-License-Identifier: Apache-2.0

// The audit: rows that are added and never changed. SQLite itself refuses to change or remove one,
// and each holds a digest over itself and the one before, so that what was changed by other means
// shows. Only the oldest go, when there are more than the audit keeps.

import GRDB
import QueueCore

enum AuditTable {
    /// The step of both schemas that brings the audit.
    static let step = Schema.Step(name: "2-audit", sql: sql)

    private static let sql = """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, act TEXT NOT NULL,
            subject TEXT NOT NULL, who TEXT NOT NULL, place TEXT NOT NULL, outcome TEXT NOT NULL,
            detail TEXT NOT NULL, chain TEXT NOT NULL
        ) STRICT;
        CREATE TABLE audit_bound (
            id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL, chain TEXT NOT NULL
        ) STRICT;
        INSERT INTO audit_bound VALUES (1, 0, '');
        CREATE TRIGGER audit_is_added_to BEFORE INSERT ON audit
            WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence)
            BEGIN SELECT RAISE(ABORT, 'a row of the audit is never replaced'); END;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'a row of the audit is never changed'); END;
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
            WHEN OLD.sequence > (SELECT through FROM audit_bound)
            BEGIN SELECT RAISE(ABORT, 'a row of the audit is never removed'); END;
        CREATE TRIGGER audit_bound_is_kept BEFORE DELETE ON audit_bound
            BEGIN SELECT RAISE(ABORT, 'the bound of the audit is never removed'); END;
        CREATE TRIGGER audit_bound_is_one BEFORE INSERT ON audit_bound
            BEGIN SELECT RAISE(ABORT, 'the bound of the audit is never replaced'); END;
        CREATE TRIGGER audit_bound_moves_on BEFORE UPDATE ON audit_bound
            WHEN NEW.through < OLD.through
                OR NEW.through > (SELECT max(sequence) FROM audit) - \(StoreLimits.auditRowsMax)
            BEGIN SELECT RAISE(ABORT, 'only the oldest rows of the audit go'); END;
        """

    private static let columns = "sequence, at, act, subject, who, place, outcome, detail, chain"

    /// Adds rows; the transaction is the caller's.
    static func append(_ entries: [AuditEntry], in db: Database) throws {
        guard !entries.isEmpty else { return }
        var (sequence, chain) = try last(in: db)
        for entry in entries {
            sequence += 1
            chain = digest(sequence, entry, after: chain)
            try db.run(
                "INSERT INTO audit (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    Int64(clamping: sequence).databaseValue, entry.at.seconds.databaseValue,
                    entry.act.rawValue.databaseValue, entry.subject.databaseValue,
                    entry.who.databaseValue, entry.place.databaseValue,
                    entry.outcome.databaseValue, entry.detail.databaseValue, chain.databaseValue,
                ])
        }
        try prune(from: sequence - UInt64(entries.count), through: sequence, in: db)
    }

    /// Rows after a number, within times of the wall clock, oldest first. Rows without a time are
    /// among them: nobody can say that they are not meant.
    static func lines(
        after: UInt64, from: Int64, to: Int64, limit: Int, in db: Database
    ) throws -> [AuditLine] {
        let sql =
            "SELECT \(columns), coalesce((SELECT chain FROM audit AS b WHERE b.sequence = "
            + "audit.sequence - 1), (SELECT chain FROM audit_bound)) AS before FROM audit "
            + "WHERE sequence > ? AND (at = 0 OR at BETWEEN ? AND ?) ORDER BY sequence LIMIT ?"
        let statement = try db.cachedStatement(sql: sql)
        let arguments: StatementArguments = [Int64(clamping: after), from, to, limit]
        return try Row.fetchAll(statement, arguments: arguments).map(line)
    }

    /// The last act of a kind on a subject.
    static func last(_ act: AuditAct, on subject: String, in db: Database) throws -> AuditEntry? {
        let sql =
            "SELECT \(columns), chain AS before FROM audit WHERE act = ? AND subject = ? "
            + "ORDER BY sequence DESC LIMIT 1"
        return try Row.fetchOne(db, sql: sql, arguments: [act.rawValue, subject])
            .map { try line($0).entry }
    }

    private static func line(_ row: Row) throws -> AuditLine {
        guard let sequence = Int64.fromDatabaseValue(row[0]).flatMap(UInt64.init(exactly:)),
            let at = Int64.fromDatabaseValue(row[1]),
            let act = String.fromDatabaseValue(row[2]).flatMap(AuditAct.init(rawValue:))
        else { throw BadRow(what: "a row of table audit is not as any version writes it") }
        let text = { (place: Int) in String.fromDatabaseValue(row[place]) ?? "" }
        var entry = AuditEntry(
            at: WallTime(at), act: act, subject: text(3), who: text(4), place: text(5),
            outcome: text(6), detail: text(7))
        let chain = text(8)
        let isWhole = digest(sequence, entry, after: text(9)) == chain
        entry.at = WallTime(at)
        return AuditLine(sequence: sequence, entry: entry, chain: chain, isWhole: isWhole)
    }

    private static func last(in db: Database) throws -> (sequence: UInt64, chain: String) {
        let newest = "SELECT sequence, chain FROM audit ORDER BY sequence DESC LIMIT 1"
        let bound = "SELECT through, chain FROM audit_bound"
        guard let row = try Row.fetchOne(db, sql: newest) ?? Row.fetchOne(db, sql: bound),
            let sequence = Int64.fromDatabaseValue(row[0]), sequence >= 0,
            let chain = String.fromDatabaseValue(row[1])
        else { throw BadRow(what: "the table audit_bound is empty") }
        return (UInt64(sequence), chain)
    }

    private static func prune(
        from before: UInt64, through sequence: UInt64, in db: Database
    ) throws {
        let most = UInt64(StoreLimits.auditRowsMax)
        // In lots, so that not each row costs the removal of another.
        guard sequence > most, before / 64 != sequence / 64 else { return }
        let through = Int64(clamping: sequence - most)
        try db.run(
            "UPDATE audit_bound SET through = ?1, chain = (SELECT chain FROM audit WHERE "
                + "sequence = ?1) WHERE id = 1",
            [through.databaseValue])
        try db.run("DELETE FROM audit WHERE sequence <= ?", [through.databaseValue])
    }

    private static func digest(
        _ sequence: UInt64, _ entry: AuditEntry, after chain: String
    ) -> String {
        let parts = [
            chain, "\(sequence)", "\(entry.at.seconds)", entry.act.rawValue, entry.subject,
            entry.who, entry.place, entry.outcome, entry.detail,
        ]
        return SHA256.hex(parts.joined(separator: "\u{1F}").utf8)
    }
}
