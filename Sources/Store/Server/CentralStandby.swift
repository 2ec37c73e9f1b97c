// SPDX-License-Identifier: Apache-2.0

// A node that would keep the rows of a central on a server: it asks for their lock now and then, and
// ends the session of a node that holds it and gives no sign of life.

import QueueCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A node in waiting. Used from one thread at a time.
public final class CentralStandby {
    /// What a look found.
    public enum Look {
        /// The rows are this node's: a store as ``CentralStore/open(path:freshEpoch:)`` gives it.
        case taken(store: CentralStore, snapshot: CentralSnapshot, report: OpeningReport)
        /// Another node has them; its name, if it told one yet.
        case held(by: String?)
    }

    /// What is known of the node that holds the lock.
    private struct Holder: Equatable {
        var pid: Int64
        var beats: Int64?
        var node: String?

        /// How long it may give no sign of life: before its first beat it makes and reads the tables.
        var silentMsMax: Int {
            (beats ?? -1) < 0
                ? StoreLimits.serverOpenerSilentMs : StoreLimits.serverHolderSilentMs
        }
    }

    private let url: String
    private let place: String
    private let node: String
    private var session: ServerSession?
    private var holder: Holder?
    private var seen = Moment.zero

    /// A lock for each schema of a database: `hashtextextended` gives the server's own number for it.
    static let key = "hashtextextended('nobat-central:' || current_schema(), 0)"

    /// A node called `node`; `url` is a connection URI with all that it needs, and `place` the same
    /// for a person's eyes, without a password.
    public init(url: String, place: String, node: String) {
        self.url = url
        self.place = place
        self.node = node
    }

    /// Looks whether the rows can be had, and takes them. A new database begins with `freshEpoch`.
    ///
    /// A library that is missing, a server that can't be reached, that is a replica, or that does not
    /// keep what it was given, and tables of a newer release are errors; look again later.
    public func look(at now: Moment, freshEpoch: Epoch) throws(StoreError) -> Look {
        do {
            let session = try connected()
            guard try isLocked(session) else {
                return .held(by: try watch(session, at: now))
            }
            // From here on it is the store's.
            self.session = nil
            holder = nil
            return try open(session, freshEpoch)
        } catch {
            session = nil
            throw StoreError(error, action: "open", path: place)
        }
    }

    private func connected() throws -> ServerSession {
        if let session, session.lost == nil { return session }
        let made = try ServerSession(url: url, place: place, library: LibPQ())
        try Self.check(made)
        session = made
        holder = nil
        return made
    }

    /// Sees that the server keeps what it is given, and that a lock of a table is an error soon.
    private static func check(_ session: ServerSession) throws {
        try session.script(
            "SET lock_timeout = \(StoreLimits.serverLockMs); SET jit = off; "
                + "SET client_min_messages = error")
        guard try session.text("SELECT pg_is_in_recovery()::text") == "false" else {
            throw StoreError(
                kind: .readOnly, path: session.place,
                sentence: "\(session.place) is a replica, which can't be written; name all "
                    + "servers in the URI, and add target_session_attrs=read-write to it")
        }
        guard try session.text("SHOW fsync") == "on" else {
            throw StoreError(
                kind: .other, path: session.place,
                sentence: "\(session.place) can't keep rows durably: its setting fsync is off; "
                    + "set it to on in postgresql.conf, and reload the server")
        }
        if try session.text("SHOW synchronous_commit") == "off" {
            try session.script("SET synchronous_commit = on")
        }
        guard try session.text("SELECT current_schema()::text") != nil else {
            throw StoreError(
                kind: .other, path: session.place,
                sentence: "\(session.place) has no schema of the session's search_path; create "
                    + "it, or mend \"search_path\" in the URI's options")
        }
    }

    private func isLocked(_ session: ServerSession) throws -> Bool {
        try session.text("SELECT pg_try_advisory_lock(\(Self.key))::text") == "true"
    }

