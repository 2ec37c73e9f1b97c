// SPDX-License-Identifier: Apache-2.0

// Two central nodes over one PostgreSQL server: a node is killed, the server is killed, a node is cut
// from the server while it still hears the controllers. `make postgres` runs them.

import Control
import Foundation
import SoftwareHall
import Testing

/// What `make postgres` sets.
private let hasServer = ProcessInfo.processInfo.environment["NOBAT_POSTGRES"] != nil

extension DaemonTests {
    @Suite(.enabled(if: hasServer, "NOBAT_POSTGRES is not set; make postgres"))
    struct NodesTests {
        /// From the fault until another node keeps the halls.
        static let takeOverMax = 5.0

        /// What people were answered.
        struct Answers {
            var issued: [String] = []
            var called: [String] = []
        }

        private static func withNodes(
            _ body: @escaping @Sendable (CentralNodes, _ known: [String: Int]) throws -> Void
        ) async {
            var plan = SoftwareHall.Plan()
            plan.controllers = ["hall-a", "hall-b"]
            plan.booths = 2
            plan.guardTime = "0ms"
            guard let ports = try? [Wire.freePort(), Wire.freePort()] else {
                Issue.record("no port is free")
                return
            }
            plan.nodePorts = ports
            await withHall(plan, starts: false) { hall in
                let nodes = try CentralNodes(hall)
                defer { nodes.stop() }
                do {
                    let owner = try nodes.waitForOwner()
                    try nodes.waitForStandby(of: owner)
                    try nodes.waitUntilTold()
                    try hall.waitUntilReady()
                    try body(nodes, try nodes.knownFacts())
                } catch let failure as Failure {
                    let logs = nodes.nodes.map(\.daemon).map { daemon in
                        "--- \(daemon.logPath)\n"
                            + daemon.log.split(separator: "\n").suffix(30).joined(separator: "\n")
                    }
                    throw Failure(
                        text: failure.text + "\n" + logs.joined(separator: "\n"),
                        location: failure.location)
                }
            }
        }

        /// Tickets and calls at both controllers.
        private static func work(_ hall: SoftwareHall, _ answers: inout Answers) throws {
            for controller in hall.controllers {
                for _ in 0..<3 {
                    answers.issued.append(try hall.number(at: controller.daemon))
                }
                for booth in controller.booths {
                    let result = try hall.press(booth, at: controller.daemon)
                    if result.outcome == "called", let number = result.number {
                        answers.called.append(number)
                    }
                }
            }
        }

        @Test func aNodeIsKilled_AnotherGoesOn_AndNothingIsLost() async {
            await Self.withNodes { nodes, known in
                var answers = Answers()
                var spans: [Double] = []
                for _ in 0..<5 {
                    try Self.work(nodes.hall, &answers)
                    let owner = try need(nodes.owner, "an owner")
                    try nodes.waitForStandby(of: owner)
                    answers.issued.append(
                        try need(
                            try nodes.hall.take(at: owner.daemon).number, "a number of the node"))
                    try Self.work(nodes.hall, &answers)
                    let start = Date()
                    owner.daemon.kill()
                    try Self.work(nodes.hall, &answers)
                    _ = try nodes.waitForOwner()
                    spans.append(Date().timeIntervalSince(start))
                    try nodes.waitUntilTold()
                }
                try Self.tell("a node was killed (SIGKILL)", spans)
                try check(answers.called.count >= 20, "there were calls: \(answers.called.count)")
                try nodes.checkHistory(
                    issued: answers.issued, called: answers.called, since: known)
            }
        }

