// SPDX-License-Identifier: Apache-2.0

// A backup of a database in use: SQLite's online backup over a connection of its own, as of one moment,
// while presses go on. The file has its name only when it is whole.

import GRDB
import QueueCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Makes backups, and says what a file is.
public enum Backup {
    /// Copies the database at `database` to `target`, which must not exist, and returns what the copy
    /// says of itself. It is readable for this user alone. On any thread but the store's own.
    ///
    /// `name` is the controller's, or `central`; `madeAt` is ISO 8601.
    public static func make(
        of database: String, owner: StoreOwner, name: String, program: String, madeAt: String,
        at target: String
    ) throws(StoreError) -> BackupNote {
        let target = try place(target)
        let part = target + ".part"
        try checkRoom(for: database, at: target)
        do {
            // With 0600 from the first moment: patients' telephone numbers may be in it.
            _ = try Descriptor(part, O_RDWR | O_CREAT | O_EXCL)
        } catch  where Directory.exists(part) {
            throw StoreError(
                kind: .busy, path: part,
                sentence: "\(part) is there: another backup is being made, or one was cut short; "
                    + "in that case remove it")
        }
        do {
            var note = BackupNote(
                owner: owner, name: name, epoch: "", schema: owner.schema.version, program: program,
                madeAt: madeAt)
            note.epoch = try copy(database, to: part, note)
            try BackupSeal.write(part)
            _ = try look(at: part)
            try Directory.move(part, to: target)
            try Directory.sync(containing: target)
            return note
        } catch {
            for suffix in [""] + SetAside.companions { unlink(part + suffix) }
            throw StoreError(error, action: "back up to", path: target)
        }
    }

    /// What a file is, after all of it was looked at: it is a backup, whole, and of tables that this
    /// program knows. Every other file is an error that says what it is.
    public static func look(at path: String) throws(StoreError) -> BackupNote {
        guard try Directory.size(of: path) != nil else {
            throw StoreError(
                kind: .other, path: path, sentence: "there is no file \(path); look for its name")
        }
        let found: (note: BackupNote, seal: String)?
        let version: Int
        // Merely to open one with a journal would put files beside it.
        guard !(try hasJournal(path)) else { throw noBackup(path) }
        do {
            (found, version) = try read(path) { db in
                let marks = StoreOwner.allCases.map(\.schema.applicationID)
                let mark = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
                guard marks.contains(mark) else { return (nil, 0) }
                return (
                    try BackupNote.read(in: db),
                    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                )
            }
        } catch {
            throw damaged(path, "\((error as? DatabaseError)?.message ?? "\(error)")")
        }
        guard let found else { throw noBackup(path) }
        let known = found.note.owner.schema.version
        guard version <= known, found.note.schema <= known else {
            throw StoreError(
                kind: .other, path: path,
                sentence: "\(path) is \(found.note.sentence); this program knows tables up to "
                    + "version \(known): install the newer release first")
        }
        guard try BackupSeal.isWhole(path, seal: found.seal) else {
            throw damaged(path, "its bytes are not those that were sealed")
        }
        return found.note
    }

    private static func noBackup(_ path: String) -> StoreError {
        StoreError(
            kind: .other, path: path,
            sentence: "\(path) is not a backup that \"nobatctl backup\" has made; a database "
                + "that was copied by hand is not put back, since it may lack its last rows")
    }

    /// Whether a database is written with a journal beside it: bytes 18 and 19 of its file are 2.
    /// Source: "Database File Format", sqlite.org, 1.3.3.
    private static func hasJournal(_ path: String) throws(StoreError) -> Bool {
        let header = try Descriptor(path, O_RDONLY).read(20, path)
        return header.count == 20 && header[18] == 2
    }

    private static func damaged(_ path: String, _ why: String) -> StoreError {
        StoreError(
            kind: .corrupt, path: path,
            sentence: "\(path) is damaged (\(why)), and nothing was changed; take another backup")
    }

    /// A backup leaves room on its disk: presses may be written to the same one.
    private static func checkRoom(for database: String, at target: String) throws(StoreError) {
        var size: Int64 = 0
        for suffix in ["", "-wal"] { size += try Directory.size(of: database + suffix) ?? 0 }
        let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        var found = statvfs()
        guard statvfs(folder.isEmpty ? "/" : folder, &found) == 0 else {
            throw Directory.failure(errno, "look at", folder)
        }
        let free = Int64(clamping: UInt64(found.f_bavail) * UInt64(found.f_frsize))
        guard free >= size + StoreLimits.backupReserveBytes else {
            let needed = (size + StoreLimits.backupReserveBytes) >> 20
            throw StoreError(
                kind: .full, path: target,
                sentence: "the disk of \(folder) has \(free >> 20) MiB left, and a backup needs "
                    + "\(needed) MiB; name a file on another disk")
        }
    }

    /// The one spelling of a new file's path.
    private static func place(_ given: String) throws(StoreError) -> String {
        let target = try Directory.resolve(given)
        guard !Directory.exists(target) else {
            throw StoreError(
                kind: .other, path: target,
                sentence: "\(target) is there already, and a backup never replaces a file; name "
                    + "another one")
        }
        return target
    }

    /// Copies the rows as of one moment, and returns the epoch that they have.
    private static func copy(
        _ database: String, to part: String, _ note: BackupNote
    ) throws -> String {
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(Double(StoreLimits.busyTimeoutMs) / 1_000)
        let source = try DatabaseQueue(path: database, configuration: reading)
        defer { try? source.close() }
        let target = try DatabaseQueue(path: part)
        defer { try? target.close() }
        // Within one transaction of the source: what is committed meanwhile does not begin it anew.
        try source.read { source in
            try target.writeWithoutTransaction { target in
                try source.backup(to: target, pagesPerStep: StoreLimits.backupPages) { _ in
                    usleep(StoreLimits.backupPauseMicroseconds)
                }
            }
        }
        return try target.writeWithoutTransaction { db in
            // One file, without a journal beside it.
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
            let findings = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
            guard findings == ["ok"] else {
                throw StoreError(
                    kind: .corrupt, path: database,
                    sentence: "\(database) is damaged: \(findings.joined()); no backup was made")
            }
            var note = note
            note.epoch = try note.owner.epoch(in: db).description
            try note.write(in: db)
            return note.epoch
        }
    }

    /// Reads a file that nobody writes.
    private static func read<Value>(
        _ path: String, _ body: (Database) throws -> Value
    ) throws -> Value {
        var reading = Configuration()
        reading.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: reading)
        defer { try? queue.close() }
        return try queue.read(body)
    }
}
