// SPDX-License-Identifier: Apache-2.0

// The technician's tools on the bus of a hall at work: calls go on, and whatever ends a tool, the
// displays are the booths' again.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct BusToolsTests {
        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            return plan
        }

        private static func tool(
            _ hall: SoftwareHall, _ arguments: String..., seconds: Double = 90
        ) throws -> Finished {
            try Finished(
                "nobatctl", arguments, seconds: seconds,
                environment: ["NOBAT_SOCKET": hall.first.daemon.socketPath])
        }

        @Test func aScanFindsAllWhileCallsGoOn() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                hall.first.bus.plugIn(40, version: (0, 9, 0))
                hall.first.bus.plugIn(247)
                hall.first.bus.plugIn(3)
                let scan = try Background(
                    "nobatctl", ["bus", "scan"],
                    environment: ["NOBAT_SOCKET": daemon.socketPath])
                try within(10, "the scan is under way") {
                    scan.output.contains("unit 1 answers")
                }
                var calls = 0
                while scan.isRunning, calls < 40 {
                    let booth = [1, 2, 4][calls % 3]
                    let number = try hall.number(at: daemon)
                    try check(try hall.callNext(booth), is: number, "the call")
                    try hall.waitForDisplay(booth, number, seconds: 3)
                    calls += 1
                    usleep(300_000)
                }
                try check(calls >= 5, "\(calls) calls during the scan")
                try scan.wait(90)
                let said = scan.output
                try check(scan.status, is: 1, "there are findings: \(said)")
                for finding in [
                    "two-units: unit 3", "old-firmware: unit 40", "not-configured: unit 40",
                    "new-unit: unit 247",
                ] {
                    try check(said.contains(finding), "\(finding) is told: \(said)")
                }
                for booth in [1, 2, 4] {
                    let row = said.split(separator: "\n").first {
                        $0.split(separator: " ").starts(with: ["\(booth)", "\(booth)", "software"])
                    }
                    try check(row != nil, "booth \(booth) has its row: \(said)")
                }
                for healthy in ["no-answer", "garbled", "unit 1:", "unit 2:", "unit 4:"] {
                    try check(!said.contains(healthy), "\(healthy) is not told: \(said)")
                }
                try check(!daemon.log.contains("display-lost"), "no display was lost")
            }
        }

        @Test func anAddressIsChangedAndFoundAgain() async {
            await withHall(Self.plan) { hall in
                hall.first.bus.plugIn(247)
                let taken = try Self.tool(hall, "bus", "address", "247", "2")
                try check(taken.status, is: 1, "a unit is there: \(taken.output)")
                try check(taken.output.contains("answers at 2 already"), taken.output)
                let moved = try Self.tool(hall, "bus", "address", "2", "78")
                try check(moved.status, is: 1, "a booth's display: \(moved.output)")
                try check(moved.output.contains("--force"), "it says how: \(moved.output)")
                try check(hall.first.bus.hasUnit(247), "it is where it was")

                let done = try Self.tool(hall, "bus", "address", "247", "77")
                try check(done.status, is: 0, "the change: \(done.output)")
                try check(hall.first.bus.hasUnit(77) && !hall.first.bus.hasUnit(247), "it moved")
                try check(done.output.contains("address: 77"), "what to write: \(done.output)")
                let scan = try Self.tool(hall, "bus", "scan", "displays", "--json")
                try check(scan.output.contains(#""address":77"#), "it is found: \(scan.output)")
                try check(!scan.output.contains(#""address":247"#), "and not: \(scan.output)")

                let forced = try Self.tool(hall, "bus", "address", "2", "78", "--force")
                try check(forced.status, is: 0, "it is meant: \(forced.output)")
                let replaced = try Self.tool(hall, "bus", "address", "77", "2")
                try check(replaced.status, is: 0, "a unit for booth 2: \(replaced.output)")
                try check(replaced.output.contains("booth 2's display now"), replaced.output)
                let nobody = try Self.tool(hall, "bus", "address", "99", "98")
                try check(nobody.status, is: 1, "nobody there: \(nobody.output)")
            }
        }

        @Test(arguments: [SIGKILL, SIGINT])
        func anIdentifiedUnitShowsItsNumberAgainWhateverEndsTheTool(number: Int32) async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                let ticket = try hall.number(at: daemon)
                try check(try hall.callNext(3), is: ticket, "the call")
                try hall.waitForDisplay(3, ticket)
                let tool = try Background(
                    "nobatctl", ["bus", "identify", "3"],
                    environment: ["NOBAT_SOCKET": daemon.socketPath])
                try within(10, "unit 3 blinks: \(tool.output)") {
                    hall.first.bus.isIdentifying(3)
                }
                try hall.waitForDisplay(3, "-003")
                let second = try Self.tool(hall, "bus", "identify", "2", "--seconds", "1")
                try check(second.status, is: 1, "one job at a time: \(second.output)")
                try check(second.output.contains("another job"), second.output)
                tool.send(number)
                try tool.wait(10)
                if number == SIGINT { try check(tool.status, is: 0, tool.output) }
                try within(10, "it is off again") { !hall.first.bus.isIdentifying(3) }
                try hall.waitForDisplay(3, ticket)
                try within(10, "the display is verified") {
                    try daemon.displays().allSatisfy(\.verified)
                }
            }
        }

        @Test func aDaemonThatDiesLeavesNoUnitBlinking() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                let tool = try Background(
                    "nobatctl", ["bus", "identify", "3"],
                    environment: ["NOBAT_SOCKET": daemon.socketPath])
                try within(10, "unit 3 blinks") { hall.first.bus.isIdentifying(3) }
                daemon.kill()
                try tool.wait(10)
                try check(tool.status, is: 2, tool.output)
                try check(hall.first.bus.isIdentifying(3), "nobody has told it")
                try daemon.start()
                try within(20, "it is off again") { !hall.first.bus.isIdentifying(3) }
            }
        }

        @Test func aTestRunsWithoutAPersonAndGivesTheDisplayBack() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                let first = try hall.number(at: daemon)
                try check(try hall.callNext(2), is: first, "the call")
                try hall.waitForDisplay(2, first)
                let tool = try Background(
                    "nobatctl", ["bus", "test", "2"],
                    environment: ["NOBAT_SOCKET": daemon.socketPath])
                try hall.waitForDisplay(2, "8888")
                let late = try hall.number(at: daemon)
                try check(try hall.callNext(2), is: late, "a call meanwhile")
                try tool.wait(60)
                try check(tool.status, is: 0, tool.output)
                try hall.waitForDisplay(2, late)
                try within(5, "it is verified") { try daemon.displays().allSatisfy(\.verified) }
            }
        }

        /// A person at the socket: a question waits, an answer goes on.
        @Test func aTestAsksAndHearsOverTheSocket() async {
            await withHall(Self.plan) { hall in
                let client = try ControlClient(path: hall.first.daemon.socketPath)
                var request = ControlRequest(.busTest)
                request.unit = 4
                request.asks = true
                try client.send(request)
                var questions = 0
                var last = ""
                while let line = client.readLine() {
                    last = line
                    if line.contains(#""kind":"question""#) {
                        questions += 1
                        var answer = ControlRequest(.busAnswer)
                        // The buzzer is not heard, and there are no buttons.
                        answer.yes = questions < 5
                        try client.send(answer)
                    }
                    if line.contains(#""kind":"result""#) { break }
                }
                try check(questions, is: 6, "questions")
                try check(last.contains("no-beep"), "the finding is told: \(last)")
                try check(last.contains("not told: buttons"), "and what was skipped: \(last)")
            }
        }

        /// The end finds room where a wish does not.
        @Test func aConnectionThatAskedTooMuchGivesThePortBack() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                var client: ControlClient? = try ControlClient(path: daemon.socketPath)
                try client?.send(ControlRequest(.busRelease))
                let released = try need(client?.readLine(), "a line")
                try check(released.contains(#""kind":"released""#), released)
                // More than a mailbox holds, each refused.
                var request = ControlRequest(.busIdentify)
                request.unit = 2
                for _ in 0..<300 { try client?.send(request) }
                client = nil
                try within(10, "nobatd has it back") {
                    try daemon.status().buses?.first?.state == "open"
                }
            }
        }

        @Test func whoHasThePortHearsWhenTheTimeIsUp() async {
            await withHall(Self.plan) { hall in
                let client = try ControlClient(path: hall.first.daemon.socketPath)
                var request = ControlRequest(.busRelease)
                request.seconds = 1
                try client.send(request)
                let released = try need(client.readLine(), "a line")
                try check(released.contains(#""kind":"released""#), released)
                let line = try need(client.readLine(), "a line when the time is up")
                try check(line.contains(#""kind":"result""#), line)
                try check(line.contains(#""isGood":false"#), line)
                try check(line.contains("takes it back"), line)
            }
        }

        @Test func withoutNobatdTheToolOpensThePortItself() async {
            await withHall(Self.plan) { hall in
                let port = "pty:" + hall.first.bus.path
                let held = try Self.tool(hall, "bus", "scan", "--port", port)
                try check(held.status, is: 1, "nobatd has it: \(held.output)")
                try check(held.output.contains("in use by another program"), held.output)
                hall.first.daemon.stop()
                let gone = try Self.tool(hall, "bus", "scan")
                try check(gone.status, is: 2, gone.output)
                try check(gone.output.contains("--port"), gone.output)
                let scan = try Self.tool(hall, "bus", "scan", "--port", port)
                try check(scan.status, is: 0, scan.output)
                try check(scan.output.contains("4 units answer; 0 findings"), scan.output)
                let identify = try Self.tool(
                    hall, "bus", "identify", "1", "--seconds", "1", "--port", port)
                try check(identify.status, is: 0, identify.output)
                try check(!hall.first.bus.isIdentifying(1), "it is off")
            }
        }

        @Test func olderFirmwareIsAWarningOnStatus() async {
            await withHall(Self.plan) { hall in
                try within(20, "the unit is known") {
                    let unit = try hall.first.daemon.status().buses?.first?.units[2]
                    return unit?.firmware == "1.0.0" && unit?.uptimeSeconds ?? 0 > 0
                        && unit?.finding == nil
                }
                hall.first.bus.unplug(3)
                hall.first.bus.plugIn(3, version: (0, 8, 2))
                try within(20, "the older unit is known") {
                    let unit = try hall.first.daemon.status().buses?.first?.units[2]
                    return unit?.firmware == "0.8.2" && unit?.finding == "old-firmware"
                }
                let status = try Self.tool(hall, "status")
                try check(status.output.contains("0.8.2 (old-firmware)"), status.output)
                try check(status.output.contains("software"), status.output)
                let displays = try Self.tool(hall, "displays")
                try check(displays.output.contains("0.8.2 (old-firmware)"), displays.output)
            }
        }

        @Test func otherSpeedsAreTriedOnlyWhenNothingAnswers() async {
            await withHall(Self.plan) { hall in
                var request = ControlRequest(.busScan)
                request.baud = 19_200
                let refusal = try need(try hall.first.daemon.refusal(request), "a refusal")
                try check(refusal.name, is: "wrong-speed", refusal.detail)
                for booth in 1...4 { hall.first.bus.power(UInt8(booth), false) }
                try within(30, "all are gone") {
                    try hall.first.daemon.status().buses?.first?.units.allSatisfy { !$0.online }
                        == true
                }
                hall.first.bus.power(2, true)
                let scan = try Background(
                    "nobatctl", ["bus", "scan", "--bauds", "--json"],
                    environment: ["NOBAT_SOCKET": hall.first.daemon.socketPath])
                try scan.wait(120)
                try check(scan.output.contains(#""address":2"#), scan.output)
            }
        }
    }
}
