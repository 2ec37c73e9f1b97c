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
            keyed: Bool = false,
            _ body: @escaping @Sendable (CentralNodes, _ known: [String: Int]) throws -> Void
        ) async {
            var plan = SoftwareHall.Plan()
            plan.controllers = ["hall-a", "hall-b"]
            plan.booths = 2
            plan.guardTime = "0ms"
            plan.hasKeys = keyed
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
                // To the controllers it is a machine that died without a word.
                try within(15, "the controllers have found the next node") {
                    try nodes.hall.controllers.allSatisfy {
                        let link = try $0.daemon.status().link
                        return link?.state == "up" && link?.peer.hasSuffix(":\(next.port)") == true
                    }
                }
                let back = Date().timeIntervalSince(start)
                print("NodesTests: all controllers were back \(Int(back * 1_000)) ms after that")
                try check(back < 9, "back within 9 s, as nodes.md says, not \(back)")
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

        /// Somebody's forgotten transaction is no reason to hand the halls over: the next node would be no
        /// better off.
        @Test func aLockedTableDelaysTheNode_AndItKeepsTheHalls() async {
            await Self.withNodes { nodes, known in
                var answers = Answers()
                try Self.work(nodes.hall, &answers)
                let owner = try need(nodes.owner, "an owner")
                try nodes.waitForStandby(of: owner)
                let process = owner.daemon.processID
                let crew = Crew()
                let server = nodes.server
                crew.add {
                    try? server.execute(
                        "BEGIN; LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4); COMMIT"
                    )
                }
                usleep(300_000)
                for _ in 0..<3 { try Self.work(nodes.hall, &answers) }
                try within(5, "the node says what it can't do") {
                    owner.daemon.log.contains("disk-failed")
                }
                try crew.join(20)
                try nodes.waitUntilTold()
                try check(nodes.owner?.port, is: owner.port, "who keeps the halls")
                try check(owner.daemon.processID == process, "it has not begun anew")
                try nodes.checkHistory(
                    issued: answers.issued, called: answers.called, since: known)
            }
        }

        /// Keys are files of each node, so one in waiting is asked about its own.
        @Test func aWaitingNodeAnswersAboutItsKeys() async {
            await Self.withNodes(keyed: true) { nodes, _ in
                let owner = try need(nodes.owner, "an owner")
                try nodes.waitForStandby(of: owner)
                for node in nodes.nodes {
                    let report = try node.daemon.ask(ControlRequest(.keysRead), as: KeysReport.self)
                    try check(report.keys.map(\.name), is: ["hall-a", "hall-b"], "keys")
                    try check(report.isOfOneNode, is: true, "and there are other nodes")
                    let links = report.keys.reduce(0) { $0 + $1.connections }
                    try check(links, is: node.port == owner.port ? 2 : 0, "links of \(node.port)")
                }
            }
        }

        /// Two halls with a schema and a service each: every hall is kept by a node of its own, and one
        /// that dies loses its hall to the other, which keeps its own meanwhile.
        @Test func hallsAreSpreadOverNodes_AndANodeThatDiesLosesItsOwnAlone() async {
            var plan = SoftwareHall.Plan()
            plan.booths = 2
            plan.guardTime = "0ms"
            guard let ports = try? (0..<4).map({ _ in try Wire.freePort() }) else {
                Issue.record("no port is free")
                return
            }
            (plan.controllers, plan.nodePorts) = (["east"], Array(ports.prefix(2)))
            var other = plan
            (other.controllers, other.nodePorts) = (["west"], Array(ports.suffix(2)))
            let westPlan = other
            await withHall(plan, starts: false) { hall in
                let server = try DatabaseServerProcess(folder: hall.folder + "/postgres")
                try server.start()
                defer { server.stop() }
                for schema in ["east", "west"] { try server.makeSchema(schema) }
                let westHall = try SoftwareHall(folder: hall.folder + "/west", plan: westPlan)
                defer { westHall.kill() }
                let east = try CentralNodes(hall, server: server, schema: "east")
                defer { east.stop() }
                let west = try CentralNodes(westHall, server: server, schema: "west", first: 1)
                defer { west.stop() }
                for group in [east, west] {
                    try group.waitForStandby(of: try need(group.owner, "an owner"))
                    try group.waitUntilTold()
                    try group.hall.waitUntilReady()
                }
                try check(east.owner?.port, is: ports[0], "the east is kept by the first node")
                try check(west.owner?.port, is: ports[3], "the west is kept by the second")
                let known = (try east.knownFacts(), try west.knownFacts())

                var (eastern, western) = (Answers(), Answers())
                for _ in 0..<3 { try Self.work(hall, &eastern) }
                for _ in 0..<3 { try Self.work(westHall, &western) }
                let start = Date()
                east.nodes[0].daemon.kill()
                try Self.work(hall, &eastern)
                try Self.work(westHall, &western)
                let next = try east.waitForOwner(besides: east.nodes[0])
                try Self.tell("one node of two halls was killed", [Date().timeIntervalSince(start)])
                try check(next.port, is: ports[1], "the second node keeps the east too")
                try east.waitUntilTold()
                try west.waitUntilTold()
                try check(west.owner?.port, is: ports[3], "the west stays where it was")
                let log = westHall.first.daemon.log
                let links = log.components(separatedBy: " link-up: ").count - 1
                try check(links, is: 1, "times the west's controller has connected")
                try east.checkHistory(
                    issued: eastern.issued, called: eastern.called, since: known.0)
                try west.checkHistory(
                    issued: western.issued, called: western.called, since: known.1)
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
