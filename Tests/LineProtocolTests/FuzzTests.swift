// SPDX-License-Identifier: Apache-2.0

// Any bytes at all: a message that comes back the same, or an error fit to print. Never a crash.
// NOBAT_FUZZ_COUNT sets how many lines are made; the seed is fixed, so that a failure comes again.
import Foundation
import QueueCore
import Testing

@testable import LineProtocol

@Suite struct FuzzTests {
    private static var count: Int {
        ProcessInfo.processInfo.environment["NOBAT_FUZZ_COUNT"].flatMap { Int($0) } ?? 200_000
    }

    @Test func mutatedLines_AreMessagesOrNamedErrors() throws {
        var generator = Generator(seed: 20_779)
        let corpus = try Corpus()
        try #require(corpus.lines.count >= 100)
        var messages = 0
        var complaints: [Complaint: Int] = [:]
        for turn in 0..<Self.count {
            let line = corpus.mutatedLine(&generator)
            let outcome = try Self.judge(line)
            messages += outcome.messages
            for complaint in outcome.complaints { complaints[complaint, default: 0] += 1 }
            if let wrong = outcome.wrong {
                Issue.record("turn \(turn): \(wrong): \(String(decoding: line, as: UTF8.self))")
                return
            }
        }
        // A fuzz whose lines all fail at the first byte, or all pass, would prove nothing.
        #expect(messages * 20 > Self.count)
        #expect(
            Set(complaints.keys) == [
                .badLine, .unknownVerb, .missingKey, .badValue, .overLong, .notUTF8, .unexpected,
            ])
    }

    @Test func corpusLines_AreMessagesOrNamedErrors() throws {
        for line in try Corpus().lines {
            #expect(try Self.judge(line).wrong == nil, "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test func linesCutAtEachByte_AreMessagesOrNamedErrors() throws {
        var generator = Generator(seed: 7)
        for _ in 0..<200 {
            for bytes in [generator.clientMessage().bytes, generator.centralMessage().bytes] {
                for end in 0...bytes.count {
                    try #require(try Self.judge(Array(bytes[..<end])).wrong == nil)
                    try #require(try Self.judge(Array(bytes[end...])).wrong == nil)
                }
            }
        }
    }

    private struct Outcome {
        var messages = 0
        var complaints: [Complaint] = []
        var wrong: String?
    }

    private static func judge(_ line: [UInt8]) throws -> Outcome {
        var outcome = Outcome()
        do throws(LineError) {
            let written = try ClientMessage(bytes: line).bytes
            outcome.messages += 1
            if try ClientMessage(bytes: written).bytes != written { outcome.wrong = "unstable" }
            if written.count >= 1_024 { outcome.wrong = "grew too long" }
        } catch {
            outcome.complaints.append(error.complaint)
            if !isPrintable(error) { outcome.wrong = "unprintable: \(error.detail)" }
        }
        do throws(LineError) {
            let written = try CentralMessage(bytes: line).bytes
            outcome.messages += 1
            if try CentralMessage(bytes: written).bytes != written { outcome.wrong = "unstable" }
            if written.count >= 1_024 { outcome.wrong = "grew too long" }
        } catch {
            outcome.complaints.append(error.complaint)
            if !isPrintable(error) { outcome.wrong = "unprintable: \(error.detail)" }
        }
        return outcome
    }

    private static func isPrintable(_ error: LineError) -> Bool {
        error.detail.utf8.count <= LineLimits.detailBytesMax
            && error.detail.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
