// SPDX-License-Identifier: Apache-2.0

// Puts a backup in place of a database. The present one is set aside, never deleted; what comes back
// begins a new epoch and has forgotten what may since have been used (QueueCore, Snapshot+PutBack).

import GRDB
import QueueCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a restore did.
public struct RestoreReport: Hashable, Sendable {
    /// What the backup says of itself.
    public let note: BackupNote
    /// The database that is in place now.
    public let database: String
    /// Where the one is that was there; nil when there was none.
    public let setAside: String?
    /// The epoch that it begins.
    public let epoch: Epoch
}

extension Backup {
    /// Puts the backup `file` in place of the database at `database`, and says so in its audit.
    ///
    /// Refused with a sentence, and nothing changed: a running daemon, a file that is damaged, no
    /// backup, of another kind, of another controller than `name`, or of newer tables.
    public static func restore(
        _ file: String, to database: String, owner: StoreOwner, name: String, epoch: Epoch,
        audit: AuditEntry
    ) throws(StoreError) -> RestoreReport {
        let note = try look(at: file)
        guard note.owner == owner, note.name == name else {
            let wanted = owner == .controller ? "the controller \(name)" : "the central"
            throw StoreError(
                kind: .other, path: file,
                sentence: "\(file) is \(note.sentence); this is \(wanted): take its own backup")
        }
        let path = try Directory.resolve(database)
        let lock: FileLock
        do throws(StoreError) {
            lock = try FileLock(database: path)
        } catch  where error.kind == .busy {
            throw StoreError(
                kind: .busy, path: path,
                sentence: "\(error.sentence.prefix { $0 != ";" }); stop \(owner.program) first, "
                    + "and restore then")
        }
        let made = path + ".restoring"
        do {
            for suffix in [""] + SetAside.companions { unlink(made + suffix) }
            try copyBytes(file, to: made)
            try begin(made, lock, owner, epoch, audit)
            try own([made, path + ".lock"], like: path)
            var setAside: String?
            if Directory.exists(path) || SetAside.isOrphaned(path) {
                setAside = try SetAside.move(path, as: "before-restore")
            }
            try Directory.move(made, to: path)
            try Directory.sync(containing: path)
            return RestoreReport(note: note, database: path, setAside: setAside, epoch: epoch)
        } catch {
            for suffix in [""] + SetAside.companions { unlink(made + suffix) }
            // The daemon must be able to take the lock that was made here.
            try? own([path + ".lock"], like: path)
            throw StoreError(error, action: "restore to", path: path)
        }
    }

    /// Makes of a copy the database that the daemon starts on.
    private static func begin(
        _ path: String, _ lock: FileLock, _ owner: StoreOwner, _ epoch: Epoch, _ audit: AuditEntry
    ) throws {
        let file = try DatabaseFile(path: path, lock: lock)
        defer { file.close() }
        _ = try file.establish()
        try file.migrate(owner.schema) { _ in }
        try file.write { db in
            try db.run("DROP TABLE \(BackupNote.table)", [])
            switch owner {
            case .controller:
                let rows = try ControllerRows.load(db).snapshot
                for change in rows.changesPuttingBack(under: epoch) {
                    try ControllerRows.apply(change, in: db)
                }
            case .central:
                let rows = try CentralRows.load(db).snapshot
                for change in rows.changesPuttingBack(under: epoch) {
                    try CentralRows.apply(change, in: db)
                }
            }
            try AuditTable.append([audit], in: db)
        }
        // All of it in one file, which is moved.
        try file.direct { db in
            _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    private static func copyBytes(_ file: String, to target: String) throws(StoreError) {
        let source = try Descriptor(file, O_RDONLY)
        let copy = try Descriptor(target, O_WRONLY | O_CREAT | O_EXCL)
        while true {
            let bytes = try source.read(1 << 20, file)
            if bytes.isEmpty { break }
            try copy.write(bytes, target)
        }
        guard fsync(copy.number) == 0 else { throw Directory.failure(errno, "write", target) }
    }

    /// Gives the new database, and the lock beside it, to whom the daemon runs as: the owner of the
    /// database that was there, else of its directory. Root restores, another user runs.
    private static func own(_ names: [String], like path: String) throws(StoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
        var found = stat()
        if stat(path, &found) != 0, stat(folder.isEmpty ? "/" : folder, &found) != 0 {
            throw Directory.failure(errno, "look at", folder)
        }
        guard getuid() == 0 else { return }
        for name in names where chown(name, found.st_uid, found.st_gid) != 0 {
            throw Directory.failure(errno, "give to the daemon's user", name)
        }
    }
}
