// SPDX-License-Identifier: Apache-2.0

// What a commit costs besides the disk: presses, bare SQLite commits of one row, and bare appends
// with fdatasync take turns in one run. Runs only with NOBAT_BENCH=1.

import Foundation
import GRDB
import QueueCore
import Testing

@testable import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite(.enabled(if: ProcessInfo.processInfo.environment["NOBAT_BENCH"] == "1"))
struct CommitCostTests {
    @Test func aPress_besideBareSQLiteAndFdatasync() throws {
        let folder = try TestFolder()
        let cut = try PowerCutTests()
        let store = try ControllerStore.open(
            path: folder.file("nobat.db"), freshEpoch: try Samples.epoch(1)
        ).store
        let bare = try DatabaseQueue(path: folder.file("bare.db"))
        try bare.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                    CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)
                    """)
        }
        let file = open(folder.file("append"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let page = [UInt8](repeating: 1, count: 4_120)
        var costs: [[Duration]] = [[], [], []]
        let clock = ContinuousClock()
        for count: UInt64 in 1...10_000 {
            var changes = try cut.press(count)
            changes.append(.trimFacts(through: max(2 * count, 400) - 400))
            changes.append(.forget(try Samples.ticketID(UInt32(max(count, 500) - 500))))
            costs[0].append(try clock.measure { try store.commit(changes) })
            costs[1].append(
                try clock.measure {
                    try bare.write { db in
                        try db.cachedStatement(sql: "INSERT INTO rows (text) VALUES ('x')")
                            .execute()
                    }
                })
            costs[2].append(
                clock.measure {
                    _ = write(file, page, page.count)
                    fdatasync(file)
                })
        }
        let names = ["press", "bare SQLite", "append + fdatasync"]
        for (name, cost) in zip(names, costs) {
            let sorted = cost.sorted()
            print("\(name): p50 \(sorted[5_000]), p99 \(sorted[9_900]), max \(sorted[9_999])")
        }
        #expect(try store.snapshot().meta.lastFact == 20_000)
    }

    /// The same commits on a file system without a disk: what is left is the store's own work.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/shm")))
    func aPress_withoutADisk() throws {
        let path = "/dev/shm/nobat-bench-\(getpid()).db"
        defer {
            for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + suffix) }
        }
        let cut = try PowerCutTests()
        let store = try ControllerStore.open(path: path, freshEpoch: try Samples.epoch(1)).store
        let clock = ContinuousClock()
        var costs: [Duration] = []
        for count: UInt64 in 1...10_000 {
            let changes = try cut.press(count)
            costs.append(try clock.measure { try store.commit(changes) })
        }
        costs.sort()
        print("press without a disk: p50 \(costs[5_000]), p99 \(costs[9_900])")
        #expect(costs.count == 10_000)
    }
}
