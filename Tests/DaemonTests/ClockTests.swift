// SPDX-License-Identifier: Apache-2.0

// Wall clocks that are wrong: a board without a battery clock wakes up in 1970, an operator mistypes
// the year. The day stays, no number comes twice, calling goes on, and the log names it. The clocks are
// bent by libfaketime (Debian: faketime), which leaves the monotonic clock alone.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct ClockTests {
        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.block = 6
            plan.more = "clock: always"
            return plan
        }

        /// libfaketime's library, wherever Debian keeps it.
        private static func library() throws -> String {
            let folders = ["x86_64-linux-gnu/", "aarch64-linux-gnu/", "arm-linux-gnueabihf/", ""]
            let paths = folders.map { "/usr/lib/\($0)faketime/libfaketime.so.1" }
            return try need(
                paths.first { FileManager.default.fileExists(atPath: $0) },
                "libfaketime: apt-get install faketime")
        }

        private static func bend(_ daemon: RunningDaemon, _ time: String?) throws {
            guard let time else { return daemon.prepare(environment: [:]) }
            daemon.prepare(environment: [
                "LD_PRELOAD": try library(), "FAKETIME": time, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                // Its shared memory would be left behind by a kill, and it costs a Swift program
                // its arguments.
                "FAKETIME_DISABLE_SHM": "1",
            ])
        }

        /// Kills a daemon and starts it under another clock.
        private static func restart(_ daemon: RunningDaemon, _ time: String?) throws {
            daemon.kill()
            try bend(daemon, time)
            try daemon.start()
            try check(daemon.waitUntilItAnswers(), "\(daemon.program) comes up")
        }

        @Test(arguments: [
            ("-365d", "clock-behind"), ("@1970-01-01 00:10:00", "clock-unknown"),
            ("+200d", "clock-refused"), ("@2150-01-01 00:00:00", "clock-unknown"),
        ])
        func centralsClockIsWrong_TheDayStays(time: String, outcome: String) async {
            await withHall(Self.plan) { hall in
                var given = try Self.takeAndCall(hall)
                let day = try hall.central.status().day
                try Self.restart(hall.central, time)
                try hall.waitForLog(hall.central, "\(outcome): ")
                try hall.waitUntilAgreed()
                given += try Self.takeAndCall(hall)
                try check(try hall.central.status().day, is: day, "the central's day")
                try check(try hall.first.daemon.status().day, is: day, "the controller's day")
                // And back again.
                try Self.restart(hall.central, nil)
                try hall.waitUntilAgreed()
                given += try Self.takeAndCall(hall)
                try Self.checkHistory(hall, given, day)
            }
        }

        @Test(arguments: [
            ("-365d", nil), ("@1970-01-01 00:10:00", "clock-unknown"), ("+200d", "clock-refused"),
        ])
        func controllersClockIsWrongOffline_TheDayStays(time: String, outcome: String?) async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                var given = try Self.takeAndCall(hall)
                let day = try daemon.status().day
                hall.first.wire.set(.cut)
                try Self.restart(daemon, time)
                if let outcome { try hall.waitForLog(daemon, "\(outcome): ") }
                for _ in 0..<10 { given.append(try hall.number(at: daemon)) }
                let number = try hall.callNext(1)
                try hall.waitForDisplay(1, number)
                try check(try daemon.status().day, is: day, "the controller's day")
                hall.first.wire.set(.good)
                try hall.waitUntilAgreed()
                given += try Self.takeAndCall(hall)
                try Self.checkHistory(hall, given, day)
            }
        }

        /// The clock jumps while both run: nothing waits for the time to come round again.
        @Test func clockJumpsBackWhileRunning_CallingGoesOn() async {
            await withHall(Self.plan, starts: false) { hall in
                let file = hall.folder + "/clock"
                let set = { (offset: String) in
                    try offset.write(toFile: file, atomically: true, encoding: .utf8)
                }
                try set("+0")
                for daemon in [hall.central, hall.first.daemon] {
                    daemon.prepare(environment: [
                        "LD_PRELOAD": try Self.library(), "FAKETIME_TIMESTAMP_FILE": file,
                        "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                        "FAKETIME_DISABLE_SHM": "1",
                    ])
                }
                try hall.start()
                try hall.waitUntilReady()
                var given = try Self.takeAndCall(hall)
                let day = try hall.central.status().day
                for (offset, outcome) in [("-300d", "clock-behind: "), ("+100d", "clock-refused: ")] {
                    try set(offset)
                    try hall.waitForLog(hall.central, outcome)
                    given += try Self.takeAndCall(hall)
                    hall.first.bus.plug(false)
                    try within(10, "the bus is closed") {
                        try hall.first.daemon.status().buses?.first?.state == "closed"
                    }
                    hall.first.bus.plug(true)
                    let number = try hall.callNext(2)
                    try hall.waitForDisplay(2, number)
                    try check(try hall.central.status().day, is: day, "the central's day")
                }
                try hall.waitUntilAgreed()
                try Self.checkHistory(hall, given, day)
            }
        }

        /// A board that wakes up in 1970 and has never met a central gives out nothing, and says why.
        @Test func wrongClockFromTheFirst_NothingIsNumbered() async {
            await withHall(Self.plan, starts: false) { hall in
                try Self.bend(hall.central, "@1970-01-01 00:10:00")
                try hall.central.start()
                try hall.waitForLog(hall.central, "clock-unknown: ")
                var request = ControlRequest(.take)
                request.service = "admission"
                var name: String?
                try within(15, "nothing is given out without a day: \(name ?? "")") {
                    name = try hall.central.refusal(request)?.name
                    return name == "no-day"
                }
            }
        }

        /// Two numbers from each side and a call of one of them.
        private static func takeAndCall(_ hall: SoftwareHall) throws -> [String] {
            var given: [String] = []
            for daemon in [hall.central, hall.first.daemon] {
                for _ in 0..<2 { given.append(try hall.number(at: daemon)) }
            }
            let number = try hall.callNext(1)
            try hall.waitForDisplay(1, number)
            return given
        }

        private static func checkHistory(_ hall: SoftwareHall, _ given: [String], _ day: Int) throws {
            try check(Set(given).count, is: given.count, "different numbers among \(given)")
            let told = try hall.history()
            let issued = told.filter { $0.kind == "issued" }.map(\.number).sorted()
            try check(issued, is: given.sorted(), "tickets in the history of day \(day)")
        }
    }
}
