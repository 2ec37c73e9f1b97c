// SPDX-License-Identifier: Apache-2.0

// Programs are killed in the middle of the work, and a display loses its power.

import Control
import SoftwareHall

extension Morning {
    /// kill −9 of the controller under load, and a while without it.
    func killedController() throws {
        transcript.title("The controller is killed")
        let daemon = stage.controller.daemon
        let rush = RushHour(stage, ledger)
        defer { _ = rush.stop() }
        transcript.say("It gets busy: patients at both kiosks, four clerks pressing.")
        try stage.pause(1.6)
        daemon.kill()
        let before = rush.soFar
        transcript.say("kill -9 of the controller, after \(before.calls) calls in the rush.")
        drawBoard()
        transcript.check("clerks were at work when it happened", before.calls > 0)
        let dashes = stage.controller.booths.map { _ in "----" }
        let stage = stage
        let went = try stage.wait(Self.patience) {
            stage.controller.booths.map(stage.reads) == dashes
        }
        transcript.say("Nobody speaks to the displays any more; their own dead-man time runs out.")
        drawBoard()
        transcript.check("a stale number never looks live: all four go to dashes", went)
        transcript.check(
            "a press meanwhile is not answered", rush.soFar.unheard > before.unheard)

        try daemon.start()
        transcript.say("The controller is started again.")
        _ = try stage.wait(Self.patience) { rush.soFar.calls > before.calls + 3 }
        let after = rush.stop()
        transcript.check(
            "the clerks work on: \(after.calls - before.calls) calls more",
            after.calls > before.calls)
        try lastCalls()
        try agreement()
    }

    /// kill −9 of the central under load.
    func killedCentral() throws {
        transcript.title("The central is killed")
        let rush = RushHour(stage, ledger)
        defer { _ = rush.stop() }
        try stage.pause(0.8)
        stage.hall.central.kill()
        let before = rush.soFar
        transcript.say("kill -9 of the central, in the next rush.")
        try stage.pause(1.5)
        let during = rush.soFar
        transcript.check(
            "calling goes on without it: \(during.calls - before.calls) calls",
            during.calls > before.calls)
        try stage.hall.central.start()
        transcript.say("The central is started again.")
        try stage.pause(0.5)
        _ = rush.stop()
        try lastCalls()
        try agreement()
    }

    /// A display without power, which then comes back.
    func deadUnit() throws {
        transcript.title("A display fails")
        let unit = 4
        stage.controller.bus.power(UInt8(unit), false)
        transcript.say("The display of booth 4 loses its power.")
        let stage = stage
        let noticed = try stage.wait(Self.patience) {
            stage.displays?.first { $0.booth == unit }.map {
                $0.online == false && !$0.verified && $0.lamp == "fault"
            } == true
        }
        drawBoard()
        transcript.check(
            "the controller says so, and the lamp of booth 4 tells the clerk", noticed,
            found: "\(stage.displays?.last.map { "\($0)" } ?? "no answer")")
        let call = try press(unit)
        transcript.say("The clerk presses all the same: \(call.sentence).")
        let other = try press(1)
        transcript.say("And so does booth 1: \(other.sentence).")
        let shown = try stage.wait(2) { stage.reads(1) == other.number }
        transcript.check("the other displays on the line go on", shown, found: stage.reads(1))
        stage.controller.bus.power(UInt8(unit), true)
        transcript.say("The display has power again.")
        let isBack = try stage.wait(15) { stage.reads(unit) == call.number }
        drawBoard()
        transcript.check(
            "it comes back to the booth's last call, \(call.number ?? "none")",
            isBack && call.number != nil, found: stage.reads(unit))
    }

    /// Checks that the displays show the last calls that the central's history tells of.
    private func lastCalls() throws {
        let stage = stage
        var expected: [String] = []
        let booths = stage.controller.booths
        let same = try stage.wait(Self.patience) {
            guard stage.status(stage.controller.daemon)?.outbox == 0,
                let history = stage.history
            else { return false }
            let last = Dictionary(
                history.compactMap(Audit.call).map { ($0.booth, $0.number) }
            ) { _, later in later }
            expected = booths.map { last[$0] ?? "----" }
            guard let rows = stage.displays else { return false }
            return booths.map(stage.reads) == expected && rows.allSatisfy(\.verified)
        }
        drawBoard()
        transcript.check(
            "the displays show the last call of each booth by the central's history", same,
            found: "history says \(expected)")
    }
}
