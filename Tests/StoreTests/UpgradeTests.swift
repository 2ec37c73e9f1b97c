// SPDX-License-Identifier: Apache-2.0

// Databases of earlier versions, brought up to the present tables.

import GRDB
import QueueCore
import Testing

@testable import Store

@Suite struct UpgradeTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// A database as the schema's first `count` steps leave it.
    private func old(_ schema: Schema, steps count: Int, _ path: String, _ rows: String) throws {
        let lock = try FileLock(database: path)
        let file = try DatabaseFile(path: path, lock: lock)
        defer { file.close() }
        _ = try file.establish()
        let present = schema.steps.prefix(count)
        let before = Schema(
            owner: schema.owner, applicationID: schema.applicationID, steps: Array(present),
            liveTables: [])
        try file.migrate(before) { _ in }
        try file.direct { try $0.execute(sql: rows) }
    }

    /// How much of logs that ended was heard nobody had kept: it is not known.
    @Test func epochsThatEndedBecomeLogs() throws {
        let path = folder.file("central.db")
        try old(
            .central, steps: 2, path,
            """
            INSERT INTO meta VALUES (1, 'aaaa', '20780', 7, 0, 0, 0);
            INSERT INTO controllers VALUES ('hall-a', 'c', 'a,b', 31, 2, 1, 0, 1, 0, '0', 0);
            INSERT INTO controllers VALUES ('hall-b', NULL, '', 0, 0, 0, 0, 0, 0, '0', 0);
            """)
        let opened = try CentralStore.open(path: path, freshEpoch: Epoch(random: 99))
        #expect(!opened.report.isReplaced)
        let records = opened.snapshot.controllers.sorted { $0.name < $1.name }
        let hall = try #require(records.first)
        #expect(hall.have == 31 && hall.heard == 31 && hall.copied == nil)
        #expect(
            Array(hall.oldLogs)
                == [
                    OldLog(epoch: try #require(Epoch("a")), heard: 0),
                    OldLog(epoch: try #require(Epoch("b")), heard: 0),
                ])
        #expect(records.last?.oldLogs.isEmpty == true)
        #expect(opened.snapshot.meta.rank == 7)
    }

    /// What the index kept out of the history is known from each log instead.
    @Test func anIndexOfEveryFactGoes_AndNoFactComesTwice() throws {
        let path = folder.file("central.db")
        try old(
            .central, steps: 3, path,
            """
            INSERT INTO meta VALUES (1, 'aaaa', '20780', 7, 0, 0, 0);
            INSERT INTO controllers VALUES ('hall-a', 'c', '', 31, 2, 1, 0, 1, 0, '0', 0, '', 31);
            INSERT INTO history VALUES
                (1, 20780, 0, 0, 'hall-a', 'c', 31, 'fence-done', NULL, NULL, NULL, NULL, '');
            """)
        let store = try CentralStore.open(path: path, freshEpoch: Epoch(random: 99)).store
        let indexes = "SELECT count(*) FROM sqlite_schema WHERE name = 'history_once'"
        #expect(try store.rows.read { try $0.integer(indexes) } == 0)
        let fact = HistoryEntry.fact(
            controller: try Samples.name("hall-a"), epoch: try #require(Epoch("c")),
            Numbered(31, .fenceDone))
        #expect(throws: StoreError.self) {
            try store.commit([.history(day: ServiceDay(20_780), fact)])
        }
        #expect(try store.historyCount() == 1)
    }

    @Test func aControllersLogIsACopyOfNothing() throws {
        let path = folder.file("hall.db")
        try old(
            .controller, steps: 2, path,
            "INSERT INTO meta VALUES (1, 'aaaa', NULL, 3, 2, 1, 1, 9, '20780', 0)")
        let opened = try ControllerStore.open(path: path, freshEpoch: Epoch(random: 99))
        #expect(!opened.report.isReplaced)
        #expect(opened.snapshot.meta.copied.isEmpty)
        #expect(opened.snapshot.meta.lastFact == 2)
    }

    /// The power went between two steps of a first start: nothing was in it, and it begins.
    @Test func aFirstStartThatWasCutShortBeginsAgain() throws {
        let path = folder.file("hall.db")
        try old(.controller, steps: 2, path, "SELECT 1")
        let opened = try ControllerStore.open(path: path, freshEpoch: Epoch(random: 99))
        #expect(!opened.report.isReplaced)
        #expect(opened.snapshot == ControllerSnapshot(epoch: Epoch(random: 99)))
    }
}