    /// Looks at the node that has the lock, and ends its session when it is silent too long.
    private func watch(_ session: ServerSession, at now: Moment) throws -> String? {
        let pid = try session.integer(
            """
            SELECT pid::bigint FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 1
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND (classid::bigint << 32) | objid::bigint = \(Self.key)
            """)
        // It was let go this moment.
        guard let pid else { return nil }
        var found = Holder(pid: pid)
        do {
            try session.fetch("SELECT beats, node FROM holder WHERE pid = ?", [.integer(pid)]) {
                row in
                if case .integer(let beats) = row[0] { found.beats = beats }
                if case .text(let node) = row[1] { found.node = node }
            }
        } catch is ServerFault {
            // The tables are being made.
        }
        if found != holder {
            holder = found
            seen = now
        } else if now - seen > .milliseconds(Int64(found.silentMsMax)) {
            _ = try session.text("SELECT pg_terminate_backend(?::integer)::text", [.integer(pid)])
            holder = nil
        }
        return found.node
    }

    /// Opens the rows over a session that has their lock.
    private func open(_ session: ServerSession, _ freshEpoch: Epoch) throws -> Look {
        session.silenceMs = StoreLimits.serverOpeningSilenceMs
        let isFresh = try migrate(session, freshEpoch)
        let taking = [ColumnValue(node)]
        try session.transaction { db in
            db.run(
                """
                INSERT INTO holder (id, node, pid, beats, since)
                VALUES (1, ?, pg_backend_pid(), -1, clock_timestamp())
                ON CONFLICT (id) DO UPDATE SET node = excluded.node, pid = excluded.pid,
                    beats = excluded.beats, since = excluded.since
                """, taking)
        }
        let keeper = ServerKeeper(session: session)
        let loaded: CentralRows.Loaded
        do {
            try beginAnewIfPutBack(session, freshEpoch)
            loaded = try session.transaction { db in try CentralRows.load(db) }
        } catch let bad as BadRow {
            throw StoreError(
                kind: .corrupt, path: place,
                sentence: "\(place) holds what can't be understood: \(bad.what); put back a "
                    + "backup of the server's")
        }
        session.silenceMs = StoreLimits.serverSilenceMs
        try keeper.beat()
        let report = OpeningReport(
            path: place, outcome: isFresh ? .fresh : .existing, journalMode: "server",
            synchronous: 2, wasWhollyChecked: false)
        return .taken(
            store: CentralStore(rows: keeper, loaded), snapshot: loaded.snapshot,
            report: report)
    }

    /// Rows that were put back from a backup have forgotten what may since have been used: they begin a
    /// new epoch, as ``Backup/restore(_:to:owner:name:epoch:audit:)`` does with a file's.
    private func beginAnewIfPutBack(_ session: ServerSession, _ freshEpoch: Epoch) throws {
        let flag = "SELECT is_put_back FROM nobat_central"
        guard try session.integer(flag) == 1 else { return }
        try session.transaction { db in
            let rows = try CentralRows.load(db).snapshot
            for change in rows.changesPuttingBack(under: freshEpoch) {
                try CentralRows.apply(change, in: db)
            }
            let entry = AuditEntry(
                at: .unknown, act: .restore, subject: place, who: "daemon", place: node,
                detail: "epoch \(rows.meta.epoch), now \(freshEpoch)")
            try AuditTable.append([entry], in: db)
            db.run("UPDATE nobat_central SET is_put_back = 0", [])
        }
    }

    /// Brings the tables up to the present version; whether there were none.
    private func migrate(_ session: ServerSession, _ freshEpoch: Epoch) throws -> Bool {
        try session.script(ServerSchema.versionTable)
        let version = Int(try session.integer("SELECT version FROM nobat_central") ?? 0)
        guard version <= ServerSchema.steps.count else {
            throw StoreError(
                kind: .other, path: place,
                sentence: "\(place) has tables of version \(version), and this program knows "
                    + "1 to \(ServerSchema.steps.count): install the newer release on this node too"
            )
        }
        for step in ServerSchema.steps[version...].indices {
            let number = step + 1
            try session.script(
                """
                BEGIN;
                \(ServerSchema.steps[step])
                INSERT INTO nobat_central (id, version) VALUES (1, \(number))
                ON CONFLICT (id) DO UPDATE SET version = excluded.version;
                COMMIT;
                """)
        }
        // A first start that was cut short has tables, and nothing in them.
        guard try session.integer("SELECT count(*) FROM meta") == 0 else { return false }
        try session.transaction { db in
            try CentralRows.apply(.meta(CentralMeta(epoch: freshEpoch)), in: db)
        }
        return true
    }
}
