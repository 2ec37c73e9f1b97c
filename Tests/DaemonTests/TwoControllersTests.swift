// SPDX-License-Identifier: Apache-2.0

// Two controllers in one hall, the network cut for each in turn while tickets are taken and called on
// both sides: nobody is called at two booths, nobody is lost, histories agree after the heal.

import Control
import Foundation
import SoftwareHall
import Synchronization
import Testing

extension DaemonTests {
    @Suite struct TwoControllersTests {
        @Test func cutInTurn_NobodyIsCalledTwiceAndNobodyIsLost() async {
            var plan = SoftwareHall.Plan()
            plan.controllers = ["hall-a", "hall-b"]
            plan.booths = 2
            plan.guardTime = "0ms"
            plan.block = 12
            await withHall(plan) { hall in
                let given = Mutex<[String]>([])
                let called = Mutex<[(number: String, booth: Int)]>([])
                for round in 0..<4 {
                    let cut = hall.controllers[round % 2]
                    cut.wire.set(.cut)
                    try within(10, "\(cut.name) knows that it is alone") {
                        try cut.daemon.status().link?.state != "up"
                    }
                    try Self.work(hall, given, called)
                    cut.wire.set(.good)
                    // The heal itself happens under load.
                    try Self.work(hall, given, called)
                    try hall.waitUntilAgreed()
                }
                try Self.checkTrays(hall, given.withLock { $0 }, called.withLock { $0 })
                try Self.drain(hall, called)
                try hall.waitUntilAgreed()
                try Self.checkEnd(hall, given.withLock { $0 }, called.withLock { $0 })
            }
        }

        /// Everybody takes tickets and calls, side by side.
        private static func work(
            _ hall: SoftwareHall, _ given: borrowing Mutex<[String]>,
            _ called: borrowing Mutex<[(number: String, booth: Int)]>
        ) throws {
            let results = Results()
            let crew = Crew()
            for daemon in [hall.central] + hall.controllers.map(\.daemon) {
                crew.add {
                    for count in 0..<8 {
                        results.note {
                            try hall.take(count % 3 == 0 ? "lab" : "admission", at: daemon)
                        }
                    }
                }
            }
            for controller in hall.controllers {
                for booth in controller.booths {
                    crew.add {
                        for _ in 0..<5 {
                            results.note { try hall.press(booth, at: controller.daemon) }
                        }
                    }
                }
            }
            try crew.join(60)
            try check(results.troubles, is: [], "troubles")
            for result in results.answers {
                guard let number = result.number else { continue }
                if result.outcome == "issued" { given.withLock { $0.append(number) } }
                if result.outcome == "called", let booth = result.booth {
                    called.withLock { $0.append((number, booth)) }
                }
            }
        }

        /// Everybody who has a number was called, or waits in one tray.
        private static func checkTrays(
            _ hall: SoftwareHall, _ given: [String], _ called: [(number: String, booth: Int)]
        ) throws {
            try check(Set(given).count, is: given.count, "different numbers given")
            try check(called.count > 40, "calls were made on all sides: \(called.count)")
            let wanted = Set(given).subtracting(called.map(\.number))
            try within(20, "who was not called waits in one tray, as the central has it") {
                let trays = try hall.controllers.map { controller in
                    try controller.daemon.queue().filter { $0.state == "waiting" }
                }
                let all = trays.flatMap { $0 }
                let central = try hall.central.queue().filter { $0.state == "waiting" }
                let places = { (rows: [TicketRow]) in Set(rows.map { "\($0.number) \($0.heldBy)" })
                }
                return all.count == wanted.count && Set(all.map(\.number)) == wanted
                    && places(all) == places(central)
            }
        }

        /// Presses until nobody waits anywhere.
        private static func drain(
            _ hall: SoftwareHall, _ called: borrowing Mutex<[(number: String, booth: Int)]>
        ) throws {
            var calls: [(number: String, booth: Int)] = []
            try within(60, "nobody waits any more") {
                for controller in hall.controllers {
                    for booth in controller.booths {
                        let result = try hall.press(booth, at: controller.daemon)
                        if result.outcome == "called", let number = result.number {
                            calls.append((number, booth))
                        }
                    }
                }
                return try hall.central.queue().allSatisfy { $0.state == "finished" }
            }
            called.withLock { $0 += calls }
        }

        private static func checkEnd(
            _ hall: SoftwareHall, _ given: [String], _ called: [(number: String, booth: Int)]
        ) throws {
            let places = Dictionary(grouping: called, by: \.number)
            try check(places.filter { $1.count > 1 }.keys.sorted(), is: [], "called at two booths")
            try check(Set(places.keys), is: Set(given), "everybody was called")
            let told = try hall.history()
            let calls = told.filter { $0.kind == "called" }
            try check(
                calls.map { "\($0.number) \($0.booth ?? 0)" }.sorted(),
                is: called.map { "\($0.number) \($0.booth)" }.sorted(), "calls in the history")
            let issued = told.filter { $0.kind == "issued" }.map(\.number).sorted()
            try check(issued, is: given.sorted(), "tickets in the history")
            try check(try hall.central.status().conflicts ?? [], is: [], "conflicts")
            for controller in hall.controllers {
                for row in try controller.daemon.queue() {
                    try check(row.state != "waiting", "\(row.number) waits at \(controller.name)")
                }
            }
        }
    }
}

/// What clients that act side by side were answered.
final class Results: Sendable {
    private let kept = Mutex<(answers: [ActionResult], troubles: [String])>(([], []))

    var answers: [ActionResult] { kept.withLock { $0.answers } }
    var troubles: [String] { kept.withLock { $0.troubles } }

    func note(_ act: () throws -> ActionResult) {
        do {
            let answer = try act()
            kept.withLock { $0.answers.append(answer) }
        } catch {
            kept.withLock { $0.troubles.append("\(error)") }
        }
    }
}
