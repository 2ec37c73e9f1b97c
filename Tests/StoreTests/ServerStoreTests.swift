// SPDX-License-Identifier: Apache-2.0

// Rows on a PostgreSQL server: held by one node at a time, taken over from one that is silent, and
// never written by one that lost them. `make postgres` starts the server.

import Foundation
import GRDB
import QueueCore
import Testing

@testable import Store

@Suite(.enabled(if: CentralRowsPlace.server != nil, "NOBAT_POSTGRES is not set; make postgres"))
struct ServerStoreTests {
    let server: String
    let url: String
    let epoch: Epoch
    let lobby: Name

    init() throws {
        server = try #require(CentralRowsPlace.server)
        let schema = CentralRowsPlace.schema(UUID().uuidString)
        url = CentralRowsPlace.url(server, schema)
        let session = try ServerSession(url: server, place: "the server", library: LibPQ())
        try session.script("CREATE SCHEMA \(schema)")
        epoch = try Samples.epoch(0xC0FFEE)
        lobby = try Samples.name("lobby")
    }

    func standby(_ node: String) -> CentralStandby {
        CentralStandby(url: url, place: "postgresql://nobat@server/nobat", node: node)
    }

    func take(_ node: String) throws -> CentralStore.Opened {
        try CentralRowsPlace.take(url: url, epoch, node: node)
    }

    func holder(of look: CentralStandby.Look) -> String? {
        if case .held(let by) = look { by } else { nil }
    }

    func session() throws -> ServerSession {
        try ServerSession(url: url, place: "the server", library: LibPQ())
    }

    @Test func oneNodeHasTheRows_AndTheNextOneGetsWhatItCommitted() throws {
        let waiting = standby("second")
        do {
            let first = try take("first")
            #expect(first.report.outcome == .fresh)
            try first.store.commit([.order(controller: lobby, Numbered(1, .fence))])
            #expect(holder(of: try waiting.look(at: .zero, freshEpoch: epoch)) == "first")
        }
        let second = try take("second")
        #expect(second.report.outcome == .existing)
        #expect(second.snapshot.orders == [lobby: [Numbered(1, .fence)]])
        #expect(second.snapshot.meta.epoch == epoch)
        try second.store.commit([.order(controller: lobby, Numbered(2, .fence))])
    }

