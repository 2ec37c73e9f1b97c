// SPDX-License-Identifier: Apache-2.0

// A central whose history is older than is kept: what is too old goes, a batch at a time, and nothing else.

import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct PruningTests {
        /// More than two batches of `StoreLimits.pruneBatchMax`, of a day long ago.
        private static let linesTooOld = 12_000

        private static let add = """
            import sqlite3, sys
            base = sqlite3.connect(sys.argv[1])
            base.executemany(
                "INSERT INTO history (day, at, is_arrival, kind, detail) VALUES (19000, 0, 0, 'day-turned', '')",
                (() for _ in range(int(sys.argv[2]))))
            base.commit()
            """

        private static let count = """
            import sqlite3, sys
            base = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
            print(*base.execute("SELECT count(*) FILTER (WHERE day = 19000), count(*) FROM history").fetchone())
            """

        private static func python(_ script: String, _ arguments: String...) throws -> String {
            let run = try Finished(
                "/usr/bin/env", ["python3", "-c", script] + arguments, seconds: 60)
            try check(run.status, is: 0, run.output)
            return run.output
        }

        @Test func whatIsTooOldGoes_WhileClerksCall() async {
            await withHall(SoftwareHall.Plan()) { hall in
                let path = hall.folder + "/central.db"
                _ = try hall.number(at: hall.central)
                _ = try hall.callNext(1)
                try hall.waitUntilAgreed()
                hall.central.stop()
                let before = try Self.python(Self.count, path).split(separator: " ").compactMap {
                    Int($0.filter(\.isNumber))
                }
                _ = try Self.python(Self.add, path, String(Self.linesTooOld))
                try hall.central.start()
                _ = try hall.number(at: hall.central)
                _ = try hall.callNext(1)
                try within(30, "what is too old is gone") {
                    try Self.python(Self.count, path).hasPrefix("0 ")
                }
                let after = try Self.python(Self.count, path).split(separator: " ").compactMap {
                    Int($0.filter(\.isNumber))
                }
                try check(after[1] > before[1], "what is not too old stays: \(before), \(after)")
            }
        }
    }
}
