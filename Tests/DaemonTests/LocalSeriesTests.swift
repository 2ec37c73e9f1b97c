// SPDX-License-Identifier: Apache-2.0

// Offline until the blocks are used up: numbering goes on in the local series, through a restart too;
// after the heal the central holds it all once.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct LocalSeriesTests {
        @Test func blocksUsedUpOffline_NumbersGoOnInTheLocalSeries() async {
            var plan = SoftwareHall.Plan()
            plan.block = 4
            plan.guardTime = "0ms"
            await withHall(plan) { hall in
                let daemon = hall.first.daemon
                hall.first.wire.set(.cut)
                try within(10, "the controller knows that it is alone") {
                    try daemon.status().link?.state != "up"
                }
                var given: [String] = []
                while !(given.last ?? "A").hasPrefix("L"), given.count < 50 {
                    given.append(try hall.number(at: daemon))
                }
                try check(given.last, is: "L001", "the first number of the local series")
                try hall.waitForLog(daemon, "local-series: blocks are used up")
                try check(given.filter { $0.hasPrefix("A") }.count >= 4, "the block came first")
                given.append(try hall.number("lab", at: daemon))
                try check((given.last ?? "").hasPrefix("B"), "the lab's own block is still there")
                given.append(try hall.number(at: daemon))
                try check(given.last, is: "L002", "the next number")

                daemon.kill()
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "the controller comes up alone")
                given.append(try hall.number(at: daemon))
                try check(given.last, is: "L003", "the next number after a restart")
                // The one that follows in order, and one of the local series.
                let called = try hall.callNext(1)
                try check(called, is: given.first, "the first who came")
                var request = ControlRequest(.call)
                request.booth = 2
                request.number = "L002"
                let local = try daemon.ask(request, as: ActionResult.self)
                try check(local.outcome, is: "called", "a local number is called")
                try hall.waitForDisplay(2, "L002")

                hall.first.wire.set(.good)
                try hall.waitUntilAgreed()
                try Self.checkCentral(hall, given, called: [called, "L002"])
                let next = try hall.number(at: daemon)
                try check(next.hasPrefix("A"), "a new block is used after the heal: \(next)")
            }
        }

        private static func checkCentral(
            _ hall: SoftwareHall, _ given: [String], called: [String]
        ) throws {
            let told = try hall.history()
            let issued = told.filter { $0.kind == "issued" }.map(\.number).sorted()
            try check(issued, is: given.sorted(), "tickets in the history")
            let queue = try hall.central.queue()
            try check(queue.map(\.number).sorted(), is: given.sorted(), "the central's tickets")
            for row in queue {
                try check(
                    row.state, is: called.contains(row.number) ? "called" : "waiting",
                    "the state of \(row.number)")
            }
        }
    }
}