    @Test func aSilentNodeLosesTheRows_AndCanCommitNothingMore() throws {
        let first = try take("first")
        let waiting = standby("second")
        let silence = Int64(StoreLimits.serverHolderSilentMs)
        for time in [0, 1_000, silence] {
            let look = try waiting.look(
                at: Moment.zero + .milliseconds(time), freshEpoch: epoch)
            #expect(holder(of: look) == "first")
        }
        _ = try waiting.look(
            at: Moment.zero + .milliseconds(silence + 1), freshEpoch: epoch)
        let second = try take("second")
        let error = #expect(throws: StoreError.self) {
            try first.store.commit([.order(controller: lobby, Numbered(1, .fence))])
        }
        #expect(error?.kind == .lost)
        #expect(throws: StoreError.self) { try first.store.beat() }
        #expect(try second.store.snapshot().orders.isEmpty)
    }

    /// Two nodes that start at once must not end each other while the tables are made.
    @Test func aNodeThatBeginsHasMoreTime() throws {
        let beginning = try session()
        let key = "SELECT pg_try_advisory_lock(\(CentralStandby.key))::text"
        #expect(try beginning.text(key) == "true")
        let waiting = standby("second")
        let most = Int64(StoreLimits.serverOpenerSilentMs)
        for time in [0, Int64(StoreLimits.serverHolderSilentMs) + 1, most] {
            let look = try waiting.look(
                at: Moment.zero + .milliseconds(time), freshEpoch: epoch)
            guard case .held(nil) = look else {
                Issue.record("\(look)")
                return
            }
            #expect(try beginning.integer("SELECT 1::bigint") == 1)
        }
        _ = try waiting.look(at: Moment.zero + .milliseconds(most + 1), freshEpoch: epoch)
        #expect(throws: SessionLost.self) { _ = try beginning.integer("SELECT 1::bigint") }
    }

    @Test func aNodeThatBeatsKeepsTheRows() throws {
        let first = try take("first").store
        let waiting = standby("second")
        for second in 0..<10 {
            if second.isMultiple(of: 2) {
                try first.beat()
            } else {
                try first.commit([.trim(lobby)])
            }
            let look = try waiting.look(
                at: Moment.zero + .seconds(Int64(second * 2)), freshEpoch: epoch)
            #expect(holder(of: look) == "first")
        }
        try first.beat()
    }

    /// Behind a pooler two nodes may get the same lock; the row tells them apart.
    @Test func aSessionThatIsNotTheHoldersCommitsNothing() throws {
        let first = try take("first").store
        try session().script("UPDATE holder SET pid = pid + 1")
        let error = #expect(throws: StoreError.self) {
            try first.commit([.order(controller: lobby, Numbered(1, .fence))])
        }
        #expect(error?.kind == .lost)
        #expect(error?.sentence.contains("another node") == true)
        #expect(try take("second").snapshot.orders.isEmpty)
    }

    /// As a server that is cut off: it neither answers nor ends the connection.
    @Test func aServerThatIsSilentEndsTheSessionSoon() throws {
        let first = try take("first").store
        let backend = try #require(
            try first.rows.read { try $0.integer("SELECT pg_backend_pid()::bigint") })
        #expect(kill(pid_t(backend), SIGSTOP) == 0)
        defer { kill(pid_t(backend), SIGCONT) }
        let start = Date()
        let error = #expect(throws: StoreError.self) {
            try first.commit([.order(controller: lobby, Numbered(1, .fence))])
        }
        let span = Date().timeIntervalSince(start)
        #expect(error?.kind == .lost)
        #expect(error?.sentence.contains("has not answered") == true)
        #expect((1.9...4).contains(span), "\(span) s")
    }

    @Test func aLongCommitIsOneTransaction_WhoseErrorUndoesAll() throws {
        let store = try take("first").store
        let fact = HistoryEntry.fact(controller: lobby, epoch: epoch, Numbered(1, .fenceDone))
        let tickets = try (1...3_000).map {
            CentralChange.ticket(CentralTicket(ticket: try Samples.ticket($0)))
        }
        try store.commit(tickets + [.history(day: ServiceDay(1), fact)])
        let before = try store.snapshot()
        #expect(before.tickets.count == 3_000)
        // In the order of their keys, as SQLite's come.
        #expect(before.tickets.map(\.ticket.id.description).isSorted)
        let error = #expect(throws: StoreError.self) {
            try store.commit(
                try (1...3_000).map { .forget(try Samples.ticketID($0)) }
                    + [.history(day: ServiceDay(1), fact)])
        }
        #expect(error?.kind == .inconsistent)
        #expect(try store.snapshot() == before)
    }

    @Test func tablesHaveTheColumnsOfTheFile() throws {
        let folder = try TestFolder()
        let path = folder.file("central.db")
        _ = try CentralStore.open(path: path, freshEpoch: epoch)
        let file = try DatabaseQueue(path: path)
        let store = try take("first").store
        let tables =
            Schema.central.liveTables.map(\.name)
            + ["history", "audit", "audit_bound", "history_by_date"]
        for table in tables {
            let local = try file.read { db in
                try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('\(table)')")
            }
            var there: [String] = []
            try store.rows.read { db in
                try db.fetch(
                    "SELECT column_name::text FROM information_schema.columns "
                        + "WHERE table_schema = current_schema() AND table_name = ? "
                        + "ORDER BY ordinal_position", [.text(table)]
                ) { row in
                    if case .text(let name) = row[0] { there.append(name) }
                }
            }
            #expect(!local.isEmpty && there == local, "\(table)")
        }
    }

    @Test func rowsThatWerePutBackBeginANewEpochOnce() throws {
        let changes: [CentralChange] = [
            .order(controller: lobby, Numbered(1, .fence)),
            .counter(
                SeriesCounter(
                    day: ServiceDay(20_779), series: try Samples.series("A"), through: 40)),
        ]
        try take("first").store.commit(changes)
        try session().script("UPDATE nobat_central SET is_put_back = 1")
        let second = try Samples.epoch(0xBEEF)
        let opened = try CentralRowsPlace.take(url: url, second)
        #expect(opened.snapshot.meta.epoch == second)
        // As a file that "nobatctl restore" has put back.
        let folder = try TestFolder()
        let file = try CentralStore.open(path: folder.file("central.db"), freshEpoch: epoch).store
        try file.commit(changes)
        try file.commit(try file.snapshot().changesPuttingBack(under: second))
        let putBack = try file.snapshot()
        #expect(opened.snapshot == putBack)
        let audit = try opened.store.audit(limit: 10)
        #expect(audit.map(\.entry.act) == [.restore])
        #expect(audit.allSatisfy { $0.isWhole })
    }

    @Test func rowsThatBeganAnewGoOn() throws {
        try take("first").store.commit([])
        try session().script("UPDATE nobat_central SET is_put_back = 1")
        let second = try Samples.epoch(0xBEEF)
        #expect(try CentralRowsPlace.take(url: url, second).snapshot.meta.epoch == second)
        let third = try Samples.epoch(0xCAFE)
        #expect(try CentralRowsPlace.take(url: url, third).snapshot.meta.epoch == second)
    }

    @Test func newerTablesAreLeftAlone() throws {
        _ = try take("first")
        try session().script("UPDATE nobat_central SET version = 99")
        let error = #expect(throws: StoreError.self) { try take("second") }
        #expect(error?.sentence.contains("install the newer release") == true)
    }

    @Test func aCommitIsDurable_WhateverTheServersSetting() throws {
        let lax = url.replacingOccurrences(
            of: "?options=", with: "?options=-csynchronous_commit%3Doff%20")
        let store = try CentralRowsPlace.take(url: lax, epoch).store
        var setting: ColumnValue?
        try store.rows.read { db in
            try db.fetch("SHOW synchronous_commit", []) { setting = $0.first }
        }
        #expect(setting == .text("on"))
    }

    @Test func aServerThatCantBeReachedIsSaid_WithoutThePassword() throws {
        let none = CentralStandby(
            url: "postgresql://nobat:secret@127.0.0.1:1/nobat",
            place: "postgresql://nobat@127.0.0.1:1/nobat", node: "n")
        let error = #expect(throws: StoreError.self) {
            _ = try none.look(at: .zero, freshEpoch: epoch)
        }
        #expect(error?.kind == .lost)
        #expect(error?.sentence.contains("can't be reached") == true)
        #expect(error?.sentence.contains("secret") == false)
    }

    @Test func aSchemaThatIsMissingIsSaid() throws {
        let none = CentralStandby(
            url: CentralRowsPlace.url(server, "nothing_there"), place: "here", node: "n")
        let error = #expect(throws: StoreError.self) {
            _ = try none.look(at: .zero, freshEpoch: epoch)
        }
        #expect(error?.sentence.contains("create it") == true)
    }
}

