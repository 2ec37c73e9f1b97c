// SPDX-License-Identifier: Apache-2.0

// Peers that break the protocol, by mistake or on purpose: each of them has its named outcome, and
// the booths keep calling.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct HostileTests {
        private static let kiosk = "HELLO version=1 role=kiosk name=kiosk-1"

        private static func hello(_ name: String, _ epoch: String, last: Int = 0) -> String {
            "HELLO version=1 role=controller name=\(name) epoch=\(epoch) central=none applied=0 "
                + "first=1 last=\(last) have=0 day=0"
        }

        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            return plan
        }

        /// A ticket from the central is called and shown: the hall works.
        private static func callOne(
            _ hall: SoftwareHall, at location: SourceLocation = #_sourceLocation
        ) throws {
            let number = try hall.number(at: hall.central, location: location)
            let called = try hall.callNext(1, at: location)
            try check(called, is: number, "the call", at: location)
            try hall.waitForDisplay(1, number, at: location)
        }

        /// How many lines the history has, but for those of connections.
        private static func happenings(_ hall: SoftwareHall) throws -> Int {
            try hall.history().count { $0.kind != "link-up" && $0.kind != "link-down" }
        }

        // MARK: - Bad lines to the central

        @Test func badLines_AreAnsweredByName() async {
            await withHall(Self.plan) { hall in
                let cases: [(name: String, line: [UInt8])] = [
                    ("bad-line", Array("\u{1}\u{2}garbage\r\n".utf8)),
                    ("bad-line", Array("\n".utf8)),
                    ("bad-line", Array("TAKE reference=1 reference=2 service=admission\n".utf8)),
                    ("unknown-verb", Array("FROB x=1\n".utf8)),
                    ("missing-key", Array("TAKE reference=1\n".utf8)),
                    ("bad-value", Array("TAKE reference=-1 service=admission\n".utf8)),
                    ("bad-value", Array("TAKE reference=1 service=Not%20A%20Name\n".utf8)),
                    ("not-utf8", [0x54, 0xFF, 0xFE, 0x0A]),
                    ("over-long", [UInt8](repeating: 0x41, count: 5_000) + [0x0A]),
                    (
                        "unexpected",
                        Array("WELCOME version=1 central=5f have=0 day=0 rank=0\n".utf8)
                    ),
                    ("role", Array("FENCE reference=1 controller=hall-a\n".utf8)),
                ]
                for (name, line) in cases {
                    let peer = try RawClient(port: hall.centralPort)
                    peer.say(Self.kiosk)
                    try peer.waitFor("ATTACHED")
                    peer.send(line)
                    let answer = try peer.waitFor("ERROR")
                    try check(answer.contains("name=\(name) "), "\(name), not \(answer)")
                    try check(answer.contains("detail="), "a sentence: \(answer)")
                    try Self.callOne(hall)
                }
                let peer = try RawClient(port: hall.centralPort)
                peer.say(Self.kiosk)
                peer.say("FROB x=1")
                let answer = try peer.waitFor("unknown-verb")
                try check(answer.contains("FROB"), "the verb is named: \(answer)")
                try hall.waitForLog(hall.central, "unknown-verb")
            }
        }

        @Test func noise_EndsItsConnectionAndNothingElse() async {
            await withHall(Self.plan) { hall in
                var random = SeededNumbers(seed: 7)
                var peers: [RawClient] = []
                for _ in 0..<20 {
                    let peer = try RawClient(port: hall.centralPort)
                    peer.send((0..<20_000).map { _ in UInt8.random(in: 0...255, using: &random) })
                    peers.append(peer)
                }
                try Self.callOne(hall)
                for peer in peers { try peer.waitForEnd() }
                let status = try hall.central.status()
                try check(status.controllers?.first?.link, is: "up", "the controller's link")
                try Self.callOne(hall)
            }
        }

        @Test func strangers_AreRefusedByName() async {
            await withHall(Self.plan) { hall in
                let unknown = try RawClient(port: hall.centralPort)
                unknown.say(Self.hello("nowhere", "1a"))
                try unknown.waitFor("ERROR name=unknown-controller")
                try unknown.waitForEnd()
                try hall.waitForLog(hall.central, "unknown-controller")

                let second = try RawClient(port: hall.centralPort)
                second.say(Self.hello("hall-a", "1a"))
                try second.waitFor("ERROR name=name-taken")
                try second.waitForEnd()
                try hall.waitForLog(hall.central, "name-taken")

                let early = try RawClient(port: hall.centralPort)
                early.say("PING")
                early.say("TAKE reference=1 service=admission")
                try early.waitFor("ERROR name=unexpected")
                try early.waitForEnd()

                let old = try RawClient(port: hall.centralPort)
                old.say("HELLO version=0 role=kiosk name=kiosk-1")
                try old.waitFor("ERROR name=")
                try old.waitForEnd()

                let silent = try RawClient(port: hall.centralPort)
                try silent.waitFor("ERROR name=silent-peer", seconds: 10)
                try silent.waitForEnd()
                try Self.callOne(hall)
                let log = hall.first.daemon.log
                try check(!log.contains("link-down"), "the controller was never disturbed")
            }
        }

        /// A copy of the controller from before it had applied its orders: it is told to begin anew,
        /// and the true one goes on.
        @Test func oldCopyOfAController_IsRefusedByName() async {
            await withHall(Self.plan) { hall in
                try Self.callOne(hall)
                try hall.waitUntilAgreed()
                let epoch = try hall.first.daemon.status().epoch
                let central = try hall.central.status().epoch
                let before = try Self.happenings(hall)
                let copy = try RawClient(port: hall.centralPort)
                copy.say(
                    "HELLO version=1 role=controller name=hall-a epoch=\(epoch) central=\(central) "
                        + "applied=0 first=1 last=1 have=0 day=0")
                try copy.waitFor("ERROR name=epoch-superseded")
                try copy.waitForEnd()
                try hall.waitUntilAgreed()
                try check(try hall.first.daemon.status().epoch, is: epoch, "the true one's epoch")
                try check(
                    try Self.happenings(hall), is: before, "lines of the history, but for links")
                try Self.callOne(hall)
            }
        }

        /// A controller says its log twice: it is acknowledged twice, and counts once.
        @Test func replayedLog_CountsOnce() async {
            var plan = Self.plan
            plan.controllers = ["hall-a", "hall-b"]
            await withHall(plan, starts: false) { hall in
                try hall.central.start()
                try hall.first.daemon.start()
                for daemon in [hall.central, hall.first.daemon] {
                    try check(daemon.waitUntilItAnswers(), "\(daemon.program) answers")
                }
                let first = try RawClient(port: hall.centralPort)
                first.say(Self.hello("hall-b", "b0b"))
                let welcome = try first.waitFor("WELCOME")
                let central = try need(
                    welcome.split(separator: " ").first { $0.hasPrefix("central=") }, "an epoch"
                ).dropFirst(8)
                let day = try hall.central.status().day
                let ticket = "ticket=hall-b.1.1 number=Z001 day=\(day) service=admission"
                let log = [
                    "1 REPORT", "2 REPORT-END", "3 BOOTH-OPENED booth=5 services=admission",
                    "4 ISSUED \(ticket) class=normal rank=900",
                    "5 CALLED booth=5 \(ticket) class=normal rank=900",
                    "6 FINISHED booth=5 ticket=hall-b.1.1", "7 BOOTH-CLOSED booth=5",
                ]
                for line in log + log { first.say(line) }
                try first.waitFor("ACK through=7")
                first.say("9 BOOTH-CLOSED booth=5")
                try first.waitFor("ERROR name=out-of-order")
                try first.waitForEnd()
                let orders = first.lines.compactMap { Int($0.prefix { $0 != " " }) }.max() ?? 0
                let told = try hall.history().filter { $0.row.controller == "hall-b" }
                try check(told.compactMap(\.row.fact), is: [3, 4, 5, 6, 7], "facts of hall-b")

                let again = try RawClient(port: hall.centralPort)
                again.say(
                    "HELLO version=1 role=controller name=hall-b epoch=b0b central=\(central) "
                        + "applied=\(orders) first=1 last=7 have=0 day=\(day)")
                let back = try again.waitFor("WELCOME")
                try check(back.contains("have=7"), "nothing is wanted again: \(back)")
                for line in log { again.say(line) }
                try again.waitFor("ACK through=7")
                let after = try hall.history().filter { $0.row.controller == "hall-b" }
                try check(after.count, is: told.count, "lines of hall-b")
                try Self.callOne(hall)
            }
        }

        // MARK: - Connections that die

        @Test func deadWire_IsNoticedByBothWithinSeconds() async {
            await withHall(Self.plan) { hall in
                let number = try hall.number(at: hall.central)
                try within(10, "the ticket is in the tray") {
                    try hall.first.daemon.status().tray == 1
                }
                hall.first.wire.set(.dead)
                let took = try seconds {
                    try within(8, "both notice a dead wire") {
                        let here = try hall.first.daemon.status().link?.state
                        let there = try hall.central.status().controllers?.first?.link
                        return here != "up" && there == "down"
                    }
                }
                print("HostileTests: a dead wire was noticed by both after \(took) s")
                try check(took < 6.5, "noticed within 5 s and some: \(took) s")
                try check(try hall.callNext(1), is: number, "the call")
                try hall.waitForDisplay(1, number)
                hall.first.wire.set(.cut)
                hall.first.wire.set(.good)
                try hall.waitUntilAgreed()
                try Self.callOne(hall)
            }
        }

        // MARK: - A central that is none

        @Test func falseCentral_CanNotStopTheBooths() async {
            await withHall(Self.plan) { hall in
                for _ in 0..<6 { _ = try hall.number(at: hall.central) }
                try within(10, "the tickets are in the tray") {
                    try hall.first.daemon.status().tray == 6
                }
                hall.first.daemon.kill()
                hall.central.kill()
                let falseCentral = try RawListener()
                try hall.redirect(hall.first, to: falseCentral.port)
                try hall.first.daemon.start()
                try check(hall.first.daemon.waitUntilItAnswers(), "the controller comes up")
                let daemon = hall.first.daemon
                let stories: [(says: [String], logs: String)] = [
                    (["FROB x=1", "FROB x=2", "FROB x=3"], "unknown-verb"),
                    (
                        [String](repeating: String(repeating: "A", count: 3_000), count: 3),
                        "over-long"
                    ),
                    (["TICKET reference=1 number=A001 ticket=central.5f.1 ahead=0"], "unexpected"),
                    (["WELCOME version=0"], "bad-value"),
                    (["ERROR name=unknown-controller detail=who"], "unknown-controller"),
                    (["\u{7}\u{0}\u{1}", "\u{1B}[2J", "%%%"], "bad-line"),
                ]
                for (index, story) in stories.enumerated() {
                    let peer = try falseCentral.accept()
                    try peer.waitFor("HELLO")
                    for line in story.says { peer.say(line) }
                    try hall.waitForLog(daemon, story.logs)
                    if index < 6 { _ = try hall.callNext(index % 4 + 1) }
                    if story.says.count >= 3 || index > 1 { try peer.waitForEnd() }
                }
                let display = hall.first.bus
                try within(10, "the last calls stand on the displays") {
                    (1...4).allSatisfy { display.shown(UInt8($0)).hasPrefix("A") }
                }
            }
        }
    }
}
