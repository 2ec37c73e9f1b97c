// SPDX-License-Identifier: Apache-2.0

// The programs in Tests/Peers, written in Python from the protocol's page alone, with the real
// daemons at the other end: what they expect of us, and what our own queue and history then say.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct PeersTests {
        private static func script(_ name: String) throws -> String {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("Peers/\(name)").path
            try check(FileManager.default.fileExists(atPath: path), "\(path) is there")
            return path
        }

        /// Runs a script; a machine without Python can't run this tier.
        private static func python(_ script: String, _ arguments: [String]) throws -> Finished {
            let path = try Self.script(script)
            let run = try Finished(
                "/usr/bin/env", ["python3", path] + arguments, seconds: 60,
                environment: ["PYTHONDONTWRITEBYTECODE": "1"])
            try check(run.status != 127, "python3 is needed: apt-get install python3")
            return run
        }

        @Test func kioskAndControllerInPython_AreServedByTheCentral() async {
            var plan = SoftwareHall.Plan()
            plan.controllers = ["hall-a", "hall-b"]
            await withHall(plan, starts: false) { hall in
                try hall.central.start()
                try check(hall.central.waitUntilItAnswers(), "the central answers")
                let port = String(hall.centralPort)
                let kiosk = try Self.python(
                    "client.py",
                    ["--port", port, "--role", "kiosk", "--name", "kiosk-1", "--take", "5"])
                try check(kiosk.status, is: 0, "the kiosk: \(kiosk.output)")
                let queue = try hall.central.queue()
                try check(
                    queue.map(\.number), is: ["A001", "A002", "A003", "A004", "A005"],
                    "the numbers that it took")

                let controller = try Self.python(
                    "client.py",
                    ["--port", port, "--name", "hall-a", "--calls", "4", "--reconnect"])
                try check(controller.status, is: 0, "the controller: \(controller.output)")
                let told = try hall.history()
                let calls = told.filter { $0.kind == "called" && $0.row.controller == "hall-a" }
                try check(
                    calls.map(\.number), is: ["A001", "A002", "A003", "A004"],
                    "its calls in the history")
                let ended = told.filter { $0.kind == "finished" }.map(\.number)
                try check(ended, is: calls.map(\.number), "what it finished")
                let last = try hall.central.queue().first { $0.number == "A005" }
                try check(last?.state, is: "waiting", "the one that it did not call")
            }
        }

        @Test func centralInPython_IsServedByTheController() async {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            await withHall(plan, starts: false) { hall in
                let port = try Wire.freePort()
                try hall.redirect(hall.first, to: port)
                let daemon = hall.first.daemon
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "the controller answers")
                let crew = Crew()
                let called = Numbers()
                crew.add {
                    while !called.isEnded {
                        let result = try? hall.press(1, at: daemon)
                        if result?.outcome == "called" { called.add(result?.number ?? "") }
                        usleep(50_000)
                    }
                }
                defer { called.end() }
                let central = try Self.python(
                    "central.py", ["--port", String(port), "--deal", "5", "--calls", "4"])
                called.end()
                try crew.join(10)
                try check(central.status, is: 0, "the central: \(central.output)")
                try check(called.all.count >= 4, "calls: \(called.all)")
                try check(Set(called.all).count, is: called.all.count, "called once each")
                let ended = try daemon.queue().filter { $0.booth == 1 }.map(\.number)
                try check(Set(ended), is: Set(called.all), "the controller's own tickets")
                let units = try daemon.status().blocks?.filter { $0.service == nil }
                try check(units?.first?.next, is: "X001", "the local lease of the central")
            }
        }
    }
}

/// Numbers that one thread collects for another.
private final class Numbers: @unchecked Sendable {
    // Both are guarded by `lock`.
    private let lock = NSLock()
    private var kept: [String] = []
    private var hasEnded = false

    var all: [String] { lock.withLock { kept } }
    var isEnded: Bool { lock.withLock { hasEnded } }

    func add(_ number: String) { lock.withLock { kept.append(number) } }
    func end() { lock.withLock { hasEnded = true } }
}
