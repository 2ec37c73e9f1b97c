// SPDX-License-Identifier: Apache-2.0

// What a backup says of itself, in a table that no running database has.

import GRDB
import QueueCore

/// Whose database it is.
public enum StoreOwner: String, Codable, CaseIterable, Sendable {
    case controller, central

    /// The program that keeps it.
    public var program: String { self == .controller ? "nobatd" : "nobat-central" }

    var schema: Schema { self == .controller ? .controller : .central }

    /// The epoch of a database's log, and a look at every row that the daemon would start from.
    func epoch(in db: Database) throws -> Epoch {
        switch self {
        case .controller: try ControllerRows.load(db).snapshot.meta.epoch
        case .central: try CentralRows.load(db).snapshot.meta.epoch
        }
    }
}

/// What a backup says of itself.
public struct BackupNote: Hashable, Sendable {
    /// Whose database it is a copy of.
    public var owner: StoreOwner
    /// The name of the controller, or `central`.
    public var name: String
    /// The epoch that the log had.
    public var epoch: String
    /// The version of the tables.
    public var schema: Int
    /// The version of the program that made it.
    public var program: String
    /// When, as ISO 8601, UTC, by the clock of that machine.
    public var madeAt: String

    /// What it is, for a person.
    public var sentence: String {
        let what = owner == .controller ? "the controller \(name)" : "the central"
        return "a backup of \(what), made \(madeAt) by version \(program), epoch \(epoch), "
            + "tables of version \(schema)"
    }
}

extension BackupNote {
    static let table = "backup"
    /// Stands for the seal while the seal is reckoned.
    static let blank = String(repeating: "0", count: 64)

    func write(in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE \(Self.table) (
                    owner TEXT NOT NULL, name TEXT NOT NULL, epoch TEXT NOT NULL,
                    schema INTEGER NOT NULL, program TEXT NOT NULL, made_at TEXT NOT NULL,
                    seal TEXT NOT NULL
                ) STRICT
                """)
        try db.execute(
            sql: "INSERT INTO \(Self.table) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [owner.rawValue, name, epoch, schema, program, madeAt, "seal:" + Self.blank])
    }

    /// The note and the seal of a backup; nil when it is no backup.
    static func read(in db: Database) throws -> (note: BackupNote, seal: String)? {
        guard try db.tableExists(table),
            let row = try Row.fetchOne(
                db,
                sql: "SELECT owner, name, epoch, schema, program, made_at, seal FROM \(table)"),
            let owner = String.fromDatabaseValue(row[0]).flatMap(StoreOwner.init(rawValue:)),
            let name = String.fromDatabaseValue(row[1]),
            let epoch = String.fromDatabaseValue(row[2]),
            let schema = Int.fromDatabaseValue(row[3]),
            let program = String.fromDatabaseValue(row[4]),
            let madeAt = String.fromDatabaseValue(row[5]),
            let seal = String.fromDatabaseValue(row[6]), seal.hasPrefix("seal:"),
            seal.utf8.count == 5 + blank.utf8.count
        else { return nil }
        let note = BackupNote(
            owner: owner, name: name, epoch: epoch, schema: schema, program: program,
            madeAt: madeAt)
        return (note, String(seal.dropFirst(5)))
    }
}