/// What needs no server.
struct ServerAddressTests {
    @Test func aMissingLibraryIsSaid() throws {
        let error = #expect(throws: StoreError.self) { _ = try LibPQ(file: "libnobat-none.so.5") }
        #expect(error?.sentence.contains("apt install libpq5") == true)
    }

    @Test func anotherLibraryIsSaid() throws {
        let error = #expect(throws: StoreError.self) { _ = try LibPQ(file: "libc.so.6") }
        #expect(error?.sentence.contains("has no function PQ") == true)
    }

    @Test(
        arguments: [
            ("SELECT 1", "SELECT 1"),
            ("a = ? AND b = ?", "a = $1 AND b = $2"),
        ])
    func parametersAreNumbered(sql: String, numbered: String) {
        #expect(ServerSession.numbered(sql) == numbered)
    }

    @Test(arguments: [
        ("53100", StoreError.Kind.full), ("25006", .readOnly), ("42501", .readOnly),
        ("55P03", .busy), ("23505", .inconsistent), ("57P01", .lost), ("08006", .lost),
        ("58030", .io), ("XX001", .corrupt), ("42P01", .other),
    ])
    func codesHaveTheirKind(_ state: String, _ kind: StoreError.Kind) {
        #expect(StoreError.kind(of: ServerFault(sqlState: state, message: "")) == kind)
    }
}

extension CentralChange {
    fileprivate static func trim(_ name: Name) -> CentralChange {
        .trimOrders(controller: name, through: 0)
    }
}

extension [String] {
    fileprivate var isSorted: Bool { self == sorted() }
}
