// SPDX-License-Identifier: Apache-2.0

// Questions over the socket: those that act become inputs, those that look are answered in turn.

import Control
import DaemonSupport
import Dispatch
import QueueCore
import Synchronization
import Uplink

final class ControllerQuestions: Sendable {
    private struct Parts {
        var control: ControlServer
        var reports: ControllerReports
        var buses: BusQuestions
    }

    private let loop: MachineLoop<ControllerHands>
    private let records: RecordsDesk
    private let parts = Mutex<Parts?>(nil)
    private let writer = DispatchQueue(label: "nobatd.answers")

    init(loop: MachineLoop<ControllerHands>, records: RecordsDesk) {
        self.loop = loop
        self.records = records
    }

    /// Set once, before the socket listens.
    func compose(control: ControlServer, reports: ControllerReports) {
        let buses = BusQuestions(outside: reports.outside)
        parts.withLock { $0 = Parts(control: control, reports: reports, buses: buses) }
    }

    func serve(_ question: ControlQuestion) {
        guard let parts = parts.withLock({ $0 }) else { return }
        do throws(ControlError) {
            if question.request.verb.isOfTheRecords { return try records.serve(question) }
            if question.request.verb.isOfABus { return try parts.buses.serve(question) }
            let wasTaken =
                switch try question.request.controllerAsk() {
                case .press(let booth, let gesture):
                    loop.feed(.press(booth, gesture, parts.control.expect(question)))
                case .tap(let button): try parts.reports.tap(button, question)
                case .command(let command):
                    loop.feed(.command(command, parts.control.expect(question)))
                case nil:
                    look(question, parts.reports)
                }
            guard wasTaken else {
                throw ControlError(name: "busy", detail: "too much is going on; try again")
            }
        } catch {
            question.refuse(error)
        }
    }

    /// A connection ended, and with it what it had begun on a bus.
    func lost(_ connection: ConnectionID) {
        parts.withLock({ $0 })?.buses.lost(connection)
    }

    private func look(_ question: ControlQuestion, _ reports: ControllerReports) -> Bool {
        // Long answers are put into words elsewhere: nobody's press waits for a table.
        loop.inspect { [writer] machine in
            writer.async {
                switch question.request.verb {
                case .displays: question.answer(reports.displays(machine))
                case .queue: question.answer(reports.queue(machine))
                default: question.answer(reports.status(machine))
                }
            }
        }
    }
}
