// SPDX-License-Identifier: Apache-2.0

// Backups of both daemons made while they call, and put back when more has happened: both sides agree
// again, no number is given twice, everybody who was waiting is called, and the audit has who did it.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct BackupTests {
        @Test func anOldBackupOfTheCentral_EndsInAgreement() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.central
                var story = try Self.backUpWhileCalling(hall, daemon)
                try Self.goOn(hall, &story)
                let refused = try Self.restore(hall, "central")
                try check(refused.status, is: 1, "a running central is not replaced")
                try check(
                    refused.output.contains("stop nobat-central first"), refused.output)
                let epoch = try daemon.status().epoch
                daemon.stop()
                // Calling goes on meanwhile.
                story.called.append(try hall.callNext(1))
                let done = try Self.restore(hall, "central")
                try check(done.status, is: 0, done.output)
                try check(
                    done.output.contains("central.db.before-restore-1"), done.output)
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "the central comes up")
                try hall.waitForLog(hall.central, "hall-a stated what it holds")
                try check(try daemon.status().epoch != epoch, "the central began a new epoch")
                try Self.end(hall, story)
            }
        }

        @Test func anOldBackupOfAController_EndsInAgreement() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                var story = try Self.backUpWhileCalling(hall, daemon)
                try Self.goOn(hall, &story)
                try hall.waitUntilAgreed()
                let epoch = try daemon.status().epoch
                daemon.stop()
                let done = try Self.restore(hall, "hall-a")
                try check(done.status, is: 0, done.output)
                // Alone it gives out nothing that it may have given out already.
                hall.first.wire.set(.cut)
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "the controller comes up")
                let take = ControlRequest(.take, service: "admission")
                try check(try daemon.refusal(take)?.name, is: "not-introduced", "a number alone")
                try check(try hall.press(1, at: daemon).outcome, is: "nobody-waits", "a call alone")
                try check(try daemon.status().epoch != epoch, "the controller began a new epoch")
                hall.first.wire.set(.good)
                try hall.waitForLog(hall.central, "hall-a begins a new log")
                try Self.end(hall, story)
            }
        }

        /// What a backup holds that was made while the controller was alone, and told since, is in the
        /// history once.
        @Test func aBackupMadeAlone_IsNotToldTwice() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                for _ in 0..<6 { _ = try hall.number(at: hall.central) }
                let first = try hall.callNext(1)
                try hall.waitUntilAgreed()
                hall.first.wire.set(.cut)
                var alone = [first]
                for _ in 0..<3 { alone.append(try hall.callNext(1)) }
                let made = try Self.backUp(hall, daemon, "hall-a")
                try check(made.status, is: 0, made.output)
                hall.first.wire.set(.good)
                try hall.waitUntilAgreed()
                let told = { try hall.history().filter { $0.kind == "called" }.map(\.number) }
                try check(try told(), is: alone, "what was called alone is told")
                for _ in 0..<2 {
                    daemon.stop()
                    let done = try Self.restore(hall, "hall-a")
                    try check(done.status, is: 0, done.output)
                    try daemon.start()
                    try check(daemon.waitUntilItAnswers(), "the controller comes up")
                    try hall.waitUntilAgreed()
                }
                try check(try told(), is: alone, "each call is in the history once")
                let next = try hall.callNext(1)
                try hall.waitUntilAgreed()
                try check(try told(), is: alone + [next], "and calling goes on")
            }
        }

        @Test func theAuditTellsWhoDidWhat_AndSurvivesARestart() async {
            var plan = Self.plan
            plan.controllers = ["hall-a", "hall-b"]
            await withHall(plan) { hall in
                let number = try hall.number(at: hall.central)
                var cancel = ControlRequest(.cancel)
                cancel.number = number
                _ = try hall.central.ask(cancel, as: ActionResult.self)
                try within(10, "its controller has told that it ended") {
                    try hall.central.queue().allSatisfy { $0.state != "waiting" }
                }
                _ = try hall.central.refusal(cancel)
                // Who may not ask leaves no row.
                let board = try RawClient(port: hall.centralPort)
                board.say("HELLO version=1 role=board name=wall")
                board.say("FENCE reference=6 controller=hall-a")
                try board.waitFor("ERROR name=role")
                let desk = try RawClient(port: hall.centralPort)
                desk.say("HELLO version=1 role=supervisor name=desk")
                desk.say("FENCE reference=7 controller=hall-b")
                try desk.waitFor("DONE reference=7")
                let backup = try Self.backUp(hall, hall.central, "central")
                try check(backup.status, is: 0, backup.output)
                hall.central.kill()
                try hall.central.start()
                try check(hall.central.waitUntilItAnswers(), "the central comes up")
                let user = "uid \(getuid())"
                let rows = try hall.central.ask(ControlRequest(.audit), as: AuditPage.self).rows
                let told = rows.map { [$0.act, $0.subject, $0.who, $0.outcome] }
                try check(
                    told,
                    is: [
                        ["configuration", hall.folder + "/central.yaml", "daemon", "done"],
                        ["cancel", number, user, "done"],
                        ["cancel", number, user, "number-not-callable"],
                        ["fence", "hall-b", "supervisor desk", "done"],
                        ["backup", hall.folder + "/central.backup", user, "done"],
                    ], "the audit")
                try check(rows.allSatisfy(\.whole), "the audit is whole")
                try Self.checkExport(hall, rows)
                try Self.checkController(hall, user)
            }
        }

        /// The same rows as a table and as lines of JSON, of a day alone too.
        private static func checkExport(_ hall: SoftwareHall, _ rows: [AuditRow]) throws {
            let socket = ["--socket", hall.folder + "/central.sock"]
            let csv = try Finished("nobatctl", ["audit", "--format", "csv"] + socket)
            try check(csv.status, is: 0, csv.output)
            try check(
                csv.output, is: AuditRow.csvHead + rows.map(\.csv).joined(), "the table of cells")
            let json = try Finished("nobatctl", ["audit", "--format", "json"] + socket)
            let lines = json.output.split(separator: "\n")
            try check(
                lines.map { ControlText.decode(AuditRow.self, String($0)) }, is: rows, "lines")
            let old = try Finished("nobatctl", ["audit", "--to", "2001-01-01"] + socket)
            let isTimed = rows.allSatisfy { $0.at != nil }
            try check(
                !isTimed || old.output.contains("nothing is in the audit"), old.output)
        }

        private static func checkController(_ hall: SoftwareHall, _ user: String) throws {
            let daemon = hall.first.daemon
            var close = ControlRequest(.close)
            close.booth = 1
            _ = try daemon.ask(close, as: ActionResult.self)
            _ = try hall.press(2, at: daemon)
            let rows = try daemon.ask(ControlRequest(.audit), as: AuditPage.self).rows
            try check(rows.map(\.act), is: ["configuration", "close"], "the controller's audit")
            try check(rows.last?.who, is: user, "who closed the booth")
            // Another configuration is a row, the same one is none.
            daemon.stop()
            let path = hall.folder + "/hall-a.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try (text + "\n# changed\n").write(toFile: path, atomically: true, encoding: .utf8)
            for _ in 0..<2 {
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "the controller comes up")
                daemon.stop()
            }
            try daemon.start()
            try check(daemon.waitUntilItAnswers(), "the controller comes up")
            let now = try daemon.ask(ControlRequest(.audit), as: AuditPage.self).rows
            try check(
                now.map(\.act), is: ["configuration", "close", "configuration"],
                "the audit after a change of the file")
            try check(now.last?.detail.contains("before: digest") == true, "what it was before")
        }

        // MARK: - The story

        private struct Story {
            var given: [String] = []
            var called: [String] = []
        }

        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.booths = 2
            plan.services = [("admission", "A")]
            plan.block = 6
            return plan
        }

        /// Tickets and calls on both sides while the backup is being made.
        private static func backUpWhileCalling(
            _ hall: SoftwareHall, _ daemon: RunningDaemon
        ) throws -> Story {
            var story = Story()
            try goOn(hall, &story)
            let name = daemon === hall.central ? "central" : "hall-a"
            let results = Runs()
            let crew = Crew()
            crew.add { results.note { try backUp(hall, daemon, name) } }
            try goOn(hall, &story)
            try crew.join(30)
            let made = try need(try results.all().first, "a backup")
            try check(made.status, is: 0, made.output)
            let again = try backUp(hall, daemon, name)
            try check(again.status, is: 1, "a backup never replaces a file")
            let look = try Finished(
                "nobatctl", "restore", "--check", hall.folder + "/\(name).backup")
            try check(
                look.output.contains(
                    name == "central" ? "a backup of the central" : "the controller hall-a"),
                look.output)
            return story
        }

        private static func goOn(_ hall: SoftwareHall, _ story: inout Story) throws {
            for _ in 0..<5 {
                story.given.append(try hall.number(at: hall.central))
                story.given.append(try hall.number(at: hall.first.daemon))
            }
            for booth in [1, 2, 1] { story.called.append(try hall.callNext(booth)) }
        }

        private static func backUp(
            _ hall: SoftwareHall, _ daemon: RunningDaemon, _ name: String
        ) throws -> Finished {
            try Finished(
                "nobatctl", "backup", "--socket", daemon.socketPath,
                hall.folder + "/\(name).backup")
        }

        private static func restore(_ hall: SoftwareHall, _ name: String) throws -> Finished {
            try Finished(
                "nobatctl", "restore", hall.folder + "/\(name).backup", "--config",
                hall.folder + "/\(name).yaml")
        }

        /// Both sides agree, all numbers are different, and everybody who was not called is called.
        private static func end(_ hall: SoftwareHall, _ story: Story) throws {
            try hall.waitUntilAgreed()
            var story = story
            for daemon in [hall.central, hall.first.daemon] {
                for _ in 0..<4 { story.given.append(try hall.number(at: daemon)) }
            }
            try check(
                Set(story.given).count, is: story.given.count,
                "different numbers among \(story.given)")
            let owed = Set(story.given).subtracting(story.called)
            var calls = story.called
            try within(30, "everybody is called; so far \(calls) of \(story.given)") {
                let result = try hall.press(2, at: hall.first.daemon)
                if result.outcome == "called", let number = result.number { calls.append(number) }
                return owed.isSubset(of: calls)
            }
            try hall.waitUntilAgreed()
            try within(10, "both sides know of the same people") {
                try alive(hall.central) == alive(hall.first.daemon)
            }
        }

        private static func alive(_ daemon: RunningDaemon) throws -> [String] {
            try daemon.queue().filter { ["waiting", "called", "parked"].contains($0.state) }
                .map { "\($0.number) \($0.state) \($0.booth ?? 0)" }.sorted()
        }
    }
}

extension ControlRequest {
    fileprivate init(_ verb: ControlVerb, service: String) {
        self.init(verb)
        self.service = service
    }
}

/// What threads of a test have come to.
private final class Runs: @unchecked Sendable {
    // Guarded by `lock`.
    private let lock = NSLock()
    private var found: [Result<Finished, any Error>] = []

    func note(_ body: () throws -> Finished) {
        let result = Result { try body() }
        lock.withLock { found.append(result) }
    }

    func all() throws -> [Finished] { try lock.withLock { try found.map { try $0.get() } } }
}
