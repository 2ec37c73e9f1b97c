// SPDX-License-Identifier: Apache-2.0

// What breaks around a controller: the adapter of a bus, a unit's power, the disk. The rest goes on,
// the fault has a name, and it heals by itself.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct HandsTests {
        private static var plan: SoftwareHall.Plan {
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            return plan
        }

        private static func row(_ hall: SoftwareHall, _ booth: Int) throws -> DisplayRow {
            try need(
                try hall.first.daemon.displays().first { $0.booth == booth }, "booth \(booth)")
        }

        @Test func adapterUnplugged_DisplaysAreVerifiedAgainWhenItIsBack() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                let number = try hall.number(at: daemon)
                let late = try hall.number(at: daemon)
                try check(try hall.callNext(1), is: number, "the call")
                try hall.waitForDisplay(1, number)
                hall.first.bus.plug(false)
                try within(10, "the bus is told to be closed, and no display verified") {
                    let bus = try daemon.status().buses?.first
                    return try bus?.state == "closed" && bus?.error != nil
                        && daemon.displays().allSatisfy { !$0.verified && $0.lamp == "fault" }
                }
                try check(try hall.callNext(2), is: late, "a call without displays")
                hall.first.bus.plug(true)
                try hall.waitForDisplay(2, late)
                try hall.waitForDisplay(1, number)
                try within(10, "all displays are verified again") {
                    try daemon.displays().allSatisfy { $0.verified && $0.lamp != "fault" }
                }
                try check(daemon.log.contains("display-back"), "the log tells that it is back")
            }
        }

        @Test func deadUnit_HoldsUpNobodyElse() async {
            await withHall(Self.plan) { hall in
                let daemon = hall.first.daemon
                let first = try hall.number(at: daemon)
                try check(try hall.callNext(2), is: first, "the call")
                try hall.waitForDisplay(2, first)
                hall.first.bus.power(2, false)
                try within(15, "the dead unit is told") {
                    let row = try Self.row(hall, 2)
                    return row.online == false && !row.verified && row.lamp == "fault"
                }
                try hall.waitForLog(daemon, "display-lost: the display of booth 2")
                for booth in [1, 3, 4, 1, 3, 4] {
                    let number = try hall.number(at: daemon)
                    try check(try hall.callNext(booth), is: number, "the call")
                    try hall.waitForDisplay(booth, number, seconds: 3)
                    try within(3, "booth \(booth) is verified") {
                        try Self.row(hall, booth).verified
                    }
                }
                let units = try need(try daemon.status().buses?.first?.units, "units")
                for unit in units {
                    try check(unit.online, is: unit.booth != 2, "unit \(unit.address) is online")
                }
                hall.first.bus.power(2, true)
                try hall.waitForDisplay(2, first)
                try within(10, "the unit is verified again") { try Self.row(hall, 2).verified }
            }
        }

        /// The files of the controller may not grow any more, as on a full disk.
        @Test func fullDisk_IsShownAndGoesAwayByItself() async {
            await withHall(Self.plan, starts: false) { hall in
                let daemon = hall.first.daemon
                // Without this the kernel ends a process at its limit; a full disk does not.
                daemon.prepare(
                    environment: [:],
                    launcher: ["/bin/sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"])
                try hall.start()
                try hall.waitUntilReady()
                var numbers: [String] = []
                for _ in 0..<6 { numbers.append(try hall.number(at: hall.central)) }
                try within(10, "the tickets are in the tray") {
                    try daemon.status().tray == numbers.count
                }
                try check(try hall.callNext(1), is: numbers[0], "the call")
                try hall.waitForDisplay(1, numbers[0])

                try Self.limitFiles(of: daemon, to: hall.folder + "/hall-a.db-wal")
                var request = ControlRequest(.press)
                request.booth = 1
                let refused = try need(try daemon.refusal(request), "a refusal")
                try check(refused.name, is: "disk-failed", "the refusal: \(refused.detail)")
                try hall.waitForDisplay(1, "ERR ")
                try within(5, "every lamp tells the fault") {
                    try daemon.displays().allSatisfy { $0.lamp == "fault" }
                }
                try check(hall.first.bus.shown(2), is: "----", "a booth that was not pressed")
                try hall.waitForLog(daemon, "disk-failed")

                try Self.limitFiles(of: daemon, to: nil)
                // Nobody presses: the daemon finds out by itself.
                try hall.waitForLog(daemon, "disk-back", seconds: 20)
                try hall.waitForDisplay(1, numbers[0])
                try check(try hall.callNext(1), is: numbers[1], "nobody was skipped")
                try hall.waitForDisplay(1, numbers[1])
                try within(5, "no lamp tells a fault") {
                    try daemon.displays().allSatisfy { $0.lamp != "fault" }
                }
                try hall.waitUntilAgreed()
                let calls = try hall.history().filter { $0.kind == "called" }.map(\.number)
                try check(calls, is: Array(numbers[0...1]), "calls in the history")
            }
        }

        /// Keeps a daemon's files from growing beyond the present size of `path`, or lets them grow.
        private static func limitFiles(of daemon: RunningDaemon, to path: String?) throws {
            var most = "unlimited"
            if let path {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                most = try need((attributes[.size] as? NSNumber)?.stringValue, path)
            }
            let run = try Finished(
                "/usr/bin/prlimit",
                ["--pid", String(daemon.processID), "--fsize=\(most):unlimited"])
            try check(run.status, is: 0, "a limit is set: \(run.output)")
        }
    }
}
