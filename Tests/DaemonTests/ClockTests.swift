// SPDX-License-Identifier: Apache-2.0

// Wall clocks that are wrong: a board without a battery clock wakes up in 1970, an operator mistypes
// the year. The day stays, no number comes twice, calling goes on, and the log names it. Tests/BentClock
// bends the wall clock alone.

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

        /// From its next start on a daemon reads the wall clock that the hall's file bends.
        private static func bend(_ daemon: RunningDaemon, _ hall: SoftwareHall) throws {
            let library = RunningDaemon.ownFolder + "/libBentClock.so"
            try check(FileManager.default.fileExists(atPath: library), "\(library) is built")
            daemon.prepare(environment: [
                "LD_PRELOAD": library, "BENT_CLOCK": hall.folder + "/clock",
            ])
        }

        /// Sets the bent clock.
        private static func set(_ time: WrongTime, _ hall: SoftwareHall) throws {
            try time.offset.description.write(
                toFile: hall.folder + "/clock", atomically: true, encoding: .utf8)
        }

        /// Kills a daemon and starts it under another clock, or under the right one.
        private static func restart(
            _ daemon: RunningDaemon, _ hall: SoftwareHall, _ time: WrongTime?
        ) throws {
            daemon.kill()
            if let time {
                try set(time, hall)
                try bend(daemon, hall)
            } else {
                daemon.prepare(environment: [:])
            }
            try daemon.start()
            try check(daemon.waitUntilItAnswers(), "\(daemon.program) comes up")
        }

        @Test(arguments: [
            (WrongTime.days(-365), "clock-behind"), (.year1970, "clock-unknown"),
            (.days(200), "clock-refused"), (.year2150, "clock-unknown"),
        ])
        func centralsClockIsWrong_TheDayStays(time: WrongTime, outcome: String) async {
            await withHall(Self.plan) { hall in
                var given = try Self.takeAndCall(hall)
                let day = try hall.central.status().day
                try Self.restart(hall.central, hall, time)
                try hall.waitForLog(hall.central, "\(outcome): ")
                try hall.waitUntilAgreed()
                given += try Self.takeAndCall(hall)
                try check(try hall.central.status().day, is: day, "the central's day")
                try check(try hall.first.daemon.status().day, is: day, "the controller's day")
                // And back again.
                try Self.restart(hall.central, hall, nil)
                try hall.waitUntilAgreed()
                given += try Self.takeAndCall(hall)
                try Self.checkHistory(hall, given, day)
            }
        }

        @Test(arguments: [
            (WrongTime.days(-365), nil), (.year1970, "clock-unknown"),
            (.days(200), "clock-refused"),
        ])
        func controllersClockIsWrongOffline_TheDayStays(time: WrongTime, outcome: String?) async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                var given = try Self.takeAndCall(hall)
                let day = try daemon.status().day
                hall.first.wire.set(.cut)
                try Self.restart(daemon, hall, time)
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
                try Self.set(.days(0), hall)
                for daemon in [hall.central, hall.first.daemon] { try Self.bend(daemon, hall) }
                try hall.start()
                try hall.waitUntilReady()
                var given = try Self.takeAndCall(hall)
                let day = try hall.central.status().day
                let jumps = [
                    (WrongTime.days(-300), "clock-behind"), (.days(100), "clock-refused"),
                    (.year1970, "clock-unknown"),
                ]
                for (time, outcome) in jumps {
                    try Self.set(time, hall)
                    try hall.waitForLog(hall.central, "\(outcome): ")
                    given += try Self.takeAndCall(hall)
                    hall.first.bus.plug(false)
                    try within(10, "the bus is closed") {
                        try hall.first.daemon.status().buses?.first?.state == "closed"
                    }
                    hall.first.bus.plug(true)
                    let number = try hall.callNext(2)
                    try hall.waitForDisplay(2, number, seconds: 15)
                    try check(try hall.central.status().day, is: day, "the central's day")
                }
                try hall.waitUntilAgreed()
                try Self.checkHistory(hall, given, day)
            }
        }

        /// A board that wakes up in 1970 and has never met a central gives out nothing, and says why.
        @Test func wrongClockFromTheFirst_NothingIsNumbered() async {
            await withHall(Self.plan, starts: false) { hall in
                try Self.restart(hall.central, hall, .year1970)
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

        private static func checkHistory(_ hall: SoftwareHall, _ given: [String], _ day: Int) throws
        {
            try hall.waitUntilAgreed()
            try check(Set(given).count, is: given.count, "different numbers among \(given)")
            let told = try hall.history()
            let issued = told.filter { $0.kind == "issued" }.map(\.number).sorted()
            try check(issued, is: given.sorted(), "tickets in the history of day \(day)")
        }
    }
}

/// How a wall clock is wrong.
enum WrongTime: Sendable, CustomTestStringConvertible {
    case days(Int)
    case year1970
    case year2150

    /// Seconds that it is off.
    var offset: Int {
        let now = Int(Date().timeIntervalSince1970)
        return switch self {
        case .days(let count): count * 86_400
        case .year1970: 600 - now
        case .year2150: 180 * 31_556_952 - now
        }
    }

    var testDescription: String { "\(self)" }
}
