// SPDX-License-Identifier: Apache-2.0

// Appointments from end to end: nobatctl, the central's socket, its database through a kill, and a
// kiosk's line; no mobile number in any log.

import Control
import Foundation
import QueueCore
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct AppointmentsTests {
        /// A clinic whose doctors are there all day, every day.
        static let clinic = """
            schedule:
              sessions:
                - name: all-day
                  hours: 00:00-24:00
                  days: [saturday, sunday, monday, tuesday, wednesday, thursday, friday]
            clinics:
              - code: 12
                service: admission
                early: 720m
                late: 720m
                doctors:
                  - { code: 3, sessions: [all-day], visit: 4m }
                  - { code: 4, sessions: [all-day], visit: 4m }
            """

        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.centralMore = clinic
            return plan
        }

        /// nobatctl at the central, with JSON or text.
        static func ctl(_ hall: SoftwareHall, _ arguments: String...) throws -> Finished {
            try Finished("nobatctl", arguments + ["--socket", hall.central.socketPath])
        }

        static func result(_ run: Finished) throws -> AppointmentResult {
            let line = run.output.split(separator: "\n").last.map(String.init) ?? ""
            return try need(
                ControlText.decode(AppointmentResult.self, line), "a result: \(run.output)")
        }

        /// The central needs its first look at the clock.
        static func waitForTime(_ hall: SoftwareHall) throws {
            try within(20, "the central knows the time") {
                try ctl(hall, "book", "12", "4", "09120000000", "--json").status == 0
            }
        }

        @Test func bookedCode_GivesOneTicket_AlsoAfterAKill() async {
            await withHall(Self.plan) { hall in
                try Self.waitForTime(hall)
                let booking = try Self.result(
                    Self.ctl(hall, "book", "۱۲", "0", "۰۹۱۲۱۲۳۴۵۶۷", "--json"))
                let row = try need(booking.appointments.first, "an appointment")
                hall.central.kill()
                try hall.central.start()
                try check(hall.central.waitUntilItAnswers(), "the central is back")
                try Self.waitForTime(hall)
                let table = try Self.ctl(
                    hall, "appointments", "--day", "\(JalaliDate(ServiceDay(Int32(row.date))))")
                try check(table.output.contains(row.code), "the table: \(table.output)")
                let mistyped = String(row.code.dropLast()) + (row.code.last == "0" ? "1" : "0")
                let wrong = try Self.ctl(hall, "arrive", mistyped)
                try check(wrong.output.contains("a digit of the code is wrong"), wrong.output)
                let today = try hall.central.status().day
                let arrived = try Self.ctl(hall, "arrive", row.code, "--force")
                guard row.date == today else {
                    // It was booked in the last minutes of a day.
                    return try check(arrived.output.contains("on another day"), arrived.output)
                }
                try check(arrived.status, is: 0, arrived.output)
                let again = try Self.ctl(hall, "arrive", row.code, "--force")
                try check(again.status, is: 1, again.output)
                try check(again.output.contains("for this code already: A"), again.output)
                let kiosk = try RawClient(port: hall.centralPort)
                kiosk.say("HELLO version=1 role=kiosk name=kiosk-1")
                try kiosk.waitFor("ATTACHED")
                kiosk.say("ARRIVE reference=5 code=\(row.code)")
                try kiosk.waitFor("REFUSED reference=5 name=code-used")
                try Self.checkNoMobile(hall, "1234567")
            }
        }

        @Test func listWithAnError_IsNotTakenOverAtAll() async {
            await withHall(Self.plan) { hall in
                try Self.waitForTime(hall)
                let day = try hall.central.status().day
                let date = "\(JalaliDate(ServiceDay(Int32(day + 1))))"
                let path = hall.folder + "/list.csv"
                var rows = (0..<40).map { place in
                    "3,\(date),\(LocalTime(minute: 480 + 4 * place)),0912555\(1_000 + place)"
                }
                func write() throws {
                    let text = (["doctor,date,time,mobile"] + rows).joined(separator: "\r\n")
                    try text.write(toFile: path, atomically: true, encoding: .utf8)
                }
                rows[20] = "7,\(date),08:00,09125551020"
                rows[30] = "3,\(date),08:01,09125551030"
                try write()
                let bad = try Self.ctl(hall, "import", path)
                try check(bad.status, is: 1, bad.output)
                try check(bad.output.contains("list.csv:22: doctor: "), bad.output)
                try check(bad.output.contains("list.csv:32: time: "), bad.output)
                try check(bad.output.contains("nothing was taken over"), bad.output)
                func count() throws -> Int {
                    let run = try Self.ctl(hall, "appointments", "--day", date, "--json")
                    return run.output.components(separatedBy: "\"code\":").count - 1
                }
                try check(try count(), is: 0, "appointments after a bad list")
                rows[20] = "4,\(date),08:00,09125551020"
                rows[30] = "3,\(date),10:40,09125551030"
                try write()
                let good = try Self.ctl(hall, "import", path)
                try check(good.status, is: 0, good.output)
                try check(try count(), is: 40, "appointments after a good list")
                // The doctor is away: all but one patient are told, with their numbers.
                let away = try Self.ctl(hall, "absent", "3", "--day", date, "--move", "--json")
                let told = try Self.result(away)
                try check(told.appointments.count, is: 39, "patients to tell")
                try check(told.appointments.allSatisfy { $0.state == "moved" }, "all are moved")
                try check(
                    told.appointments.contains { $0.mobile == "09125551000" }, "the numbers in full"
                )
                try Self.checkNoMobile(hall, "5551")
            }
        }

        private static func checkNoMobile(_ hall: SoftwareHall, _ digits: String) throws {
            for daemon in [hall.central, hall.first.daemon] {
                try check(!daemon.log.contains(digits), "a mobile number is in \(daemon.logPath)")
            }
            let told = try Finished("nobatctl", "history", "--socket", hall.central.socketPath)
            try check(!told.output.contains(digits), "a mobile number is in the history")
        }
    }
}