        @Test func theServerIsKilled_NothingIsAcknowledgedMeanwhile_AndNothingIsLost() async {
            await Self.withNodes { nodes, known in
                var answers = Answers()
                var spans: [Double] = []
                for _ in 0..<3 {
                    try Self.work(nodes.hall, &answers)
                    let owner = try need(nodes.owner, "an owner")
                    try nodes.server.kill()
                    try Self.work(nodes.hall, &answers)
                    try within(5, "the node lets go") { nodes.owner == nil }
                    for controller in nodes.hall.controllers {
                        try check(
                            try controller.daemon.status().outbox ?? 0 > 0,
                            "\(controller.name) keeps what nobody took")
                    }
                    try check(owner.daemon.log.contains("database-lost"), "the node says why")
                    try Self.work(nodes.hall, &answers)
                    let start = Date()
                    try nodes.server.start()
                    _ = try nodes.waitForOwner()
                    spans.append(Date().timeIntervalSince(start))
                    try nodes.waitUntilTold()
                }
                try Self.tell("the server was killed, from its new start on", spans)
                try nodes.checkHistory(
                    issued: answers.issued, called: answers.called, since: known)
            }
        }

        @Test func aNodeCutFromTheServerAcknowledgesNothing_AndAnotherTakesOver() async {
            await Self.withNodes { nodes, known in
                var answers = Answers()
                var spans: [Double] = []
                for _ in 0..<4 {
                    try Self.work(nodes.hall, &answers)
                    let owner = try need(nodes.owner, "an owner")
                    try nodes.waitForStandby(of: owner)
                    try nodes.waitUntilTold()
                    // It hears the controllers, and its server no more.
                    let start = Date()
                    owner.wire.set(.dead)
                    let process = owner.daemon.processID
                    try Self.work(nodes.hall, &answers)
                    var looks = 0
                    while owner.daemon.isRunning, owner.daemon.processID == process {
                        for controller in nodes.hall.controllers {
                            let status = try controller.daemon.status()
                            // Whoever still hangs on this node has nobody else to be told by.
                            guard let link = status.link, link.state == "up",
                                link.peer.hasSuffix(":\(owner.port)")
                            else { continue }
                            try check(
                                status.outbox ?? 0 > 0,
                                "\(controller.name) was told that its facts are kept")
                            looks += 1
                        }
                        try check(
                            Date().timeIntervalSince(start) < Self.takeOverMax,
                            "the node that is cut off ends")
                        usleep(20_000)
                    }
                    try check(looks > 10, "the node that was cut off went on for a while: \(looks)")
                    _ = try nodes.waitForOwner(besides: owner)
                    spans.append(Date().timeIntervalSince(start))
                    owner.wire.set(.good)
                    try nodes.waitUntilTold()
                }
                try Self.tell("a node was cut from the server", spans)
                try nodes.checkHistory(
                    issued: answers.issued, called: answers.called, since: known)
            }
        }

        /// Frozen, it can't even let go; what it says when it goes on counts for nothing.
        @Test func aFrozenNodeLosesTheHalls_AndDoesNoHarmWhenItGoesOn() async {
            await Self.withNodes { nodes, known in
                var answers = Answers()
                try Self.work(nodes.hall, &answers)
                let owner = try need(nodes.owner, "an owner")
                let start = Date()
                owner.daemon.freeze(true)
                try Self.work(nodes.hall, &answers)
                let next = try nodes.waitForOwner(besides: owner)
                try Self.tell("a node was frozen (SIGSTOP)", [Date().timeIntervalSince(start)])
                try Self.work(nodes.hall, &answers)
                owner.daemon.freeze(false)
                try within(10, "the node that was frozen says that it lost the halls") {
                    owner.daemon.log.contains("database-lost")
                }
                try nodes.waitUntilTold(40)
                try nodes.waitForStandby(of: next)
                try nodes.checkHistory(
                    issued: answers.issued, called: answers.called, since: known)
            }
        }

        private static func tell(_ what: String, _ spans: [Double]) throws {
            let texts = spans.map { "\((Int($0 * 100)))" }.map {
                let digits = $0.count < 3 ? String(repeating: "0", count: 3 - $0.count) + $0 : $0
                return digits.dropLast(2) + "." + digits.suffix(2)
            }
            print("NodesTests: \(what): the halls were kept again after \(texts) s")
            try check(
                spans.allSatisfy { $0 < takeOverMax },
                "taken over within \(takeOverMax) s: \(spans)")
        }
    }
}
