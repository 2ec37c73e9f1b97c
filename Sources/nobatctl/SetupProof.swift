// SPDX-License-Identifier: Apache-2.0

// Proves each booth before the daemon has it: its unit blinks its address, its button is pressed.

import ArgumentParser
import Control
import DisplayDrivers
import Foundation
import Hardware
import Installation
import QueueCore

/// Goes from booth to booth with whoever sets up.
struct SetupProof {
    private let common: Common
    private let hall: HallProposal
    private let talk: SetupTalk

    /// How long a unit blinks before the person is asked what it showed.
    private static let blinkSpan = TimeSpan.seconds(8)
    /// How long a press is waited for: a technician walks to the booth.
    private static let pressSpan = TimeSpan.seconds(120)

    init(_ common: Common, _ hall: HallProposal, _ talk: SetupTalk) {
        self.common = common
        self.hall = hall
        self.talk = talk
    }

    /// What is not as it should be, a sentence each.
    func run() throws -> [String] {
        var problems: [String] = []
        if let port = hall.port {
            for booth in hall.booths {
                if let problem = try display(booth, port) { problems.append(problem) }
            }
        }
        if let chip = hall.chip { problems += buttons(chip) }
        return problems
    }

    private func display(_ booth: HallProposal.Booth, _ port: String) throws -> String? {
        guard let number = booth.address, let address = UnitAddress(number) else { return nil }
        talk.say("booth \(booth.number): unit \(number) is to blink its address now")
        let job = UnitIdentification(address, for: talk.isQuiet ? .seconds(1) : Self.blinkSpan)
        let result = try JobTalk(common, port: port, baud: 9_600).run(
            ControlRequest(.busIdentify), job, tell: { _ in })
        guard result.isGood == true else {
            return
                "booth \(booth.number): unit \(number) does not answer on \(port) (\(result.text)); "
                + "look at its supply, at A and B, and at its address"
        }
        guard talk.agrees("Did the display of booth \(booth.number) blink?", usually: true) else {
            return "booth \(booth.number): unit \(number) is at another booth; "
                + "give it the right address with nobatctl bus address"
        }
        return nil
    }

    private func buttons(_ chip: String) -> [String] {
        let wired = hall.booths.compactMap { booth in
            booth.button.map { (booth: booth.number, line: $0) }
        }
        guard !wired.isEmpty else { return [] }
        let choices = wired.map { item in
            LineChoice(
                UInt32(item.line).map(LineAddress.offset) ?? .named(item.line), isActiveLow: true,
                bias: .pullUp)
        }
        do throws(LineError) {
            let lines = try GpiodButtonLines(chipLabel: chip, lines: choices, user: "nobatctl")
            let held = try lines.levels().enumerated().filter(\.element).map {
                wired[$0.offset].booth
            }
            var problems = held.map {
                "booth \($0): its button is held, or its wire lies on ground"
            }
            guard !talk.isQuiet else { return problems }
            for (index, item) in wired.enumerated() where !held.contains(item.booth) {
                if let problem = try press(lines, index, wired) { problems.append(problem) }
            }
            return problems
        } catch {
            return ["\(error)"]
        }
    }

    private func press(
        _ lines: GpiodButtonLines, _ wanted: Int, _ wired: [(booth: Int, line: String)]
    ) throws(LineError) -> String? {
        let (booth, line) = wired[wanted]
        talk.say("booth \(booth): press its button now")
        let end = SystemClock.monotonic() + Self.pressSpan
        while SystemClock.monotonic() < end {
            let batch = try lines.wait(timeout: end - SystemClock.monotonic())
            guard let edge = batch.edges.first(where: \.isPressed) else { continue }
            guard edge.line != wanted else {
                talk.say("booth \(booth): pressed, on line \(line)")
                return nil
            }
            let other = wired[edge.line]
            return "booth \(booth): its button came on line \(other.line), which was to be booth "
                + "\(other.booth)'s; swap the wires, or the lines in the configuration"
        }
        return "booth \(booth): no press came on line \(line); look at its wire and at its contact"
    }
}
