// SPDX-License-Identifier: Apache-2.0

// The end of a session as the real programs live it: by the bent clock of the tests a morning ends at
// the central, and an evening at a controller that is alone.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct SessionTests {
        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            let every = "[saturday, sunday, monday, tuesday, wednesday, thursday, friday]"
            let keys = "sessions: [morning, evening], at-close: cancel, numbers: session"
            plan.centralMore = """
                schedule:
                  sessions:
                    - { name: morning, days: \(every), hours: 08:00-12:00 }
                    - { name: evening, days: \(every), hours: 13:00-20:00 }
                """
            plan.serviceKeys["admission"] = keys
            plan.more = """
                clock: always
                \(plan.centralMore)
                services:
                  - { name: admission, \(keys) }
                  - { name: lab }
                """
            return plan
        }

        /// Makes it that time of day in Tehran, today.
        private static func set(_ hour: Int, _ minute: Int, _ hall: SoftwareHall) throws {
            let local = Int(Date().timeIntervalSince1970) + 12_600
            let offset = hour * 3_600 + minute * 60 - local % 86_400
            try "\(offset)".write(
                toFile: hall.folder + "/clock", atomically: true, encoding: .utf8)
        }

        private static func states(_ hall: SoftwareHall) throws -> [String: String] {
            var states: [String: String] = [:]
            for row in try hall.central.queue() { states[row.number] = row.state }
            return states
        }

        private static func isOpen(_ daemon: RunningDaemon) throws -> Bool? {
            try daemon.status().hours?.first { $0.service == "admission" }?.open
        }

        @Test func aSessionEnds_AtTheCentralAndAtAControllerAlone() async {
            await withHall(Self.plan, starts: false) { hall in
                try Self.set(11, 50, hall)
                let library = RunningDaemon.ownFolder + "/libBentClock.so"
                try check(FileManager.default.fileExists(atPath: library), "\(library) is built")
                for daemon in [hall.central, hall.first.daemon] {
                    daemon.prepare(environment: [
                        "LD_PRELOAD": library, "BENT_CLOCK": hall.folder + "/clock",
                    ])
                }
                try hall.start()
                try hall.waitUntilReady()
                try Self.morningEnds(hall)
                try Self.eveningEndsAlone(hall)
            }
        }

        private static func morningEnds(_ hall: SoftwareHall) throws {
            for number in ["A001", "A002", "A003"] {
                try check(try hall.number(at: hall.central), is: number, "the ticket")
            }
            try check(try hall.callNext(1), is: "A001", "the call")
            try hall.waitUntilAgreed()
            try set(12, 0, hall)
            try within(20, "those who waited are cancelled") {
                let states = try states(hall)
                return states["A002"] == "cancelled" && states["A003"] == "cancelled"
            }
            try check(try states(hall)["A001"], is: "called", "who is at a booth")
            try hall.waitForLog(hall.central, "session-ended: morning of admission is over: 0 who")
            var request = ControlRequest(.take)
            request.service = "admission"
            for daemon in [hall.central, hall.first.daemon] {
                try within(10, "\(daemon.program) is closed") { try isOpen(daemon) == false }
                let refusal = try daemon.refusal(request)
                try check(refusal?.name, is: "service-closed", "the refusal of \(daemon.program)")
                try check(refusal?.detail.hasSuffix("at 13:00") == true, "\(refusal?.detail ?? "")")
            }
            var finish = ControlRequest(.finish)
            finish.booth = 1
            _ = try hall.first.daemon.ask(finish, as: ActionResult.self)
        }

        private static func eveningEndsAlone(_ hall: SoftwareHall) throws {
            try set(13, 5, hall)
            for daemon in [hall.central, hall.first.daemon] {
                try within(20, "\(daemon.program) is open") { try isOpen(daemon) == true }
            }
            try check(
                try hall.central.status().date?.hasSuffix("session 2") == true, "session 2")
            try check(try hall.number(at: hall.central), is: "A001", "numbers start over")
            try hall.waitUntilAgreed()
            hall.first.wire.set(.cut)
            try set(20, 0, hall)
            try hall.waitForLog(
                hall.first.daemon,
                "session-ended: evening of admission is over: 1 who waited here are cancelled")
            hall.first.wire.set(.good)
            try hall.waitUntilAgreed()
            let rows = try hall.central.queue().filter { $0.number == "A001" }
            try check(rows.map(\.state).sorted(), is: ["cancelled", "finished"], "both A001")
        }
    }
}
