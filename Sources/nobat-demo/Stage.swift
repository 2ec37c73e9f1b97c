// SPDX-License-Identifier: Apache-2.0

// The hall of the demo, asked and waited for in a way that a signal can end at once.

import Control
import Foundation
import SoftwareHall

/// A central, one controller with four booths, and what both ways of the demo do with them.
final class Stage: Sendable {
    /// The clinic.
    let hall: SoftwareHall
    /// Its one controller.
    let controller: SoftwareHall.Controller
    /// When the demo began.
    let startedAt = ContinuousClock.now
    /// When the demo must be at its end; nil when a person ends it.
    private let endsAt: ContinuousClock.Instant?

    /// Four booths that tell a stale number early, and blocks that a few offline tickets use up.
    private static var plan: SoftwareHall.Plan {
        var plan = SoftwareHall.Plan()
        plan.block = 6
        plan.deadMan = "4s"
        return plan
    }

    /// Makes the hall's files; nothing runs yet.
    init(folder: String, secondsMax: Double? = nil) throws {
        hall = try SoftwareHall(folder: folder, plan: Self.plan)
        controller = hall.controllers[0]
        endsAt = secondsMax.map { ContinuousClock.now + .seconds($0) }
    }

    /// Starts the daemons, and waits until the controller has numbers and all four displays
    /// are known to show dashes.
    func open() throws {
        try hall.central.start()
        try controller.daemon.start()
        var hasEnded = false
        let isUp = try wait(30) {
            hasEnded = !self.hall.central.isRunning || !self.controller.daemon.isRunning
            if hasEnded { return true }
            guard let status = self.status(controller.daemon), status.link?.state == "up",
                Self.isIntroduced(status), let rows = self.displays
            else { return false }
            return rows.count == controller.booths.count && rows.allSatisfy(\.verified)
        }
        guard isUp, !hasEnded else {
            throw ControlError(
                name: "start",
                detail: hasEnded
                    ? "a daemon ended at its start" : "the hall did not come up in 30 s")
        }
    }

    /// Whether a controller has numbers of every service for today, and of its own series.
    private static func isIntroduced(_ status: StatusReport) -> Bool {
        let blocks = (status.blocks ?? []).filter { $0.service == nil || $0.day == status.day }
        return Set(blocks.map(\.service)).count == plan.services.count + 1
    }

    /// Stops every process and thread of the hall.
    func close() { hall.stop() }

    /// Seconds since the demo began.
    var seconds: Double {
        let passed = ContinuousClock.now - startedAt
        return Double(passed.components.seconds)
            + Double(passed.components.attoseconds) / 1e18
    }

    /// Waits until something holds, for at most `seconds` and never past the demo's end. Throws when
    /// the demo shall stop.
    func wait(_ seconds: Double, until holds: () -> Bool) throws -> Bool {
        var end = ContinuousClock.now + .seconds(seconds)
        if let endsAt { end = min(end, endsAt) }
        while true {
            try StopSignals.check()
            if holds() { return true }
            guard ContinuousClock.now < end else { return false }
            usleep(15_000)
        }
    }

    /// Lets time pass. Throws when the demo shall stop.
    func pause(_ seconds: Double) throws { _ = try wait(seconds) { false } }

    /// What a daemon says of itself; nil when it does not answer.
    func status(_ daemon: RunningDaemon) -> StatusReport? {
        try? daemon.ask(ControlRequest(.status), as: StatusReport.self)
    }

    /// What the controller has read back from its displays; nil when it does not answer.
    var displays: [DisplayRow]? {
        try? controller.daemon.ask(ControlRequest(.displays), as: [DisplayRow].self)
    }

    /// The tickets that a daemon knows; nil when it does not answer.
    func queue(_ daemon: RunningDaemon) -> [TicketRow]? {
        try? daemon.ask(ControlRequest(.queue), as: [TicketRow].self)
    }

    /// The central's history; nil when it does not answer.
    var history: [HistoryRow]? {
        try? hall.central.ask(ControlRequest(.history), as: [HistoryRow].self)
    }

    /// Does something at a booth through the controller's socket.
    func act(_ verb: ControlVerb, booth: Int, seconds: Int? = nil) throws -> ActionResult {
        var request = ControlRequest(verb)
        request.booth = booth
        request.seconds = seconds
        return try controller.daemon.ask(request, as: ActionResult.self)
    }

    /// The text that a display draws, read from its segments; a blink's dark half is waited out.
    func reads(_ booth: Int) -> String {
        let dark = "    "
        for _ in 0..<80 {
            let text = controller.bus.lit(UInt8(booth))
            if text.isEmpty { return dark }
            if text != dark { return text }
            usleep(10_000)
        }
        return dark
    }

    /// The last lines of the daemons' logs.
    func logTail(_ lines: Int = 25) -> String {
        [hall.central, controller.daemon].map { daemon in
            let log = daemon.log.split(separator: "\n").suffix(lines).joined(separator: "\n")
            return "--- the end of \(daemon.program)'s log (\(daemon.logPath)):\n\(log)\n"
        }.joined()
    }
}
