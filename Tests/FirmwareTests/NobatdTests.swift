// SPDX-License-Identifier: Apache-2.0

// The real nobatd and nobat-central, and four emulated units on one bus: what is called must be what
// the pins show, and nothing else.

import Control
import EmulatedUnits
import Foundation
import SoftwareHall
import Testing

extension FirmwareTests {
    @Suite struct NobatdTests {
        /// A hall whose bus is the emulated one: the software units' is taken away.
        private static func withEmulatedHall(
            _ body: @escaping @Sendable (SoftwareHall, [EmulatedUnit], EmulatedBus) throws -> Void
        ) async {
            await onThread {
                let folder = FirmwareTests.passingFile("hall")
                defer { try? FileManager.default.removeItem(atPath: folder) }
                var plan = SoftwareHall.Plan()
                plan.guardTime = "0ms"
                plan.deadMan = "3s"
                let hall = try SoftwareHall(folder: folder, plan: plan)
                defer { hall.kill() }
                hall.controllers[0].bus.stop()
                let image = try FirmwareImage.built(in: FirmwareTests.root)
                let units = try hall.controllers[0].booths.map {
                    try EmulatedUnit(image: image, switches: UInt8($0))
                }
                defer { for unit in units { unit.stop() } }
                for unit in units { try unit.waitForDashes() }
                let bus = try EmulatedBus(units, link: folder + "/hall-a.bus")
                defer { bus.stop() }
                do {
                    try hall.start()
                    try body(hall, units, bus)
                } catch {
                    let logs = ([hall.central] + hall.controllers.map(\.daemon)).map { daemon in
                        "--- \(daemon.program)\n"
                            + daemon.log.split(separator: "\n").suffix(25).joined(separator: "\n")
                    }
                    let failure = error as? Failure
                    throw Failure(
                        text: "\(failure?.text ?? "\(error)")\n\(logs.joined(separator: "\n"))",
                        location: failure?.location ?? #_sourceLocation)
                }
            }
        }

        private static func call(_ booth: Int, _ hall: SoftwareHall) throws -> String {
            var number: String?
            try within(60, "somebody is called at booth \(booth)") {
                let daemon = hall.controllers[0].daemon
                let result = try? hall.press(booth, at: daemon)
                if result?.outcome == "called" { number = result?.number }
                return number != nil
            }
            return try need(number, "a number")
        }

        @Test func calls_StandAtTheirBoothAndComeBackAfterAKill() async {
            await Self.withEmulatedHall { hall, units, bus in
                let daemon = hall.controllers[0].daemon
                try within(60, "the displays are verified") {
                    try daemon.ask(ControlRequest(.displays), as: [DisplayRow].self)
                        .allSatisfy(\.verified)
                }
                var last: [String] = ["", "", "", ""]
                for round in 0..<12 {
                    let place = [2, 0, 3, 1, 1, 2, 0, 3, 3, 0, 1, 2][round]
                    try within(40, "a ticket is given") {
                        (try? hall.take(at: hall.central))?.number != nil
                    }
                    last[place] = try Self.call(place + 1, hall)
                    for (unit, text) in zip(units, last) where !text.isEmpty {
                        try within(40, "\(last) at the booths, not \(units.map(\.text))") {
                            // A new call blinks: its dark half is not the number's end.
                            unit.text == text
                                || unit.pins.changes.last?.isDark == true
                                    && unit.pins.changes.suffix(3).contains { $0.text == text }
                        }
                    }
                }
                try check(Set(last).count, is: 4, "four numbers at four booths")
                try Self.killAndComeBack(hall, units, last)
                for unit in units {
                    let pins = unit.pins
                    try check(pins.display.malformed, is: 0, "malformed words")
                    try check(unit.resets, is: 0, "resets")
                    // Nothing but numbers that were called, the dashes and the dark ever stood.
                    let read = Set(pins.wholeTexts(lasting: 0.15)).subtracting(["    ", "----"])
                    let wrong = read.filter { text in
                        !(text.hasPrefix("A") && Int(text.dropFirst()).map { 1...12 ~= $0 } == true)
                    }
                    try check(wrong.isEmpty, "what else was to be read: \(wrong)")
                }
                print("bus: \(bus.traffic)")
            }
        }

        private static func killAndComeBack(
            _ hall: SoftwareHall, _ units: [EmulatedUnit], _ last: [String]
        ) throws {
            let daemon = hall.controllers[0].daemon
            for _ in 0..<2 {
                // The last call has stopped blinking.
                for (unit, text) in zip(units, last) { try unit.waitForText(text, 60) }
                daemon.kill()
                let killed = UnitPins.now()
                for unit in units { try unit.waitForDashes(15) }
                let took = UnitPins.now() - killed
                try check(took < 8, "stale numbers stood for \(took) s")
                usleep(300_000)
                try check(units.map(\.text), is: units.map { _ in "----" }, "they stay")
                try daemon.start()
                try check(daemon.waitUntilItAnswers(), "nobatd answers again")
                for (unit, text) in zip(units, last) {
                    try unit.waitForText(text, 60)
                }
            }
        }

        /// One unit that stumbles gets its number again, and the others keep theirs.
        @Test func unitThatStumbles_GetsItsNumberAgain() async {
            await Self.withEmulatedHall { hall, units, _ in
                for booth in 1...4 {
                    try within(40, "a ticket is given") {
                        (try? hall.take(at: hall.central))?.number != nil
                    }
                    let number = try Self.call(booth, hall)
                    try within(60, "\(number) at booth \(booth)") {
                        units[booth - 1].text == number
                    }
                }
                for (index, unit) in units.enumerated() {
                    try unit.waitForText("A00\(index + 1)", 60)
                }
                for unit in units { unit.forget() }
                try units[1].fault(.trap)
                try within(40, "the chip resets itself") { units[1].resets == 1 }
                try within(60, "its number stands again") {
                    units[1].text == "A002"
                        && units[1].pins.changes.contains { $0.text == "----" }
                }
                for index in [0, 2, 3] {
                    let read = Set(units[index].pins.wholeTexts(lasting: 0.15))
                    try check(
                        read.isSubset(of: ["A00\(index + 1)", "    "]),
                        "what booth \(index + 1) showed meanwhile: \(read)")
                    try units[index].waitForText("A00\(index + 1)")
                }
            }
        }
    }
}
