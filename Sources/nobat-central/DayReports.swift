// SPDX-License-Identifier: Apache-2.0

// Makes a day's report from the history: a page at a time, in turn with everything else that the core
// does, so that no controller waits for it; the reckoning is done elsewhere.

import Control
import DaemonSupport
import Dispatch
import Hardware
import QueueCore
import Store

final class DayReports: @unchecked Sendable {
    // `hands` is touched on the loop's thread alone, within `inspect`.
    private let loop: MachineLoop<CentralHands>
    private let hands: CentralHands
    private let controllers: [Name]
    private let zone: ZoneRules
    private let writer = DispatchQueue(label: "nobat-central.days")

    /// Lines that are read at once: a few milliseconds of the core's time.
    static let pageLines = 500

    init(
        loop: MachineLoop<CentralHands>, hands: CentralHands, plan: CentralPlan, zone: ZoneRules
    ) {
        self.loop = loop
        self.hands = hands
        self.zone = zone
        controllers = plan.halls.flatMap { $0.controllers.map(\.name) }
    }

    /// Answers with the report of the day that is asked for, or of today; called on the loop's thread.
    func answer(_ question: ControlQuestion, _ machine: CentralMachine) {
        let wanted = question.request.day.map { ServiceDay(Int32(clamping: $0)) }
        let day = wanted ?? machine.meta.day
        guard day.count > 0, day.count <= ServiceDay.countMax else {
            return question.refuse(
                ControlError(name: "no-day", detail: "no service day has begun yet; name one"))
        }
        do throws(StoreError) {
            guard let begins = try hands.historyBegins(day: day) else {
                return question.refuse(
                    ControlError(
                        name: "no-history",
                        detail: "nothing is recorded of \(JalaliDate(day)), or no more: see "
                            + "\"history-days\" in the configuration"))
            }
            goOn(question, DayLedger(day: day), after: begins)
        } catch {
            question.refuse(ControlError(name: "disk-failed", detail: "\(error)"))
        }
    }

    private func goOn(_ question: ControlQuestion, _ ledger: DayLedger, after: UInt64) {
        do throws(StoreError) {
            let page = try hands.historyPage(after: after)
            writer.async { self.take(page, question, ledger) }
        } catch {
            question.refuse(ControlError(name: "disk-failed", detail: "\(error)"))
        }
    }

    private func take(_ page: [HistoryLine], _ question: ControlQuestion, _ ledger: DayLedger) {
        var ledger = ledger
        for line in page { ledger.add(line.entry, on: line.day, at: line.time) }
        guard let last = page.last, page.count == Self.pageLines,
            !ledger.isComplete(at: last.day, controllers: controllers)
        else { return finish(question, ledger) }
        let wasTaken = loop.inspect { [ledger] _ in
            self.goOn(question, ledger, after: last.sequence)
        }
        guard !wasTaken else { return }
        question.refuse(ControlError(name: "busy", detail: "too much is going on; try again"))
    }

    private func finish(_ question: ControlQuestion, _ ledger: DayLedger) {
        let midnight = Int64(ledger.day.count) * 86_400
        let report = ledger.report(controllers: controllers) { [zone] time in
            time.seconds + zone.offset(at: time.seconds) - midnight
        }
        question.answer(DayFigures(report))
    }
}
