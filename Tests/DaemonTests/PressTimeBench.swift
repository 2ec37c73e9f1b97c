// SPDX-License-Identifier: Apache-2.0

// How long a press takes: 10,000 of them against a running hall. Figures of one run, for a page;
// nothing here can fail for being slow.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite(.enabled(if: ProcessInfo.processInfo.environment["NOBAT_BENCH"] == "1"))
    struct PressTimeBench {
        private static let presses = 10_000

        @Test func pressAccepted_ToTextHandedToThePort() async {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.services = (0..<11).map { index in
                ("s-\(index)", String(UnicodeScalar(UInt8(65 + index))))
            }
            // Eight services are all that a booth serves.
            plan.services = Array(plan.services.prefix(8))
            plan.wraps = false
            await withHall(plan) { hall in
                let daemon = hall.first.daemon
                var lightMs: [Double] = []
                var answerMs: [Double] = []
                var calls = 0
                let start = DispatchTime.now()
                while calls < Self.presses {
                    let booth = calls % 4 + 1
                    let before = hall.first.bus.shown(UInt8(booth))
                    let pressed = DispatchTime.now().uptimeNanoseconds
                    let result = try Self.press(hall, booth, calls)
                    let answered = DispatchTime.now().uptimeNanoseconds
                    answerMs.append(Double(answered - pressed) / 1e6)
                    // Every fourth is followed to its segments; the others only keep the daemon busy.
                    if calls % 4 == 0, let number = result.number, number != before {
                        try within(5, "booth \(booth) shows \(number)") {
                            hall.first.bus.shown(UInt8(booth)) == number
                        }
                        let shown = DispatchTime.now().uptimeNanoseconds
                        lightMs.append(Double(shown - pressed) / 1e6)
                    }
                    calls += 1
                }
                let took = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds)
                let status = try daemon.status()
                print("PressTimeBench: \(RunningDaemon.folder)")
                print("PressTimeBench: \(calls) presses in \(took / 1e9) s")
                Self.tell("accepted to the bus, less commit", status.pressTimes)
                Self.tell("wait for the line", status.busTimes)
                Self.tell("commit", status.commitTimes)
                Self.tell("press to answer on the control socket", answerMs)
                Self.tell("press to segments changed", lightMs)
            }
        }

        /// A press that calls somebody, or calls again: numbers of one day are not 10,000.
        private static func press(
            _ hall: SoftwareHall, _ booth: Int, _ count: Int
        ) throws -> ActionResult {
            let daemon = hall.first.daemon
            if count / 4 % 4 == 0 || count < 4 {
                let service = hall.plan.services[count / 16 % hall.plan.services.count].0
                _ = try hall.take(service, at: daemon)
                return try hall.press(booth, at: daemon)
            }
            return try hall.press(booth, "double", at: daemon)
        }

        private static func tell(_ what: String, _ times: TimesReport?) {
            guard let times else { return print("PressTimeBench: \(what): nothing measured") }
            print(
                "PressTimeBench: \(what), µs: p50 \(times.p50) p99 \(times.p99) max \(times.max) "
                    + "of \(times.count)")
        }

        private static func tell(_ what: String, _ times: [Double]) {
            let sorted = times.sorted()
            guard let last = sorted.last else { return }
            let at = { (part: Int) in sorted[min(sorted.count - 1, sorted.count * part / 100)] }
            print(
                "PressTimeBench: \(what), ms: p50 \(at(50)) p99 \(at(99)) max \(last) "
                    + "of \(sorted.count)")
        }
    }
}
