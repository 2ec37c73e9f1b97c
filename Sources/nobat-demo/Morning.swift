// SPDX-License-Identifier: Apache-2.0

// The scripted morning: what people do in a hall from opening to closing, with the network and the
// programs failing in between, and after each scene a look at what the displays show and the books
// say.

import Control
import Foundation
import SoftwareHall

/// A morning that checks itself.
final class Morning {
    /// No morning takes longer, even when nothing works: every wait ends by then.
    static let secondsMax = 52.0

    let stage: Stage
    let transcript: Transcript
    let ledger = Ledger()
    /// When a booth last called: its next press waits for the guard time as a clerk would.
    var calledAt: [Int: ContinuousClock.Instant] = [:]

    /// How long a check waits for what must come.
    static let patience = 10.0
    private static let guardTime = Duration.milliseconds(850)

    init(_ stage: Stage) {
        self.stage = stage
        transcript = Transcript(seconds: { stage.seconds }, write: Output.write)
    }

    /// Plays it; whether every check held.
    func play() throws -> Bool {
        do {
            transcript.say("The central and the controller start.")
            try stage.open()
            try board("the four displays show dashes, each read back", [nil, nil, nil, nil])
            try admission()
            try corrections()
            try offline()
            try killedController()
            try killedCentral()
            try deadUnit()
            try closing()
        } catch let stopped as Stopped {
            throw stopped
        } catch let error as ControlError {
            transcript.check("the morning goes on", false, found: error.detail)
        } catch {
            transcript.check("the morning goes on", false, found: "\(error)")
        }
        transcript.finish()
        if !transcript.failures.isEmpty { Output.write("\n" + stage.logTail()) }
        return transcript.failures.isEmpty
    }

    // MARK: - What people do

    /// A patient takes a ticket at a daemon's kiosk; its number.
    func take(
        _ service: String = "admission", at daemon: RunningDaemon, _ priority: String = "normal"
    ) throws -> String {
        try StopSignals.check()
        let result = try stage.hall.take(service, at: daemon, priority: priority)
        let number = result.number ?? "none"
        ledger.issued(number)
        return number
    }

    /// A clerk presses; not sooner after a call than the guard time allows.
    @discardableResult
    func press(_ booth: Int, _ gesture: String = "short") throws -> ActionResult {
        if gesture == "short", let last = calledAt[booth] {
            let left = last + Self.guardTime - ContinuousClock.now
            if left > .zero {
                try stage.pause(Double(left.components.attoseconds) / 1e18 + 0.01)
            }
        }
        let result = try pressed(booth, gesture)
        if result.outcome == "called", let number = result.number {
            calledAt[booth] = .now
            ledger.called(number, at: booth)
        }
        return result
    }

    /// Presses, and presses again when it was too soon.
    private func pressed(_ booth: Int, _ gesture: String) throws -> ActionResult {
        for _ in 0..<10 {
            try StopSignals.check()
            do {
                return try stage.hall.press(booth, gesture, at: stage.controller.daemon)
            } catch let refusal as ControlError where refusal.name == "guard-time" {
                try stage.pause(0.2)
            }
        }
        return try stage.hall.press(booth, gesture, at: stage.controller.daemon)
    }

    // MARK: - What is seen

    /// Draws the four displays from their segments.
    func drawBoard() {
        let signs = stage.controller.booths.map { "[\(stage.reads($0))]" }.joined()
        transcript.show(signs)
    }

    /// Checks that the displays come to show `numbers` (nil is dashes), by their segments and as read
    /// back by the controller.
    func board(_ what: String, _ numbers: [String?]) throws {
        let expected = numbers.map { $0 ?? "----" }
        let stage = stage
        let came = try stage.wait(Self.patience) {
            guard let rows = stage.displays else { return false }
            return rows.map(\.shows) == expected && rows.allSatisfy(\.verified)
                && stage.controller.booths.map(stage.reads) == expected
        }
        drawBoard()
        let signs = expected.map { "[\($0)]" }.joined()
        transcript.check("\(what): \(signs)", came, found: told(stage.displays))
    }

    /// Checks a display that has just called: lit and dark in turn, and never faster than 2 Hz.
    func blinks(_ booth: Int) throws {
        var falls = 0
        var wasLit = true
        var sawLit = false
        let end = ContinuousClock.now + .milliseconds(1_900)
        while ContinuousClock.now < end {
            try StopSignals.check()
            let isLit = stage.controller.bus.segments(UInt8(booth)).contains { $0 != 0 }
            if wasLit, !isLit { falls += 1 }
            sawLit = sawLit || isLit
            wasLit = isLit
            usleep(5_000)
        }
        transcript.check(
            "booth \(booth) blinks, at 2 Hz or less", sawLit && (1...4).contains(falls),
            found: "it went dark \(falls) times in 1.9 s")
    }

    /// Checks that the four lamps come to a state.
    func lamps(_ what: String, _ state: String) throws {
        let came = try stage.wait(Self.patience) {
            self.stage.displays?.allSatisfy { $0.lamp == state } == true
        }
        transcript.check(what, came, found: told(stage.displays))
    }

    /// Numbers that wait at the controller, in the order in which they were issued.
    var waiting: [String] {
        (stage.queue(stage.controller.daemon) ?? []).filter { $0.state == "waiting" }
            .map(\.number)
    }

    /// Checks that a ticket comes to wait at the controller.
    func waits(_ number: String, _ what: String) throws {
        let came = try stage.wait(Self.patience) { self.waiting.contains(number) }
        transcript.check(what, came, found: "waiting are \(waiting.joined(separator: " "))")
    }

    /// Checks that the link is up, all is told, and both sides agree about every ticket.
    func agreement() throws {
        let stage = stage
        var differences = ["nobody answers"]
        let agrees = try stage.wait(Self.patience) {
            guard let status = stage.status(stage.controller.daemon), status.outbox == 0,
                status.link?.state == "up", let own = stage.queue(stage.controller.daemon),
                let others = stage.queue(stage.hall.central)
            else {
                differences = ["they are not connected"]
                return false
            }
            differences = Audit.differences(controller: own, central: others)
            return differences.isEmpty
        }
        transcript.check(
            "controller and central agree about every ticket, and nothing is untold", agrees,
            found: differences.joined(separator: "; "))
        let breaks = stage.history.map { Audit.callBreaks(ledger.all, $0) } ?? ["no history"]
        transcript.check(
            "every call that was answered is in the central's history once", breaks.isEmpty,
            found: breaks.joined(separator: "; "))
    }

    private func told(_ rows: [DisplayRow]?) -> String {
        guard let rows else { return "the controller does not answer" }
        return rows.map {
            "\($0.shows) (\($0.verified ? "read back" : "not read back"), lamp \($0.lamp))"
        }
        .joined(separator: ", ")
    }
}
