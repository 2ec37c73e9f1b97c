// SPDX-License-Identifier: Apache-2.0

// 200 kills (SIGKILL) of controller and central at random moments under load. What was answered
// before a kill is in the central's history once; no number is issued twice; displays come back.

import Control
import Foundation
import SoftwareHall
import Testing

extension DaemonTests {
    @Suite struct KillTests {
        private static let services = [
            ("admission", "A"), ("lab", "B"), ("heart", "C"), ("eyes", "D"), ("bones", "E"),
            ("skin", "F"),
        ]

        @Test func whateverIsKilled_WhatWasAnsweredIsInTheHistoryOnce() async {
            let seed = SeededNumbers.chosenSeed
            print("KillTests: NOBAT_SEED=\(seed)")
            var plan = SoftwareHall.Plan()
            plan.guardTime = "0ms"
            plan.services = Self.services
            plan.block = 40
            await withHall(plan) { hall in
                do {
                    try Self.storm(hall, seed: seed, kills: 200)
                } catch let failure as Failure {
                    throw Failure(
                        text: "NOBAT_SEED=\(seed): \(failure.text)", location: failure.location)
                }
            }
        }

        private static func storm(_ hall: SoftwareHall, seed: UInt64, kills: Int) throws {
            let load = KillLoad(hall, services: services.map(\.0), seed: seed)
            load.start()
            defer { load.stop() }
            var random = SeededNumbers(seed: seed)
            var killed: [String: Int] = [:]
            for count in 1...kills {
                let daemon = Bool.random(using: &random) ? hall.central : hall.first.daemon
                usleep(UInt32.random(in: 1_000...200_000, using: &random))
                daemon.kill()
                killed[daemon.program, default: 0] += 1
                usleep(UInt32.random(in: 0...60_000, using: &random))
                try daemon.start()
                // One in four is killed again before it has come up.
                if Int.random(in: 0..<4, using: &random) > 0 {
                    try check(daemon.waitUntilItAnswers(), "\(daemon.program) comes up again")
                }
                if count % 25 == 0 {
                    try load.pause()
                    try settle(hall)
                    try checkDisplays(hall)
                    load.resume()
                }
            }
            load.stop()
            try settle(hall)
            try checkDisplays(hall)
            let answers = load.answers
            print(
                "KillTests: \(killed), answered: \(answers.calls.count) calls, "
                    + "\(answers.tickets.count) tickets; unanswered \(answers.unanswered)")
            try check(killed.values.allSatisfy { $0 >= kills / 4 }, "both were killed: \(killed)")
            try check(answers.calls.count >= kills, "there was load: \(answers.calls.count) calls")
            try check(answers.tickets.count >= kills, "there was load: \(answers.tickets.count)")
            try check(answers.surprises.isEmpty, "refused by name: \(answers.surprises)")
            try checkHistory(hall, answers)
        }

        /// Both run, are connected, and have told each other everything.
        private static func settle(_ hall: SoftwareHall) throws {
            try check(hall.central.waitUntilItAnswers(), "the central answers")
            try check(hall.first.daemon.waitUntilItAnswers(), "the controller answers")
            try hall.waitUntilAgreed(40)
        }

        /// Every display shows its booth's last committed call, as history and controller tell it.
        private static func checkDisplays(_ hall: SoftwareHall) throws {
            let reports = try need(try hall.first.daemon.status().booths, "booths")
            let told = try hall.history()
            for report in reports {
                var last: String?
                for line in told where line.booth == report.booth {
                    switch line.kind {
                    case "called", "recalled": last = line.number
                    case "finished", "no-show": if last == line.number { last = nil }
                    default: break
                    }
                }
                try check(
                    report.current, is: last, "what is at booth \(report.booth) by the history")
                try hall.waitForDisplay(report.booth, report.current ?? "----", seconds: 15)
            }
            try within(15, "the displays are read back") {
                try hall.first.daemon.displays().allSatisfy(\.verified)
            }
        }

        private static func checkHistory(_ hall: SoftwareHall, _ answers: KillAnswers) throws {
            let told = try hall.history()
            var facts: [String: [Int]] = [:]
            for line in told {
                if let epoch = line.row.epoch, let fact = line.row.fact {
                    facts[epoch, default: []].append(fact)
                }
            }
            try check(facts.count, is: 1, "epochs of the controller")
            for (_, numbers) in facts {
                try check(
                    Set(numbers).count, is: numbers.count, "different facts in the history")
                try check(numbers == numbers.sorted(), "facts stand in order")
            }
            let calls = Dictionary(grouping: told.filter { $0.kind == "called" }, by: \.number)
            let twice = calls.filter { $1.count > 1 }.keys.sorted()
            try check(twice, is: [], "numbers called twice")
            for call in answers.calls {
                let booths = calls[call.number]?.map(\.booth)
                try check(booths, is: [call.booth], "booths that called \(call.number)")
            }
            let issued = Dictionary(grouping: told.filter { $0.kind == "issued" }, by: \.number)
            let again = issued.filter { $1.count > 1 }.keys.sorted()
            try check(again, is: [], "numbers issued twice")
            try check(
                Set(answers.tickets).count, is: answers.tickets.count, "different numbers given")
            for number in answers.tickets {
                try check(issued[number] != nil, "\(number) was given and is in the history")
            }
            try checkQueues(hall, issued: Set(issued.keys), called: Set(calls.keys))
        }

        /// Both queues agree, and everybody who has a number was called or waits.
        private static func checkQueues(
            _ hall: SoftwareHall, issued: Set<String>, called: Set<String>
        ) throws {
            let central = try hall.central.queue()
            let controller = try hall.first.daemon.queue()
            let alive = { (rows: [TicketRow]) in
                rows.filter { ["waiting", "called", "parked"].contains($0.state) }
                    .map { "\($0.number) \($0.state) \($0.booth ?? 0) \($0.heldBy) \($0.id)" }
                    .sorted()
            }
            try check(alive(controller), is: alive(central), "the controller's living tickets")
            try check(Set(central.map(\.number)), is: issued, "the central's tickets")
            let waiting = Set(central.filter { $0.state == "waiting" }.map(\.number))
            try check(waiting.isDisjoint(with: called), "nobody who was called waits")
            try check(waiting.union(called), is: issued, "called or waiting")
            try check(try hall.central.status().conflicts ?? [], is: [], "conflicts")
        }
    }
}
