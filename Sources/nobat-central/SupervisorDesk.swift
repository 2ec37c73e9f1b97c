// SPDX-License-Identifier: Apache-2.0

// The supervisor's page of the central: all halls, the day's figures, and what a supervisor may do.

import Control
import DaemonSupport
import Dispatch
import NobatConfiguration
import QueueCore
import StatusPages
import Synchronization
import Uplink

/// Keeps the supervisor's page in step with the central.
final class SupervisorDesk: Sendable {
    private struct State {
        var isLookWanted = false
        var log: [EventRow] = []
        /// Looks since the day's figures were last asked for.
        var looksSince = SupervisorDesk.figuresEvery
    }

    let page: LivePage
    private let loop: MachineLoop<CentralHands>
    private let reports: CentralReports
    private let questions: CentralQuestions
    private let services: [SupervisorView.ServicePlace]
    private let timeZone: String
    private let languages: [String]
    private let state = Mutex(State())
    private let writer = DispatchQueue(label: "nobat-central.supervisor")

    /// The day's figures are reckoned once in so many seconds, while somebody looks.
    private static let figuresEvery = 30

    init(
        _ configuration: CentralConfiguration, languages: [String],
        loop: MachineLoop<CentralHands>, reports: CentralReports, questions: CentralQuestions,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.loop = loop
        self.reports = reports
        self.questions = questions
        self.languages = languages
        timeZone = configuration.timeZone
        services = configuration.plan.services.map { service in
            let words = configuration.titles[service.name]?.bilingual
            let name = service.name.description
            return SupervisorView.ServicePlace(
                hall: service.hall.description, name: name,
                words: words ?? Bilingual(fa: name, en: name))
        }
        page = .supervisor { request, actor, answer in
            tell("\(PageAct.text(request)): asked on the page, from \(actor.address)", false)
            Corrections(
                loop: loop, reports: reports, questions: questions,
                actor: .page(at: actor.address)
            )
            .carryOut(request, answer)
        }
    }

    /// What the server serves.
    var routes: [any PageRoutes] {
        [
            page, DeskLook(),
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
                            "Live pages that are open at the supervisor's desk.",
                            .gauge, page.feed.readerCount)
                    ]
                }),
        ]
    }

    /// Something happened. What tells of codes is for the desk that books.
    func note(_ row: EventRow) {
        guard Narration.isForPages(row.kind) else { return }
        state.withLock { state in
            state.log.insert(row, at: 0)
            if state.log.count > PageLimits.logLines { state.log.removeLast() }
        }
    }

    /// Once a second.
    func tick() {
        guard page.isWatched else {
            return state.withLock { $0.looksSince = Self.figuresEvery }
        }
        wantLook()
        let asksForFigures = state.withLock { state in
            state.looksSince += 1
            guard state.looksSince > Self.figuresEvery else { return false }
            state.looksSince = 0
            return true
        }
        guard asksForFigures else { return }
        questions.serve(
            ControlQuestion(request: ControlRequest(.report), connection: .next()) {
                [page] line in
                let answer = ControlText.decode(ControlAnswer<DayFigures>.self, line)
                if let figures = answer?.result { page.show("chart", DayChart(figures)) }
            })
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

    private func see(_ machine: CentralMachine) {
        let view = SupervisorView(
            reports.status(machine), tickets: reports.queue(machine),
            displays: reports.displays(machine), services: services, timeZone: timeZone,
            languages: languages)
        page.show("view", view)
        page.show("log", state.withLock { $0.log })
    }
}
