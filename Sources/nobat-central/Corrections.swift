// SPDX-License-Identifier: Apache-2.0

// Carries out a supervisor's corrections, one command of the central after another: first the new
// number, then the end of the old one; when that can't be had any more, the new one is cancelled.

import Control
import DaemonSupport
import QueueCore
import StatusPages
import Uplink

struct Corrections: Sendable {
    let loop: MachineLoop<CentralHands>
    let reports: CentralReports
    let questions: CentralQuestions
    let actor: ControlActor

    private typealias Outcome = Result<ActionResult, ControlError>

    func carryOut(
        _ wish: ControlRequest, _ answer: @escaping @Sendable (LivePage.Answer) -> Void
    ) {
        guard [.transfer, .readmit, .cancel].contains(wish.verb) else { return serve(wish, answer) }
        let wasTaken = loop.inspect { machine in
            let tickets = reports.queue(machine)
            do throws(ControlError) {
                let plan = try Correction.plan(
                    wish, tickets: tickets, offline: reports.offline(machine))
                guard let plan else { return serve(wish, answer) }
                correct(wish, plan, answer)
            } catch {
                answer(.words(ActAnswer(error)))
            }
        }
        if !wasTaken {
            answer(
                .words(
                    ActAnswer(
                        ControlError(name: "busy", detail: "too much is going on; try again"))))
        }
    }

    private func serve(
        _ wish: ControlRequest, _ answer: @escaping @Sendable (LivePage.Answer) -> Void
    ) {
        questions.serve(
            ControlQuestion(request: wish, connection: .next(), by: actor) { answer(.line($0)) })
    }

    private func correct(
        _ wish: ControlRequest, _ plan: Correction,
        _ answer: @escaping @Sendable (LivePage.Answer) -> Void
    ) {
        ask(plan.take) { taken in
            guard case .success(let issued) = taken, let new = issued.number else {
                return answer(.words(Self.refusal(taken)))
            }
            let done = Correction.answer(
                old: wish.number ?? "", new: new, isTransfer: plan.cancel != nil)
            guard let cancel = plan.cancel else { return answer(.words(done)) }
            ask(cancel) { cancelled in
                if case .success = cancelled { return answer(.words(done)) }
                var undo = ControlRequest(.cancel)
                undo.number = new
                ask(undo) { _ in answer(.words(Self.refusal(cancelled))) }
            }
        }
    }

    private func ask(_ request: ControlRequest, _ body: @escaping @Sendable (Outcome) -> Void) {
        questions.serve(
            ControlQuestion(request: request, connection: .next(), by: actor) { line in
                let answer = ControlText.decode(ControlAnswer<ActionResult>.self, line)
                if let result = answer?.result { return body(.success(result)) }
                let unknown = ControlError(name: "no-answer", detail: "the central did not say")
                body(.failure(answer?.error ?? unknown))
            })
    }

    private static func refusal(_ outcome: Outcome) -> ActAnswer {
        switch outcome {
        case .success: ActAnswer(ControlError(name: "no-number", detail: "no number was given"))
        case .failure(let error): ActAnswer(error)
        }
    }
}
