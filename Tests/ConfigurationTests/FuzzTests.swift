// SPDX-License-Identifier: Apache-2.0

// Thousands of damaged examples: each is a configuration or a list of errors, never a crash.

import Foundation
import NobatConfiguration
import Testing

struct FuzzTests {
    /// A small generator (SplitMix64), so that each run mutates alike.
    struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(sides))
        }
    }

    static let count =
        ProcessInfo.processInfo.environment["NOBAT_FUZZ_COUNT"].flatMap(Int.init) ?? 3_000
    static let words = [
        "0", "-1", "999999999999999999999", "010", "true", "~", "\"", "'", "[", "]", "{", "}", ": ",
        "- ", "#", "&a ", "*a", "!!int ", "|", "? ", "\t", "\r", "\0", "\u{85}", "\u{E000}", "پ",
        "ms", "%", "---\n", "central", "\"\\u0007\"", "\u{FEFF}", "<<: ", "A", "\\",
    ]

    @Test(arguments: ["hall.yaml", "central.yaml", "hall-two-boards/hall-a.yaml"])
    func damagedExample_EndsInAConfigurationOrErrors(name: String) throws {
        let original = try Samples.text(name)
        // Without comments most mutations hit what is read.
        let lines = original.split(separator: "\n").filter { !$0.trimmed.hasPrefix("#") }
        var refused = 0
        for seed in 0..<(Self.count / 3) {
            var dice = Dice(state: UInt64(seed))
            let text = Self.mutate(lines.map(String.init), &dice)
            refused += Self.check(text, seed) ? 0 : 1
        }
        #expect(refused > Self.count / 12, "the mutations hardly damage anything")
    }

    static func mutate(_ lines: [String], _ dice: inout Dice) -> String {
        var lines = lines
        for _ in 0...dice.roll(3) {
            let at = dice.roll(lines.count)
            switch dice.roll(7) {
            case 0: lines.insert(lines[at], at: dice.roll(lines.count))
            case 1 where lines.count > 1: lines.remove(at: at)
            case 2: lines.swapAt(at, dice.roll(lines.count))
            case 3: lines[at] = String(repeating: " ", count: dice.roll(5)) + lines[at]
            case 4: lines[at] = String(lines[at].dropFirst(dice.roll(4)))
            case 5:
                var bytes = Array(lines[at].utf8)
                if !bytes.isEmpty { bytes[dice.roll(bytes.count)] = UInt8(dice.roll(256)) }
                lines[at] = String(decoding: bytes, as: UTF8.self)
            default:
                var scalars = Array(lines[at].unicodeScalars)
                let word = words[dice.roll(words.count)]
                scalars.insert(contentsOf: word.unicodeScalars, at: dice.roll(scalars.count + 1))
                lines[at] = scalars.map(String.init).joined()
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Reads `text` as both kinds; whether either took it.
    static func check(_ text: String, _ seed: Int) -> Bool {
        let lineCount = text.unicodeScalars.filter { $0 == "\n" || $0 == "\r" }.count + 1
        var isTaken = false
        func isOrderly(_ errors: ConfigurationErrors) -> Bool {
            let places = errors.errors.map { [$0.line, $0.column] }
            return !places.isEmpty
                && zip(places, places.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) }
                && places.allSatisfy { (1...lineCount + 1).contains($0[0]) && $0[1] >= 1 }
                && errors.errors.allSatisfy { !"\($0)".unicodeScalars.contains { $0.value < 32 } }
        }
        do throws(ConfigurationErrors) {
            _ = try ControllerConfiguration.parse(text: text, file: "f")
            isTaken = true
        } catch {
            #expect(isOrderly(error), "seed \(seed): \(error)")
        }
        do throws(ConfigurationErrors) {
            _ = try CentralConfiguration.parse(text: text, file: "f")
            isTaken = true
        } catch {
            #expect(isOrderly(error), "seed \(seed): \(error)")
        }
        return isTaken
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "a: [", "{", "&a [*a, ", "!"])
    func deepNesting_IsRefused(piece: String) {
        let text = String(repeating: piece, count: 200_000)
        #expect(!Self.check(text, 0))
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
