// SPDX-License-Identifier: Apache-2.0

// A patient's way through the clinic with the real programs: admission, cashier, and under a new number
// a doctor's room in the next hall; presses are taken back on the way, with the central away.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct StepTests {
        private static func plan() -> SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.controllers = ["hall-a", "hall-b"]
            plan.booths = 2
            plan.services = [("admission", "A"), ("cashier", "C"), ("doctor", "D")]
            // Long enough for a busy machine.
            plan.guardTime = "0ms, undo: 20s"
            plan.more = """
                services:
                  - { name: admission, then: { service: cashier } }
                  - { name: cashier, then: { service: doctor, number: new } }
                  - { name: doctor }
                """
            return plan
        }

        /// Admission and cashier are in the main hall, the doctor is in the next one.
        private static func rewrite(_ hall: SoftwareHall) throws {
            let central = """
                listen: 127.0.0.1:\(hall.centralPort)
                socket: \(hall.folder)/central.sock
                database: \(hall.folder)/central.db
                halls:
                  - name: main
                    services:
                      - { name: admission, series: A, then: { service: cashier } }
                      - { name: cashier, series: C, then: { service: doctor, number: new } }
                    controllers: [{ name: hall-a, local-series: L }]
                  - name: rooms
                    services: [{ name: doctor, series: D }]
                    controllers: [{ name: hall-b, local-series: M }]

                """
            try central.write(
                toFile: "\(hall.folder)/central.yaml", atomically: true, encoding: .utf8)
            let served = [1: "admission", 2: "cashier", 3: "doctor", 4: "doctor"]
            for controller in hall.controllers {
                let path = "\(hall.folder)/\(controller.name).yaml"
                var text = try String(contentsOfFile: path, encoding: .utf8)
                for booth in controller.booths {
                    text = text.replacingOccurrences(
                        of: "number: \(booth)\n    services: [admission, cashier, doctor]",
                        with: "number: \(booth)\n    services: [\(served[booth] ?? "")]")
                }
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            }
        }

        private static func ask(
            _ verb: ControlVerb, _ booth: Int, _ hall: SoftwareHall
        ) throws -> ActionResult {
            var request = ControlRequest(verb)
            request.booth = booth
            return try hall.first.daemon.ask(request, as: ActionResult.self)
        }

        @Test func aPatientGoesFromAdmissionToTheDoctor_AndPressesAreTakenBackOnTheWay() async {
            await withHall(Self.plan(), starts: false) { hall in
                try Self.rewrite(hall)
                try hall.start()
                try hall.waitUntilReady()
                let number = try hall.number(at: hall.central)
                try check(try hall.callNext(1), is: number, "called at admission")
                hall.first.wire.set(.cut)
                try within(10, "hall-a knows that it is alone") {
                    try hall.first.daemon.status().link?.state != "up"
                }
                try check(
                    try hall.press(1, at: hall.first.daemon).outcome, is: "nobody-waits", "a press")
                try hall.waitForDisplay(1, "----")
                try check(try Self.ask(.undo, 1, hall).number ?? "", is: number, "taken back")
                try hall.waitForDisplay(1, number)

                let sent = try Self.ask(.finish, 1, hall)
                try check(
                    sent.sentence, is: "booth 1: \(number) goes on to cashier",
                    "sent to the cashier")
                try check(try hall.callNext(2), is: number, "the cashier need not wait")
                try hall.waitForDisplay(2, number)
                let back = try Self.ask(.giveBack, 2, hall)
                try check(back.service ?? "", is: "admission", "back to the sender")
                try check(try Self.ask(.undo, 2, hall).number ?? "", is: number, "taken back")

                let first = try need(try Self.ask(.finish, 2, hall).next, "a new number")
                try check(try Self.ask(.undo, 2, hall).number ?? "", is: number, "taken back")
                let second = try need(try Self.ask(.finish, 2, hall).next, "a new number")
                try check(first.hasPrefix("D") && second.hasPrefix("D"), "\(first), \(second)")
                try check(first != second, "\(first) is void")
                hall.first.wire.set(.good)
                try check(try hall.callNext(3, seconds: 60), is: second, "called by the doctor")
                try hall.waitForDisplay(3, second)
                try hall.waitUntilAgreed()
                try Self.checkHistory(hall, number, first, second)
            }
        }

        private static func checkHistory(
            _ hall: SoftwareHall, _ number: String, _ first: String, _ second: String
        ) throws {
            let history = try hall.history()
            let kinds = { (wanted: String) in history.filter { $0.number == wanted }.map(\.kind) }
            try check(
                kinds(number).filter { $0 != "undone" },
                is: ["issued", "called", "transferred", "called", "finished", "finished"],
                "the way of \(number)")
            try check(kinds(first), is: ["issued", "cancelled"], "the way of \(first)")
            try check(
                kinds(second), is: ["issued", "transferred", "called"], "the way of \(second)")
            try check(history.filter { $0.kind == "undone" }.count, is: 3, "presses taken back")
        }
    }
}
