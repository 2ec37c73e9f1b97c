// SPDX-License-Identifier: Apache-2.0

// The kiosk of a real nobatd: a printer in software behind a pty, a scanner's line, a central that is
// there or away. The strips are drawn by nobat-slip as in a clinic.

import Control
import Foundation
import Hardware
import QueueCore
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct KioskTests {
        /// A hall with a kiosk, its printer, and the scanner's side of its line.
        private struct Kiosk {
            let hall: SoftwareHall
            let printer: SoftwarePrinter
            let scanner: PseudoTerminal

            var daemon: RunningDaemon { hall.first.daemon }

            func status() throws -> KioskReport {
                try need(try daemon.status().kiosk, "the kiosk in the status")
            }

            func tap(_ button: Int = 1) throws {
                var request = ControlRequest(.tap)
                request.button = button
                let result = try daemon.ask(request, as: ActionResult.self)
                try check(result.outcome, is: "tapped", "the tap")
            }

            func scan(_ text: String) throws {
                try scanner.write(
                    Array(text.utf8) + [0x0D], until: SystemClock.monotonic() + .seconds(1))
            }

            /// Waits until so many slips have been cut off.
            func slips(_ count: Int, at location: SourceLocation = #_sourceLocation) throws {
                try within(20, "\(count) slips, not \(printer.slips.count)", at: location) {
                    printer.slips.count >= count
                }
                try check(printer.slips.count, is: count, "slips", at: location)
            }

            /// Numbers that wait at the controller.
            func waiting() throws -> [String] {
                try daemon.queue().filter { $0.state == "waiting" }.map(\.number)
            }
        }

        private static func withKiosk(
            central: String = "", _ body: @escaping @Sendable (Kiosk) throws -> Void
        ) async {
            var plan = SoftwareHall.Plan()
            plan.centralMore = central
            plan.guardTime = "0ms"
            plan.more = """
                clock: always
                gpio: { chip: none-here }
                kiosk:
                  printer: { port: "pty:printer", width: 384, header: درمانگاه }
                  buttons:
                    - { service: admission, button: { line: 1 } }
                    - { service: lab, button: { line: 2 } }
                  codes: { service: admission, readers: [{ port: "pty:scanner" }] }
                """
            await withHall(plan, starts: false) { hall in
                try draw(hall)
                let printer = try SoftwarePrinter(path: hall.folder + "/printer")
                defer { printer.stop() }
                let scanner = try PseudoTerminal(link: hall.folder + "/scanner")
                try scanner.open()
                defer { scanner.close() }
                try hall.start()
                try hall.waitUntilReady()
                let kiosk = Kiosk(hall: hall, printer: printer, scanner: scanner)
                try within(10, "the printer is ready, and the scanner read") {
                    let status = try kiosk.status()
                    return status.printer == "ready" && status.readers.allSatisfy(\.open)
                }
                try body(kiosk)
            }
        }

        private static func draw(_ hall: SoftwareHall) throws {
            let slip = Process()
            slip.executableURL = URL(filePath: RunningDaemon.folder + "/nobat-slip")
            slip.arguments = ["--config", hall.folder + "/hall-a.yaml"]
            try slip.begin()
            slip.waitUntilExit()
            try check(slip.terminationStatus, is: 0, "nobat-slip")
        }

        @Test func doubleTap_GivesOneSlip_AndItsTicketIsCalled() async {
            await Self.withKiosk { kiosk in
                try kiosk.tap()
                try kiosk.tap()
                try kiosk.slips(1)
                try within(10, "one ticket waits") { try kiosk.waiting().count == 1 }
                usleep(2_500_000)
                try kiosk.slips(1)
                try kiosk.tap(2)
                try kiosk.slips(2)
                try within(10, "two tickets wait") { try kiosk.waiting().count == 2 }
                let first = try need(try kiosk.waiting().first, "a number")
                // The QR code is who the ticket is.
                let row = try need(
                    try kiosk.daemon.queue().first { $0.number == first }, "the ticket")
                let slip = String(decoding: kiosk.printer.slips[0], as: UTF8.self)
                try check(slip.contains(row.id), "the slip bears \(row.id)")
                try check(try kiosk.hall.callNext(1), is: first, "the first who came")
                try check(try kiosk.status().printed, is: 2, "slips in the status")
                // Its buttons are wired to a chip that is not there.
                let buttons = try need(try kiosk.status().buttons, "the buttons in the status")
                try check(buttons.state, is: "failed", "the buttons' state")
                try check(buttons.error?.contains("none-here") == true, "what they lack")
            }
        }

        @Test func paperOutAmidASlip_IsSaid_AndNothingIsIssued() async {
            await Self.withKiosk { kiosk in
                try kiosk.tap()
                try kiosk.slips(1)
                try within(10, "one ticket waits") { try kiosk.waiting().count == 1 }
                usleep(2_100_000)
                kiosk.printer.setPaper(rows: 90)
                try kiosk.tap()
                try kiosk.hall.waitForLog(kiosk.daemon, "slip-not-printed: the slip of A")
                try kiosk.hall.waitForLog(kiosk.daemon, "printer-paper-out")
                try within(10, "the status says what to do") {
                    let status = try kiosk.status()
                    return status.printer == "paper-out" && status.sentence.contains("new roll")
                }
                try check(try kiosk.waiting().count, is: 1, "tickets")
                let left = try kiosk.daemon.status().blocks?.map(\.remaining)
                try kiosk.tap()
                usleep(500_000)
                let still = try kiosk.daemon.status().blocks?.map(\.remaining)
                try check(still, is: left, "no number is taken without paper")

                kiosk.printer.setPaper(rows: .max)
                // What the printer had of the slip comes out, whole when all of it had been sent; then
                // the mark that makes it void, which is shorter.
                let whole = kiosk.printer.slips[0].count
                try within(20, "the mark is out") {
                    let slips = kiosk.printer.slips
                    return slips.count >= 2 && slips[slips.count - 1].count < whole / 2
                }
                try within(10, "the printer is ready") { try kiosk.status().printer == "ready" }
                let out = kiosk.printer.slips.count
                try check(out <= 3, "the slip, its rest and the mark, not \(out)")
                try kiosk.tap()
                try kiosk.slips(out + 1)
                try within(10, "two tickets wait") { try kiosk.waiting().count == 2 }
                try kiosk.hall.waitUntilAgreed()
                let history = try kiosk.hall.history()
                let gap = try need(
                    history.first { $0.row.text.contains("could not print") }, "the gap")
                let numbers = try kiosk.waiting()
                try check(!numbers.contains { gap.row.text.contains($0) }, "nobody has that number")
                try check(try kiosk.status().failed, is: 1, "failed slips in the status")
            }
        }

        @Test func kiosk_GoesOnWithoutTheCentral_AndTakesCodesToBeChecked() async {
            await Self.withKiosk { kiosk in
                kiosk.hall.first.wire.set(.cut)
                try within(10, "the controller knows that it is alone") {
                    try kiosk.daemon.status().link?.state != "up"
                }
                try kiosk.tap()
                try kiosk.slips(1)
                let code = TrackingCode(random: 4_711).description
                try kiosk.scan(code)
                try kiosk.slips(2)
                try check(
                    String(decoding: kiosk.printer.slips[1], as: UTF8.self).contains(code),
                    "the slip bears its code")
                try check(
                    kiosk.printer.slips[1].count > kiosk.printer.slips[0].count + 500,
                    "the slip says that the code is to be checked")
                // The scanner reads it twice, and once with a wrong digit.
                try kiosk.scan(code)
                try kiosk.hall.waitForLog(kiosk.daemon, "code-again")
                let last = code.hasSuffix("0") ? "1" : "0"
                try kiosk.scan(code.dropLast() + last)
                try kiosk.hall.waitForLog(kiosk.daemon, "code-mistyped")
                // A note says so, and is no slip; the same again gives no other.
                try kiosk.slips(3)
                usleep(1_000_000)
                try kiosk.scan(code.dropLast() + last)
                usleep(1_000_000)
                try kiosk.slips(3)
                try check(try kiosk.status().printed, is: 2, "slips in the status")
                kiosk.hall.first.wire.set(.good)
                try kiosk.hall.waitUntilAgreed()
                let told = try kiosk.hall.history()
                try check(told.filter { $0.kind == "issued" }.count, is: 2, "tickets issued")
                try check(told.filter { $0.kind == "arrived" }.count, is: 1, "arrivals")
                // Nobody's log has a whole code.
                try check(!kiosk.daemon.log.contains(code), "no code in the log")
            }
        }

        @Test func bookedCode_IsCheckedByTheCentral_AndUsedByItsSlip() async {
            await Self.withKiosk(central: AppointmentsTests.clinic) { kiosk in
                try AppointmentsTests.waitForTime(kiosk.hall)
                let booking = try AppointmentsTests.result(
                    AppointmentsTests.ctl(kiosk.hall, "book", "12", "3", "09121234567", "--json"))
                let row = try need(booking.appointments.first, "an appointment")
                guard row.date == (try kiosk.hall.central.status().day) else {
                    // It was booked in the last minutes of a day.
                    try kiosk.scan(row.code)
                    return try kiosk.slips(1)
                }
                try kiosk.scan(row.code)
                try kiosk.slips(1)
                let slip = String(decoding: kiosk.printer.slips[0], as: UTF8.self)
                try check(slip.contains(row.code), "the slip bears its code")
                try within(10, "one ticket waits") { try kiosk.waiting().count == 1 }
                try kiosk.hall.waitUntilAgreed()
                let table = try kiosk.hall.central.ask(
                    ControlRequest(.appointments), as: [AppointmentRow].self)
                let used = try need(table.first { $0.code == row.code }, "the appointment")
                try check(used.state, is: "used", "its state")
                try check(used.number, is: try kiosk.waiting().first, "its number")
                // Another program of the kiosk does not know it; the central does. A note says so.
                kiosk.daemon.kill()
                try kiosk.daemon.start()
                try check(kiosk.daemon.waitUntilItAnswers(), "the controller comes up")
                try within(20, "its printer is ready, and its line to the central up") {
                    let status = try kiosk.daemon.status()
                    return status.kiosk?.printer == "ready" && status.link?.state == "up"
                        && status.kiosk?.readers.allSatisfy(\.open) == true
                }
                try kiosk.scan(row.code)
                try kiosk.hall.waitForLog(kiosk.daemon, "code-used")
                try kiosk.slips(2)
                try check(try kiosk.waiting().count, is: 1, "tickets")
            }
        }

        @Test func killedWhileASlipIsPrinted_ItCountsAsPrinted() async {
            await Self.withKiosk { kiosk in
                kiosk.printer.hold(true)
                try kiosk.tap()
                try within(10, "the slip is on its way") { kiosk.printer.isAmidSlip }
                try check(try kiosk.waiting(), is: [], "nobody waits before it is printed")
                kiosk.daemon.kill()
                kiosk.printer.hold(false)
                kiosk.printer.leaveHalfAPicture()
                try kiosk.daemon.start()
                try check(kiosk.daemon.waitUntilItAnswers(), "the controller comes up")
                try within(10, "the patient with the slip waits") {
                    try kiosk.waiting().count == 1
                }
                try within(20, "its printer is ready") {
                    try kiosk.status().printer == "ready"
                }
                let before = kiosk.printer.slips.count
                try kiosk.tap()
                try kiosk.slips(before + 1)
                // The half picture takes nothing of the next slip: it begins as it should.
                let begin = Data([0x1B, 0x40, 0x1D, 0x50])
                let slip = Data(try need(kiosk.printer.slips.last, "a slip"))
                let place = try need(slip.range(of: begin, options: .backwards), "its begin")
                try check(place.lowerBound, is: 0, "where the slip begins")
                try within(10, "two patients wait") { try kiosk.waiting().count == 2 }
            }
        }
    }
}
