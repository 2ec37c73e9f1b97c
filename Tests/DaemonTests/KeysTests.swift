// SPDX-License-Identifier: Apache-2.0

// The line protocol with keys: who is let in and what for, how keys are changed and revoked while
// the booths call. The other ends are programs that we did not write.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct KeysTests {
        static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.hasKeys = true
            plan.otherKeys = [("kiosk-1", "kiosk"), ("phone", "system"), ("wall", "board")]
            return plan
        }

        static let kiosk = "HELLO version=1 role=kiosk name=kiosk-1"
        static let take = "TAKE reference=1 service=admission"

        /// How often the central turned somebody away for something.
        static func count(_ hall: SoftwareHall, _ reason: String) throws -> Int {
            try hall.central.status().strangers?.totals[reason] ?? 0
        }

        static func callOne(
            _ hall: SoftwareHall, at location: SourceLocation = #_sourceLocation
        ) throws {
            let number = try hall.number(at: hall.central, location: location)
            let called = try hall.callNext(1, at: location)
            try check(called, is: number, "the call", at: location)
            try hall.waitForDisplay(1, number, at: location)
        }

        @Test func opensslsClient_IsServedWithItsKey_AndTurnedAwayByNameWithout() async {
            await withHall(Self.plan) { hall in
                let keys = HallKeys(hall: hall)
                try Self.callOne(hall)
                let usual = OpenSSLClient.usual
                let good = try OpenSSLClient.run(
                    port: hall.centralPort, usual + keys.openSSL("kiosk-1"),
                    says: [Self.kiosk, Self.take], until: "TICKET")
                for part in ["ATTACHED version=1", "TICKET reference=1 number=A002", "TLSv1.2"] {
                    try check(good.contains(part), "\(part) in \(good)")
                }

                let secret = String(repeating: "5", count: 64)
                let stories: [(what: String, arguments: [String])] = [
                    ("wrong-key", usual + ["-psk_identity", "kiosk-1", "-psk", secret]),
                    ("unknown-name", usual + ["-psk_identity", "nobody", "-psk", secret]),
                    ("unknown-name", usual + ["-psk_identity", "'a b\u{1B}'", "-psk", secret]),
                    ("other-tls", []),
                    ("other-tls", ["-tls1_2"]),
                    (
                        // Whoever learned the key later could read what had been said.
                        "other-tls",
                        ["-tls1_2", "-cipher", "PSK-AES128-CBC-SHA:@SECLEVEL=0"]
                            + (try keys.openSSL("kiosk-1"))
                    ),
                ]
                for (what, arguments) in stories {
                    let before = try Self.count(hall, what)
                    let run = try OpenSSLClient.run(
                        port: hall.centralPort, arguments, says: [Self.kiosk, Self.take],
                        until: "ATTACHED")
                    try check(!run.contains("ATTACHED"), "\(what): \(run)")
                    try within(10, "\(what) is counted: \(run)") {
                        try Self.count(hall, what) == before + 1
                    }
                    try hall.waitForLog(hall.central, "turned away: \(what)")
                }
                let plain = try RawClient(port: hall.centralPort)
                plain.say(Self.kiosk)
                try plain.waitFor("ERROR name=no-key detail=")
                try plain.waitForEnd()
                try within(5, "a plain one is counted") { try Self.count(hall, "no-key") == 1 }

                let queue = try hall.central.queue()
                try check(queue.map(\.number), is: ["A001", "A002"], "tickets of all these")
                try check(!hall.central.log.contains(secret), "a secret in the log")
                let own = try keys.line("kiosk-1").split(separator: ":")[1]
                try check(!hall.central.log.contains(own), "a true secret in the log")
                try Self.callsGoOn(hall)
                try check(!hall.first.daemon.log.contains("link-down"), "the controller's link")
            }
        }

        @Test func aKeyIsForItsNameAndItsRoleAlone() async {
            await withHall(Self.plan) { hall in
                let keys = HallKeys(hall: hall)
                let hello = "HELLO version=1 role=controller name=hall-a epoch=1a central=none "
                let stories: [(key: String, says: [String], answer: String)] = [
                    ("kiosk-1", ["HELLO version=1 role=kiosk name=kiosk-2"], "wrong-name"),
                    ("kiosk-1", ["HELLO version=1 role=supervisor name=kiosk-1"], "role"),
                    ("kiosk-1", [hello + "applied=0 first=1 last=0 have=0 day=0"], "wrong-name"),
                    ("hall-a", ["HELLO version=1 role=supervisor name=hall-a"], "role"),
                    ("wall", ["HELLO version=1 role=board name=wall", Self.take], "role"),
                    ("kiosk-1", [Self.kiosk, "FENCE reference=1 controller=hall-a"], "role"),
                    (
                        "phone", ["HELLO version=1 role=system name=phone", "REACHING booth=1"],
                        "role"
                    ),
                ]
                for (key, says, answer) in stories {
                    let run = try OpenSSLClient.run(
                        port: hall.centralPort, OpenSSLClient.usual + keys.openSSL(key),
                        says: says, until: "ERROR name=")
                    try check(
                        run.contains("ERROR name=\(answer) detail="),
                        "\(answer) for \(key), \(says): \(run)")
                }
                try hall.waitForLog(hall.central, "wrong-name")
                try check(!hall.first.daemon.log.contains("link-down"), "the controller's link")
                try Self.callOne(hall)
            }
        }

        @Test func stunnelBeforeThePythonPeer_IsServed() async {
            var plan = Self.plan
            plan.controllers = ["hall-a", "hall-b"]
            await withHall(plan, starts: false) { hall in
                try hall.central.start()
                try check(hall.central.waitUntilItAnswers(), "the central answers")
                let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                    .deletingLastPathComponent().appendingPathComponent("Peers/client.py").path
                for (name, role, more) in [
                    ("kiosk-1", "kiosk", ["--take", "4"]),
                    ("hall-b", "controller", ["--calls", "3", "--reconnect"]),
                ] {
                    let tunnel = try Wire.freePort()
                    let file = hall.folder + "/stunnel-\(name).conf"
                    try """
                    foreground = yes
                    pid =
                    socket = l:TCP_NODELAY=1
                    [nobat]
                    client = yes
                    accept = 127.0.0.1:\(tunnel)
                    connect = 127.0.0.1:\(hall.centralPort)
                    ciphers = ECDHE-PSK-CHACHA20-POLY1305
                    sslVersion = TLSv1.2
                    PSKsecrets = \(hall.folder)/\(name).key

                    """.write(toFile: file, atomically: true, encoding: .utf8)
                    let stunnel = try Background("/usr/bin/env", ["stunnel", file])
                    try within(10, "stunnel listens: \(stunnel.output)") {
                        stunnel.output.contains("Configuration successful")
                    }
                    let run = try Finished(
                        "/usr/bin/env",
                        [
                            "python3", script, "--port", "\(tunnel)", "--role", role, "--name",
                            name,
                        ] + more, seconds: 60, environment: ["PYTHONDONTWRITEBYTECODE": "1"])
                    try check(run.status, is: 0, "\(name): \(run.output) \(stunnel.output)")
                    stunnel.send(SIGKILL)
                }
                let told = try hall.history()
                let calls = told.filter { $0.kind == "called" && $0.row.controller == "hall-b" }
                try check(calls.map(\.number), is: ["A001", "A002", "A003"], "its calls")
            }
        }

        // MARK: - Changing keys

        @Test func keysAreRolledOver_WhileTheBoothsCall() async {
            await withHall(Self.plan) { hall in
                let keys = HallKeys(hall: hall)
                let daemon = hall.first.daemon
                try Self.callOne(hall)
                try keys.control("roll", "hall-a")
                try check(
                    try keys.control("finish", "hall-a", refuses: true).contains("not seen"),
                    "an unused key is not all that is left")
                try keys.control("roll", "hall-a", refuses: true)
                try Self.callOne(hall)
                try keys.bring("hall-a")
                try within(15, "the link is open with the new key") {
                    try keys.control("list").contains("hall-a.2  controller  connected")
                }
                try Self.callOne(hall)
                try keys.control("finish", "hall-a")
                try Self.callOne(hall)
                let list = try keys.control("list")
                try check(!list.contains("hall-a  "), "the old key is gone: \(list)")
                // Opened anew once, for the new key; never for the end of the old one.
                let opened = daemon.log.components(separatedBy: "there is a new key").count - 1
                try check(opened, is: 1, "openings for a new key")
                try check(!daemon.log.contains("revoked"), "the link was never thrown out")
                try check(try daemon.status().link?.state, is: "up", "the link")

                let acts = try hall.central.ask(ControlRequest(.audit), as: AuditPage.self).rows
                    .filter { $0.act.hasPrefix("key-") }
                try check(
                    acts.map { "\($0.act) \($0.subject)" },
                    is: ["key-made hall-a.2 (controller)", "key-revoked hall-a (controller)"],
                    "the audit of keys")
                try check(acts.allSatisfy { !$0.who.isEmpty }, "who: \(acts.map(\.who))")
            }
        }

        @Test func aNewKeyThatTheCentralDoesNotKnowYet_DoesNotCutTheLink() async {
            await withHall(Self.plan) { hall in
                let file = hall.folder + "/hall-a.key"
                let foreign = "hall-a:" + String(repeating: "6", count: 64) + "\n"
                try foreign.write(toFile: file, atomically: false, encoding: .utf8)
                try hall.waitForLog(hall.first.daemon, "there is a new key")
                try within(10, "the central meets it") { try Self.count(hall, "wrong-key") > 0 }
                try within(10, "the old key serves") {
                    try hall.first.daemon.status().link?.state == "up"
                }
                try Self.callOne(hall)
            }
        }

        @Test func aRevokedKey_EndsItsLinksAtOnce_AndTheBoothsCallOn() async {
            await withHall(Self.plan) { hall in
                let keys = HallKeys(hall: hall)
                for _ in 0..<4 { _ = try hall.number(at: hall.central) }
                try within(10, "the tickets are in the tray") {
                    try hall.first.daemon.status().tray == 4
                }
                let session = hall.folder + "/session.pem"
                let arguments = OpenSSLClient.usual + (try keys.openSSL("kiosk-1"))
                let before = try OpenSSLClient.run(
                    port: hall.centralPort, arguments + ["-sess_out", session], says: [Self.kiosk],
                    until: "ATTACHED")
                try check(before.contains("ATTACHED"), before)
                try check(FileManager.default.fileExists(atPath: session), "a session is kept")

                let took = try seconds {
                    try keys.control("revoke", "hall-a")
                    try within(5, "the link ends") {
                        try hall.central.status().controllers?.first?.link == "down"
                    }
                }
                print("KeysTests: a revoked key's link ended after \(took) s, nobatctl included")
                try hall.waitForLog(hall.central, "revoked")
                try keys.control("revoke", "kiosk-1")
                for _ in 0..<4 { _ = try hall.callNext(1) }
                try within(10, "it tries in vain") { try Self.count(hall, "unknown-name") > 0 }
                let reason = try hall.first.daemon.status().link?.reason ?? ""
                try check(reason.contains("does not know the key hall-a"), "why: \(reason)")

                // Neither the key nor the session of before opens anything.
                for more in [[], ["-sess_in", session]] {
                    let after = try OpenSSLClient.run(
                        port: hall.centralPort, arguments + more, says: [Self.kiosk],
                        until: "ATTACHED")
                    try check(!after.contains("ATTACHED"), "revoked: \(after)")
                }
                try keys.control("new", "hall-a")
                try keys.bring("hall-a")
                try hall.waitUntilAgreed()
                try Self.callOne(hall)
            }
        }

        @Test func aFileTakenAway_EndsItsLinks_WithoutAWord() async {
            await withHall(Self.plan) { hall in
                try FileManager.default.removeItem(
                    atPath: hall.folder + "/keys/hall-a.controller.key")
                try within(10, "the link ends") {
                    try hall.central.status().controllers?.first?.link == "down"
                }
                try hall.waitForLog(hall.central, "hall-a (controller) is no longer valid")
            }
        }

        // MARK: - Configurations

        @Test func offThisMachine_PlainLinesAreRefusedInEitherDirection() async {
            await withHall(starts: false) { hall in
                for (program, key, to, needs) in [
                    ("nobat-central", "listen: 127.0.0.1", "listen: 0.0.0.0", "keys: "),
                    ("nobatd", "central: 127.0.0.1", "central: 192.0.2.7", "central-key: "),
                ] {
                    let file =
                        hall.folder + (program == "nobatd" ? "/hall-a.yaml" : "/central.yaml")
                    let text = try String(contentsOfFile: file, encoding: .utf8)
                        .replacingOccurrences(of: key, with: to)
                    try text.write(toFile: file, atomically: true, encoding: .utf8)
                    for arguments in [["--config", file, "--check-config"], ["--config", file]] {
                        let run = try Finished(program, arguments)
                        try check(run.status != 0, "\(program) starts: \(run.output)")
                        let line = program == "nobatd" ? "2:10" : "1:9"
                        for part in ["\(file):\(line):", "read and forged", needs] {
                            try check(run.output.contains(part), "\(part) in \(run.output)")
                        }
                    }
                }
            }
        }
    }
}
