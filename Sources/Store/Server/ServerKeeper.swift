// SPDX-License-Identifier: Apache-2.0

// The rows of a central on a server, kept by one node at a time. The session that commits is the one
// that holds the lock: a node that lost the lock has lost the means to commit, and acknowledges nothing.

import QueueCore

extension ServerSession: RowBase {
    func run(_ sql: String, _ values: [ColumnValue]) { later(sql, values) }

    func change(_ sql: String, _ values: [ColumnValue]) throws -> Int {
        let word = try ask(sql, values) { _ in }
        return word.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    func fetch(
        _ sql: String, _ values: [ColumnValue], _ body: ([ColumnValue]) throws -> Void
    ) throws {
        _ = try ask(sql, values, body)
    }

    /// The first column of the first row, a text; nil when there is none.
    func text(_ sql: String, _ values: [ColumnValue] = []) throws -> String? {
        var found: String?
        try fetch(sql, values) { row in
            if found == nil, case .text(let text)? = row.first { found = text }
        }
        return found
    }

    /// Runs `body` in one transaction that begins by `begin`, all or nothing.
    func transaction<Value>(
        _ begin: String = "BEGIN", _ body: (ServerSession) throws -> Value
    ) throws -> Value {
        do {
            later(begin, [])
            let value = try body(self)
            let word = try ask("COMMIT", []) { _ in }
            // A transaction that has failed is rolled back by it, without an error.
            guard word == "COMMIT" else { throw ServerFault.failed }
            return value
        } catch {
            // What was never sent needs no undoing.
            let hasBegun = !forget(from: begin)
            if lost == nil, hasBegun { _ = try? ask("ROLLBACK", []) { _ in } }
            throw error
        }
    }
}

/// The rows on a server, held by this process.
final class ServerKeeper: RowKeeper {
    let session: ServerSession
    var alongside: [AuditEntry] = []
    var place: String { session.place }

    /// Counts a beat, and fails when another node has taken the rows: so every commit asks, even over a
    /// connection that is not what it seems to be.
    private static let beatSQL =
        "UPDATE holder SET beats = beats + 1, "
        + "pid = CASE WHEN pid = pg_backend_pid() THEN pid END WHERE id = 1"
    /// What that failure is, and where: no value where one must be.
    private static let notOurs = (sqlState: "23502", place: "holder.pid")

    /// The rows, over a session that holds their lock.
    init(session: ServerSession) { self.session = session }

    func write<Value>(_ body: (any RowBase) throws -> Value) throws(StoreError) -> Value {
        do {
            return try session.transaction { db in
                db.run(Self.beatSQL, [])
                let value = try body(db)
                try AuditTable.append(alongside, in: db)
                return value
            }
        } catch {
            throw told(error, "write")
        }
    }

    func read<Value>(_ body: (any RowBase) throws -> Value) throws(StoreError) -> Value {
        do {
            return try session.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
                db in try body(db)
            }
        } catch {
            throw told(error, "read")
        }
    }

    func execute(_ sql: String) throws { try session.script(sql) }

    /// Tells the other nodes that this one lives, and learns whether it may go on.
    func beat() throws(StoreError) { try write { _ in } }

    private func told(_ error: any Error, _ action: String) -> StoreError {
        if let fault = error as? ServerFault, fault.sqlState == Self.notOurs.sqlState,
            fault.place == Self.notOurs.place
        {
            session.end("another node keeps them now")
            return StoreError(session.lost ?? SessionLost(why: "gone"), action: action, path: place)
        }
        return StoreError(error, action: action, path: place)
    }
}

extension StoreError {
    /// The error of ours for what a server said.
    init(_ fault: ServerFault, action: String, place: String) {
        let kind = Self.kind(of: fault)
        let advice =
            switch kind {
            case .full: "free some space on the server's disk; nothing of this change was written"
            case .readOnly: "give this user the right to create and write tables in its database"
            case .busy: "end what has locked the tables, perhaps a psql session"
            case .io, .corrupt: "look at the server's log and at its disk"
            case .inconsistent: "this is a defect of the program: report it with its log"
            case .lost: "another node goes on, or this one when it has the server again"
            case .other: "look at the server's log"
            }
        self.init(
            kind: kind, path: place,
            sentence: "can't \(action) the rows on \(place): "
                + "\(ServerSession.oneLine(fault.message)) (SQLSTATE \(fault.sqlState)); \(advice)")
    }

    /// The error of ours for a session that is gone.
    init(_ lost: SessionLost, action: String, place: String) {
        self.init(
            kind: .lost, path: place,
            sentence: "can't \(action) the rows on \(place): the session with the server is gone "
                + "(\(lost.why)); another node goes on, or this one when it has the server again")
    }

    static func kind(of fault: ServerFault) -> Kind {
        switch fault.sqlState {
        case "53100": return .full
        case "25006", "42501": return .readOnly
        case "55P03", "57014", "40001", "40P01": return .busy
        case "57P01", "57P02", "57P03", "57P05": return .lost
        default: break
        }
        return switch fault.sqlState.prefix(2) {
        case "23": .inconsistent
        case "08": .lost
        case "58": .io
        case "XX": .corrupt
        default: .other
        }
    }
}
