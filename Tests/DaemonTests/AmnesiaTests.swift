// SPDX-License-Identifier: Apache-2.0

// Either side loses its memory. A controller comes back under a new epoch and is dealt again, marked,
// what it had not told; a central rebuilds from what its controllers state. The log tells each story.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct AmnesiaTests {
        @Test func centralsDatabaseDeleted_ItRebuildsFromItsControllers() async {
            await withHall(Self.plan) { hall in
                let before = try Self.morning(hall)
                hall.central.kill()
                try Self.delete(hall, "central.db")
                try Self.whileTheCentralIsGone(hall)
                try hall.central.start()
                try hall.waitForLog(hall.central, "an empty one was made, under a new epoch")
                try hall.waitForLog(hall.first.daemon, "new-central: the central has epoch")
                try hall.waitForLog(hall.central, "hall-a stated what it holds")
                try hall.waitUntilAgreed()
                try within(10, "the central knows everybody who is alive again") {
                    try Self.alive(hall.central) == Self.alive(hall.first.daemon)
                }
                try hall.waitForDisplay(1, before.called[0])
                var numbers = before.given
                for daemon in [hall.central, hall.first.daemon] {
                    for _ in 0..<3 { numbers.append(try hall.number(at: daemon)) }
                }
                try check(
                    Set(numbers).count, is: numbers.count, "different numbers among \(numbers)")
                try Self.callEverybody(hall, numbers.filter { !before.called.contains($0) })
            }
        }

        @Test func controllersDatabaseDeleted_ItIsDealtToAgainMarked() async {
            await withHall(Self.plan) { hall in
                let before = try Self.morning(hall)
                let daemon = hall.first.daemon
                let old = try daemon.status().epoch
                // A call that nobody will ever be told of.
                hall.first.wire.set(.cut)
                try within(10, "the controller knows that it is alone") {
                    try daemon.status().link?.state != "up"
                }
                let untold = try hall.callNext(2)
                daemon.kill()
                try Self.delete(hall, "hall-a.db")
                try daemon.start()
                try hall.waitForLog(daemon, "there was no database at")
                try check(daemon.waitUntilItAnswers(), "the controller comes up")
                try hall.waitForDisplay(2, "----")
                hall.first.wire.set(.good)
                try Self.checkDealtAgain(hall, old, before, untold)
            }
        }

        @Test func controllersDatabaseDamaged_ItIsSetAsideAndCallingGoesOn() async {
            await withHall(Self.plan) { hall in
                let before = try Self.morning(hall)
                let daemon = hall.first.daemon
                let old = try daemon.status().epoch
                daemon.kill()
                let path = hall.folder + "/hall-a.db"
                let damage = try Self.damage(path)
                try daemon.start()
                try hall.waitForLog(daemon, "could not be used (damaged")
                try hall.waitForLog(daemon, "hall-a.db.damaged-1, and nothing of it was deleted")
                try check(daemon.waitUntilItAnswers(), "the controller comes up")
                let kept = FileManager.default.contents(atPath: path + ".damaged-1")
                try check(kept == damage, "the damaged database is kept byte for byte")
                try Self.checkDealtAgain(hall, old, before, nil)
            }
        }

        // MARK: - The story

        private struct Morning {
            var given: [String]
            var called: [String]
        }

        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.booths = 2
            plan.services = [("admission", "A")]
            plan.block = 6
            return plan
        }

        /// Tickets from both sides, one of them called, all of it known to both.
        private static func morning(_ hall: SoftwareHall) throws -> Morning {
            var given: [String] = []
            for _ in 0..<4 {
                given.append(try hall.number(at: hall.central))
                given.append(try hall.number(at: hall.first.daemon))
            }
            let called = [try hall.callNext(1)]
            try hall.waitForDisplay(1, called[0])
            try within(10, "all who wait are in the tray") {
                try hall.first.daemon.status().tray == given.count - called.count
            }
            try hall.waitUntilAgreed()
            return Morning(given: given, called: called)
        }

        /// Calling does not need the central, with or without a memory.
        private static func whileTheCentralIsGone(_ hall: SoftwareHall) throws {
            let call = try hall.press(2, at: hall.first.daemon)
            try check(call.outcome, is: "called", "a press while the central is gone")
            try hall.waitForDisplay(2, call.number ?? "")
        }

        private static func checkDealtAgain(
            _ hall: SoftwareHall, _ old: String, _ before: Morning, _ untold: String?
        ) throws {
            let daemon = hall.first.daemon
            try hall.waitUntilAgreed()
            let new = try daemon.status().epoch
            try check(new != old, "a new epoch: \(new) after \(old)")
            try hall.waitForLog(hall.central, "hall-a begins a new log (epoch \(new))")
            try hall.waitForLog(hall.central, "dealt-again: hall-a no longer knows")
            let wanted = Set(before.given).subtracting(before.called)
            try within(10, "everybody who was not heard to be called is dealt again") {
                let rows = try daemon.queue().filter { $0.state == "waiting" }
                return wanted.isSubset(of: rows.map(\.number))
            }
            let waiting = try daemon.queue().filter { $0.state == "waiting" }
            try check(waiting.allSatisfy(\.dealtAgain), "dealt again, and marked so")
            if let untold {
                try check(waiting.contains { $0.number == untold }, "\(untold) is called again")
            }
            var numbers = before.given
            for source in [daemon, hall.central, daemon, hall.central] {
                numbers.append(try hall.number(at: source))
            }
            try check(Set(numbers).count, is: numbers.count, "different numbers among \(numbers)")
            try callEverybody(hall, numbers.filter { !before.called.contains($0) })
        }

        /// Presses until all of them were called, each once, and the central has it.
        private static func callEverybody(_ hall: SoftwareHall, _ numbers: [String]) throws {
            let already = try hall.first.daemon.queue().filter { $0.state == "called" }
            var called = already.map(\.number)
            try within(20, "everybody is called; so far \(called) of \(numbers)") {
                let result = try hall.press(2, at: hall.first.daemon)
                if result.outcome == "called", let number = result.number { called.append(number) }
                return Set(numbers).isSubset(of: called)
            }
            try check(Set(called).count, is: called.count, "called once each: \(called)")
            try hall.waitUntilAgreed()
            try check(try alive(hall.central), is: try alive(hall.first.daemon), "who is alive")
        }

        private static func alive(_ daemon: RunningDaemon) throws -> [String] {
            try daemon.queue().filter { ["waiting", "called", "parked"].contains($0.state) }
                .map { "\($0.number) \($0.state) \($0.booth ?? 0)" }.sorted()
        }

        private static func delete(_ hall: SoftwareHall, _ file: String) throws {
            let path = hall.folder + "/" + file
            try check(FileManager.default.fileExists(atPath: path), "\(file) is there")
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
        }

        /// Overwrites the list of tables in a database; what the file holds then. Its journal would
        /// heal that page again, so it goes.
        private static func damage(_ path: String) throws -> Data {
            var bytes = try need(FileManager.default.contents(atPath: path), path)
            try check(bytes.count >= 4_096, "the database has a page: \(bytes.count) bytes")
            for index in 100..<3_000 { bytes[index] = 0xA5 }
            try bytes.write(to: URL(fileURLWithPath: path))
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
            return bytes
        }
    }
}
