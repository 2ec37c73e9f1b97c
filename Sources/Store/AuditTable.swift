// SPDX-License-Identifier: Apache-2.0

// The audit: rows that are added and never changed. SQLite itself refuses to change or remove one,
// and each holds a digest over itself and the one before, so that what was changed by other means
// shows. Only the oldest go, when there are more than the audit keeps.

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
    static func append(_ entries: [AuditEntry], in db: any RowBase) throws {
        guard !entries.isEmpty else { return }
        var (sequence, chain) = try last(in: db)
        for entry in entries {
            sequence += 1
            chain = digest(sequence, entry, after: chain)
            try db.run(
                "INSERT INTO audit (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    ColumnValue(Int64(clamping: sequence)), ColumnValue(entry.at.seconds),
                    ColumnValue(entry.act.rawValue), ColumnValue(entry.subject),
                    ColumnValue(entry.who), ColumnValue(entry.place),
                    ColumnValue(entry.outcome), ColumnValue(entry.detail), ColumnValue(chain),
                ])
        }
        try prune(from: sequence - UInt64(entries.count), through: sequence, in: db)
    }

    /// Rows after a number, within times of the wall clock, oldest first. Rows without a time are
    /// among them: nobody can say that they are not meant.
    static func lines(
        after: UInt64, from: Int64, to: Int64, limit: Int, in db: any RowBase
    ) throws -> [AuditLine] {
        let sql =
            "SELECT \(columns), coalesce((SELECT chain FROM audit AS b WHERE b.sequence = "
            + "audit.sequence - 1), (SELECT chain FROM audit_bound)) AS before FROM audit "
            + "WHERE sequence > ? AND (at = 0 OR at BETWEEN ? AND ?) ORDER BY sequence LIMIT ?"
        let arguments = [
            ColumnValue(Int64(clamping: after)), ColumnValue(from), ColumnValue(to),
            ColumnValue(limit),
        ]
        var lines: [AuditLine] = []
        try db.fetch(sql, arguments) { row in lines.append(try line(row)) }
        return lines
    }

    /// The last act of a kind on a subject.
    static func last(_ act: AuditAct, on subject: String, in db: any RowBase) throws -> AuditEntry?
    {
        let sql =
            "SELECT \(columns), chain AS before FROM audit WHERE act = ? AND subject = ? "
            + "ORDER BY sequence DESC LIMIT 1"
        var last: AuditEntry?
        try db.fetch(sql, [ColumnValue(act.rawValue), ColumnValue(subject)]) { row in
            last = try line(row).entry
        }
        return last
    }

    private static func line(_ row: [ColumnValue]) throws -> AuditLine {
        guard row.count == 10, case .integer(let number) = row[0],
            let sequence = UInt64(exactly: number), case .integer(let at) = row[1],
            case .text(let word) = row[2], let act = AuditAct(rawValue: word)
        else { throw BadRow(what: "a row of table audit is not as any version writes it") }
        let text = { (place: Int) -> String in
            guard case .text(let text) = row[place] else { return "" }
            return text
        }
        var entry = AuditEntry(
            at: WallTime(at), act: act, subject: text(3), who: text(4), place: text(5),
            outcome: text(6), detail: text(7))
        let chain = text(8)
        let isWhole = digest(sequence, entry, after: text(9)) == chain
        entry.at = WallTime(at)
        return AuditLine(sequence: sequence, entry: entry, chain: chain, isWhole: isWhole)
    }

    private static func last(in db: any RowBase) throws -> (sequence: UInt64, chain: String) {
        let newest = "SELECT sequence, chain FROM audit ORDER BY sequence DESC LIMIT 1"
        let bound = "SELECT through, chain FROM audit_bound"
        for sql in [newest, bound] {
            var found: (UInt64, String)?
            try db.fetch(sql, []) { row in
                guard row.count == 2, case .integer(let sequence) = row[0], sequence >= 0,
                    case .text(let chain) = row[1]
                else { throw BadRow(what: "the chain of table audit is not as we write it") }
                found = (UInt64(sequence), chain)
            }
            if let found { return found }
        }
        throw BadRow(what: "the table audit_bound is empty")
    }

    private static func prune(
        from before: UInt64, through sequence: UInt64, in db: any RowBase
    ) throws {
        let most = UInt64(StoreLimits.auditRowsMax)
        // In lots, so that not each row costs the removal of another.
        guard sequence > most, before / 64 != sequence / 64 else { return }
        let through = Int64(clamping: sequence - most)
        try db.run(
            "UPDATE audit_bound SET through = ?, chain = (SELECT chain FROM audit WHERE "
                + "sequence = ?) WHERE id = 1",
            [ColumnValue(through), ColumnValue(through)])
        try db.run("DELETE FROM audit WHERE sequence <= ?", [ColumnValue(through)])
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
