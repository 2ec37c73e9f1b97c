// SPDX-License-Identifier: Apache-2.0

// The parts of a unit's test: what is written, what must be read back, and what a person is asked.

import BoothUnit
import QueueCore

/// One part of a unit, and how it is tested.
struct TestStage: Sendable {
    /// What a unit must answer to a read.
    enum Expectation: Sendable, CustomStringConvertible {
        case words([UInt16])
        case notZero

        func holds(_ words: [UInt16]) -> Bool {
            switch self {
            case .words(let wanted): words == wanted
            case .notZero: words.allSatisfy { $0 != 0 }
            }
        }

        var description: String {
            switch self {
            case .words(let words): "\(words)"
            case .notZero: "what was written"
            }
        }
    }

    /// Something written, read back and looked at for a while.
    struct Frame: Sendable {
        let first: Register
        let values: [UInt16]
        let readFirst: Register
        let readLast: Register
        let expects: Expectation
        let lasts: TimeSpan

        func write(_ unit: UnitAddress) -> JobRequest {
            JobRequest(unit: unit, action: .write(values, at: first.rawValue))
        }

        func read(_ unit: UnitAddress) -> JobRequest {
            .read(unit, readFirst, through: readLast)
        }
    }

    let name: String
    /// What a person is asked; empty: nothing.
    let question: String
    /// What a no means.
    let finding: FindingName
    let frames: [Frame]
    var isButtons = false

    /// Questions over the line at the start, to see whether it is sound.
    static let linkAsks = 20

    static var all: [TestStage] {
        [lampTest, segments, places, digits, brightness, beep, buttons]
    }

    private static let lampTest = TestStage(
        name: "lamp test", question: "Are all bars and points of all four digits lit?",
        finding: .segmentsDark,
        frames: [
            Frame(
                first: .lampTest, values: [20], readFirst: .lampTest, readLast: .lampTest,
                expects: .notZero, lasts: .milliseconds(1_800))
        ])

    /// Each bar on all four digits at once, in the order A to G and the point.
    private static let segments = TestStage(
        name: "each bar", question: "Does one bar after the other light, on all four digits?",
        finding: .segmentsDark,
        frames: [6, 5, 4, 3, 2, 1, 0, 7].map { bit in
            let both = UInt16(1) << bit | UInt16(1) << (bit + 8)
            return raw([both, both], lasts: .milliseconds(400))
        })

    private static let places = TestStage(
        name: "each digit", question: "Does one digit after the other light, from left to right?",
        finding: .segmentsDark,
        frames: [[0xFF00, 0], [0x00FF, 0], [0, 0xFF00], [0, 0x00FF]].map {
            raw($0, lasts: .milliseconds(500))
        })

    private static let digits = TestStage(
        name: "the numbers", question: "", finding: .readBack,
        frames: (0...9).map { digit in
            let pair = UInt16(0x3030 + digit * 0x0101)
            return Frame(
                first: .textLeft, values: [pair, pair], readFirst: .shownLeft,
                readLast: .shownRight, expects: .words([pair, pair]), lasts: .milliseconds(200))
        })

    private static let brightness = TestStage(
        name: "brightness", question: "Do the digits go from dark to bright?",
        finding: .brightnessStays,
        frames: (0...15).map { step in
            Frame(
                first: .brightness, values: [UInt16(step)], readFirst: .brightness,
                readLast: .brightness, expects: .words([UInt16(step)]), lasts: .milliseconds(150))
        })

    private static let beep = TestStage(
        name: "buzzer", question: "Does the buzzer sound?", finding: .noBeep,
        frames: [
            Frame(
                first: .beeps, values: [2], readFirst: .beeps, readLast: .beeps,
                expects: .notZero, lasts: .milliseconds(1_500))
        ])

    private static let buttons = TestStage(
        name: "buttons",
        question: "Press each button that is wired to this unit, then say yes (no: none is wired).",
        finding: .buttonDead, frames: [], isButtons: true)

    /// Bars as they are; a lamp test that is not over yet would cover them.
    private static func raw(_ values: [UInt16], lasts: TimeSpan) -> Frame {
        Frame(
            first: .lampTest, values: [0] + values, readFirst: .segmentsLeft,
            readLast: .segmentsRight, expects: .words(values), lasts: lasts)
    }
}
