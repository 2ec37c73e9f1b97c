// SPDX-License-Identifier: Apache-2.0

// The technician's page of a controller: its view is made anew when something happened, and once a
// second, while somebody looks.

import BoothUnit
import Control
import DaemonSupport
import Dispatch
import NobatConfiguration
import QueueCore
import StatusPages
import Synchronization
import Uplink

/// The last press of each button, noted as it comes from the line.
final class PressMemory: Sendable {
    private let presses = Mutex<[BoothNumber: (at: Moment, gesture: String?)]>([:])
    private let now: @Sendable () -> Moment

    init(now: @escaping @Sendable () -> Moment) { self.now = now }

    /// A contact closed.
    func down(_ booth: BoothNumber) { presses.withLock { $0[booth] = (now(), nil) } }

    /// It was a gesture.
    func gesture(_ booth: BoothNumber, _ gesture: Gesture) {
        presses.withLock { $0[booth] = (now(), gesture.rawValue) }
    }

    func report(_ timestamps: Timestamps) -> [Int: LastPress] {
        let all = presses.withLock { $0 }
        return Dictionary(
            uniqueKeysWithValues: all.map { booth, press in
                (
                    Int(booth),
                    LastPress(at: timestamps.text(press.at), gesture: press.gesture)
                )
            })
    }
}

/// Keeps the technician's page in step with the controller.
final class TechnicianDesk: Sendable {
    private struct State {
        var isLookWanted = false
        var log: [EventRow] = []
    }

    let page: LivePage
    private let loop: MachineLoop<ControllerHands>
    private let reports: ControllerReports
    private let presses: PressMemory
    private let buttons: Set<Int>
    private let timeZone: String
    private let languages: [String]
    private let wires: HallWiring
    private let state = Mutex(State())
    private let writer = DispatchQueue(label: "nobatd.technician")

    init(
        _ configuration: ControllerConfiguration, languages: [String],
        loop: MachineLoop<ControllerHands>, reports: ControllerReports, presses: PressMemory,
        questions: ControllerQuestions, tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.loop = loop
        self.reports = reports
        self.presses = presses
        self.languages = languages
        timeZone = configuration.timeZone
        buttons = Set(configuration.wiring.filter { $0.button != nil }.map { Int($0.booth) })
        wires = HallWiring(configuration)
        let connections = Mutex<[UInt64: ConnectionID]>([:])
        page = .technician { request, actor, answer in
            let connection = connections.withLock { known in
                if let found = known[actor.session] { return found }
                // The oldest sessions are over long before so many have acted.
                if known.count > PagesLimits.sessionsMax * 2 { known = [:] }
                let new = ConnectionID.next()
                known[actor.session] = new
                return new
            }
            tell("\(PageAct.text(request)): asked on the page, from \(actor.address)", false)
            questions.serve(
                ControlQuestion(
                    request: request, connection: connection, by: .page(at: actor.address)
                ) { answer(.line($0)) })
        }
    }

    /// What the server serves.
    var routes: [any PageRoutes] {
        [
            page, DeskLook(), FixedJSON(path: "/technician/wires", wires),
            Watchtower(
                ask: { [loop, reports, writer] answer in
                    loop.inspect { machine in
                        writer.async { answer(reports.status(machine)) }
                    }
                },
                extra: { [page] in
                    [
                        Metric(
                            "nobat_page_readers",
                            "Live pages that are open at the technician's desk.",
                            .gauge, page.feed.readerCount)
                    ]
                }),
        ]
    }

    /// Something happened. What tells of codes is in the log only.
    func note(_ row: EventRow) {
        guard Narration.isForPages(row.kind) else { return }
        state.withLock { state in
            state.log.insert(row, at: 0)
            if state.log.count > PageLimits.logLines { state.log.removeLast() }
        }
    }

    /// Something may have changed. Several times are one look.
    func wantLook() {
        guard page.isWatched else { return }
        let isFirst = state.withLock { state in
            defer { state.isLookWanted = true }
            return !state.isLookWanted
        }
        guard isFirst else { return }
        let wasTaken = loop.inspect { [self] machine in
            state.withLock { $0.isLookWanted = false }
            writer.async { [self] in see(machine) }
        }
        if !wasTaken { state.withLock { $0.isLookWanted = false } }
    }

    private func see(_ machine: ControllerMachine) {
        let view = TechnicianView(
            reports.status(machine), displays: reports.displays(machine),
            presses: presses.report(reports.timestamps), buttons: buttons, timeZone: timeZone,
            languages: languages, segments: Self.segments)
        page.show("view", view)
        page.show("log", state.withLock { $0.log })
    }

    /// The segments of a text, as the booth units light them.
    static func segments(_ text: String) -> [UInt8] {
        text.utf8.map { Segments.glyph(for: $0) ?? 0 }
    }
}
