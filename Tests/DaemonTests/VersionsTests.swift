// SPDX-License-Identifier: Apache-2.0

// The programs of the previous release beside the present ones: a clinic is never upgraded all at
// once. `make versions` builds them and says where they are.

import Control
import Foundation
import SoftwareHall
import Testing

/// The folder of the previous release's programs.
private let previousPrograms = ProcessInfo.processInfo.environment["NOBAT_PREVIOUS"]

extension DaemonTests {
    @Suite(.enabled(if: previousPrograms != nil, "NOBAT_PREVIOUS is not set; make versions"))
    struct VersionsTests {
        static let previous = previousPrograms

        @Test func aNewControllerWithAnOldCentral_CallsOnlineAndOffline() async {
            await withHall(Self.plan, starts: false) { hall in
                hall.central.prepare(programs: Self.previous)
                try Self.day(hall)
            }
        }

        @Test func anOldControllerWithANewCentral_CallsOnlineAndOffline() async {
            await withHall(Self.plan, starts: false) { hall in
                for controller in hall.controllers {
                    controller.daemon.prepare(programs: Self.previous)
                }
                try Self.day(hall)
            }
        }

        @Test func aHallOfBoth_SharesItsPatients() async {
            await withHall(Self.plan, starts: false) { hall in
                hall.first.daemon.prepare(programs: Self.previous)
                try Self.day(hall)
            }
        }

        @Test func anUpgradedCentralGoesOn_AndAnOldOneSetsItsDatabaseAside() async {
            await withHall(Self.plan, starts: false) { hall in
                hall.central.prepare(programs: Self.previous)
                try Self.start(hall)
                var given = try Self.work(hall)
                try hall.waitUntilAgreed()
                let epoch = try hall.central.status().epoch
                let told = try hall.history().count
                hall.central.stop()
                hall.central.prepare(programs: nil)
                try hall.central.start()
                try hall.waitUntilAgreed()
                try check(try hall.central.status().epoch, is: epoch, "the epoch goes on")
                try check(try hall.history().count >= told, "the history goes on")
                given += try Self.work(hall)
                try hall.waitUntilAgreed()
                try check(Set(given).count, is: given.count, "different numbers among \(given)")
                hall.central.stop()
                let path = hall.folder + "/central.db"
                hall.central.prepare(programs: Self.previous)
                try hall.central.start()
                try Self.checkSetAside(hall, hall.central, path, version: 4)
                try hall.waitForLog(hall.central, "hall-a stated what it holds")
                try hall.waitUntilAgreed()
                given += try Self.work(hall)
                try check(Set(given).count, is: given.count, "different numbers among \(given)")
            }
        }

        @Test func anUpgradedControllerGoesOn_AndAnOldOneSetsItsDatabaseAside() async {
            await withHall(Self.plan, starts: false) { hall in
                let daemon = hall.first.daemon
                daemon.prepare(programs: Self.previous)
                try Self.start(hall)
                var given = try Self.work(hall)
                let number = try hall.callNext(1)
                // What is told only after the upgrade.
                hall.first.wire.set(.cut)
                try within(10, "the controller knows that it is alone") {
                    try daemon.status().link?.state != "up"
                }
                given.append(try hall.number(at: daemon))
                let epoch = try daemon.status().epoch
                daemon.stop()
                daemon.prepare(programs: nil)
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "the upgraded controller comes up")
                try hall.waitForDisplay(1, number)
                try check(try daemon.status().epoch, is: epoch, "the epoch goes on")
                hall.first.wire.set(.good)
                try hall.waitUntilAgreed()
                given += try Self.work(hall)
                try hall.waitUntilAgreed()
                daemon.stop()
                daemon.prepare(programs: Self.previous)
                try daemon.start()
                try Self.checkSetAside(
                    hall, daemon, hall.folder + "/hall-a.db", version: 3)
                try hall.waitForLog(hall.central, "hall-a begins a new log")
                try hall.waitUntilAgreed()
                given += try Self.work(hall)
                try check(Set(given).count, is: given.count, "different numbers among \(given)")
            }
        }

        // MARK: - The story

        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.controllers = ["hall-a", "hall-b"]
            plan.guardTime = "0ms"
            plan.booths = 2
            plan.services = [("admission", "A")]
            plan.block = 10
            return plan
        }

        private static func start(_ hall: SoftwareHall) throws {
            try hall.start()
            try hall.waitUntilReady()
        }

        /// Tickets from everywhere, and calls at both controllers.
        private static func work(_ hall: SoftwareHall) throws -> [String] {
            var given: [String] = []
            for _ in 0..<3 {
                for daemon in [hall.central] + hall.controllers.map(\.daemon) {
                    given.append(try hall.number(at: daemon))
                }
                for controller in hall.controllers { _ = try hall.callNext(controller.booths[0]) }
            }
            return given
        }

        /// Online, alone, and online again: different numbers, everybody called once, histories agree.
        private static func day(_ hall: SoftwareHall) throws {
            try start(hall)
            var given = try work(hall)
            let alone = hall.controllers[1]
            alone.wire.set(.cut)
            try within(10, "\(alone.name) knows that it is alone") {
                try alone.daemon.status().link?.state != "up"
            }
            given += try work(hall)
            alone.wire.set(.good)
            try hall.waitUntilAgreed()
            given += try work(hall)
            try check(Set(given).count, is: given.count, "different numbers among \(given)")
            try within(30, "everybody is called") {
                for controller in hall.controllers {
                    for booth in controller.booths {
                        _ = try hall.press(booth, at: controller.daemon)
                    }
                }
                // Also who is on the way between two trays.
                return try hall.controllers.allSatisfy { try $0.daemon.status().tray == 0 }
                    && hall.central.queue().allSatisfy { $0.state != "waiting" }
            }
            try hall.waitUntilAgreed()
            let calls = try hall.history().filter { $0.kind == "called" }.map(\.number)
            try check(calls.sorted(), is: given.sorted(), "who was called, by the history")
        }

        private static func checkSetAside(
            _ hall: SoftwareHall, _ daemon: RunningDaemon, _ path: String, version: Int
        ) throws {
            try hall.waitForLog(
                daemon, "it is of version \(version), and this program knows 1 to 1")
            try check(
                FileManager.default.fileExists(atPath: path + ".foreign-1"),
                "the newer database is kept as \(path).foreign-1")
            try check(daemon.waitUntilItAnswers(), "\(daemon.program) comes up")
        }
    }
}
