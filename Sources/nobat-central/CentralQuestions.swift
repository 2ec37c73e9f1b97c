// SPDX-License-Identifier: Apache-2.0

// Questions over the central's socket: those that act become inputs, those that look are answered in
// turn.

import Control
import DaemonSupport
import Dispatch
import QueueCore
import Store
import Synchronization
import Uplink

final class CentralQuestions: @unchecked Sendable {
    // `hands` is touched on the loop's thread alone, within `inspect`.
    private let loop: MachineLoop<CentralHands>
    private let hands: CentralHands
    private let reports: CentralReports
    private let days: DayReports
    private let records: RecordsDesk
    private let control = Mutex<ControlServer?>(nil)
    private let staged = StagedLists()
    private let writer = DispatchQueue(label: "nobat-central.answers")

    init(
        loop: MachineLoop<CentralHands>, hands: CentralHands, reports: CentralReports,
        records: RecordsDesk, days: DayReports
    ) {
        self.records = records
        self.loop = loop
        self.hands = hands
        self.reports = reports
        self.days = days
    }

    /// Set once, before the socket listens.
    func compose(_ control: ControlServer) { self.control.withLock { $0 = control } }

    func serve(_ question: ControlQuestion) {
        guard let control = control.withLock({ $0 }) else { return }
        do throws(ControlError) {
            if question.request.verb.isOfTheRecords { return try records.serve(question) }
            if question.request.verb == .importRows {
                let count = try staged.add(try question.request.wantedRows(), question.connection)
                return question.answer(AppointmentResult("staged", count: count))
            }
            if question.request.verb.isOfKeys { return try answerOfKeys(question) }
            let wasTaken =
                if question.request.verb == .importEnd {
                    loop.feed(
                        .command(
                            .appointments(Self.withCodes(staged.take(question.connection))),
                            control.expect(question)))
                } else if let command = try question.request.centralCommand() {
                    loop.feed(.command(command, control.expect(question)))
                } else {
                    loop.inspect { machine in self.look(question, machine) }
                }
            guard wasTaken else {
                throw ControlError(name: "busy", detail: "too much is going on; try again")
            }
        } catch {
            question.refuse(error)
        }
    }

    private func answerOfKeys(_ question: ControlQuestion) throws(ControlError) {
        guard let keys = reports.keys else {
            throw ControlError(
                name: "no-keys",
                detail: "this central speaks plainly, on this machine alone: name its folder of "
                    + "keys in its configuration (\"keys\")")
        }
        let name = question.request.controller.flatMap { Name($0) }
        if question.request.verb == .keyRevoke, name == nil {
            throw ControlError(name: "bad-request", detail: "say whose keys are meant")
        }
        // Thousands of files may have to be read: no line waits for that.
        writer.async {
            switch (question.request.verb, name) {
            case (.keysRead, _):
                question.answer(keys.report(revoked: keys.read(by: question.actor, of: name)))
            case (.keyRevoke, let name?):
                question.answer(keys.report(revoked: keys.revoke(name, by: question.actor)))
            default: question.answer(keys.report())
            }
        }
    }

    /// A list, and what its codes are made of.
    private static func withCodes(_ list: [ImportRow]) -> AppointmentCommand {
        .take(list, randoms: list.map { _ in UInt64.random(in: 0...UInt64.max) })
    }

    /// Forgets what an ended connection had begun.
    func lost(_ connection: ConnectionID) { _ = staged.take(connection) }

    private func look(_ question: ControlQuestion, _ machine: CentralMachine) {
        switch question.request.verb {
        case .history:
            let day = question.request.day.map { ServiceDay(Int32(clamping: $0)) }
            do throws(StoreError) {
                question.answer(try hands.history(day: day ?? machine.meta.day))
            } catch {
                question.refuse(ControlError(name: "disk-failed", detail: "\(error)"))
            }
        case .report: days.answer(question, machine)
        default:
            // Long answers are put into words elsewhere: no fact waits for a table.
            writer.async { [reports] in
                switch question.request.verb {
                case .displays: question.answer(reports.displays(machine))
                case .queue: question.answer(reports.queue(machine))
                case .appointments:
                    let date = question.request.day.map { ServiceDay(Int32(clamping: $0)) }
                    question.answer(AppointmentTables.appointments(machine, date))
                case .toCheck: question.answer(AppointmentTables.toCheck(machine))
                default: question.answer(reports.status(machine))
                }
            }
        }
    }
}
