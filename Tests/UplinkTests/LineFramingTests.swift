// SPDX-License-Identifier: Apache-2.0

// The bytes of a link become the same lines however they arrive.

import Glibc
import NIOCore
import Testing

@testable import Uplink

@Suite struct LineFramingTests {
    /// Feeds chunks as a channel would; checks after each that no more than a line is kept.
    private func frames(_ chunks: [[UInt8]], end: Bool = false) -> [LineFrame] {
        var framing = LineFraming()
        var buffer = ByteBuffer()
        var frames: [LineFrame] = []
        for chunk in chunks {
            buffer.writeBytes(chunk)
            while let frame = framing.decode(buffer: &buffer) { frames.append(frame) }
            #expect(buffer.readableBytes < UplinkLimits.lineBytesMax)
            buffer.discardReadBytes()
        }
        if end {
            while let frame = framing.decodeLast(buffer: &buffer, seenEOF: true) {
                frames.append(frame)
            }
            #expect(buffer.readableBytes == 0)
        }
        return frames
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func aLineIsTheSame_HoweverItIsSplit() {
        let text = bytes("HELLO name=نوبت\nCALL booth=3\r\n\n")
        let expected: [LineFrame] = [.line("HELLO name=نوبت"), .line("CALL booth=3"), .line("")]
        for cut in 0...text.count {
            #expect(frames([Array(text[..<cut]), Array(text[cut...])]) == expected)
        }
        #expect(frames(text.map { [$0] }) == expected)
        #expect(frames([text]) == expected)
    }

    @Test func onlyOneCarriageReturnAtTheEndIsStripped() {
        #expect(frames([bytes("a\rb\r\r\n")]) == [.line("a\rb\r")])
    }

    @Test func controlCharactersAreLeftToTheCodec() {
        #expect(frames([[0, 1, 0x1B, 0x7F, 10]]) == [.line("\u{0}\u{1}\u{1B}\u{7F}")])
    }

    @Test(arguments: [1, 7, 1_023, 1_024, 4_096])
    func theLimitCountsTheNewline(chunk: Int) {
        let longest = Array(repeating: UInt8(ascii: "x"), count: 1_023)
        let input = longest + [10] + longest + [120, 10] + bytes("next\n")
        let chunks = stride(from: 0, to: input.count, by: chunk).map {
            Array(input[$0..<min($0 + chunk, input.count)])
        }
        let line = String(decoding: longest, as: UTF8.self)
        let expected: [LineFrame] = [
            .line(line), .malformed(.overlong(bytesDiscarded: 1_025)), .line("next"),
        ]
        #expect(frames(chunks) == expected)
    }

    @Test func anEndlessLineIsCountedAndNotKept() {
        let chunk = Array(repeating: UInt8(ascii: "x"), count: 4_096)
        let chunks = Array(repeating: chunk, count: 500) + [bytes("\ngood\n")]
        #expect(
            frames(chunks) == [
                .malformed(.overlong(bytesDiscarded: 2_048_001)), .line("good"),
            ])
    }

    @Test(arguments: [
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80],
    ])
    func whatIsNotUTF8IsReported_AndTheNextLineStands(wrong: [UInt8]) {
        let input = [65] + wrong + [10] + bytes("good\n")
        #expect(
            frames([input]) == [
                .malformed(.notUTF8(bytesDiscarded: wrong.count + 2)), .line("good"),
            ])
    }

    @Test func aLineCutOffByTheEndIsNoLine() {
        #expect(frames([bytes("CALL booth=1\nCALL booth=1")], end: true) == [.line("CALL booth=1")])
        let long = Array(repeating: UInt8(ascii: "x"), count: 3_000)
        #expect(frames([long], end: true) == [.malformed(.overlong(bytesDiscarded: 3_000))])
    }

    /// What the framing means, written the slow way over all the bytes at once.
    private func reference(_ input: [UInt8]) -> [LineFrame] {
        input.split(separator: 10, omittingEmptySubsequences: false).dropLast().map { raw in
            if raw.count + 1 > 1_024 {
                return .malformed(.overlong(bytesDiscarded: raw.count + 1))
            }
            var content = Array(raw)
            if content.last == 13 { content.removeLast() }
            // Decoding with repair gives back the same bytes only when nothing was repaired.
            let text = String(decoding: content, as: UTF8.self)
            guard Array(text.utf8) == content else {
                return .malformed(.notUTF8(bytesDiscarded: raw.count + 1))
            }
            return .line(text)
        }
    }

    @Test func generatedBytes_AgreeWithTheReference() throws {
        let wanted = getenv("NOBAT_FUZZ_COUNT").flatMap { Int(String(cString: $0)) } ?? 100_000
        var random = SeededRandom(state: 0x6E6F_6261_74)
        var left = wanted
        var kinds = (lines: 0, overlong: 0, notUTF8: 0)
        while left > 0 {
            let chunks = (0..<min(left, 100)).map { _ in Self.chunk(&random) }
            left -= chunks.count
            let found = frames(chunks)
            try #require(
                found == reference(Array(chunks.joined())), "\(left) chunks before the end")
            for frame in found {
                switch frame {
                case .line: kinds.lines += 1
                case .malformed(.overlong): kinds.overlong += 1
                case .malformed(.notUTF8): kinds.notUTF8 += 1
                }
            }
        }
        if wanted >= 1_000 { #expect(min(kinds.lines, kinds.overlong, kinds.notUTF8) > 0) }
    }

    /// A small chunk: text with newlines, any bytes, or a long run.
    private static func chunk(_ random: inout SeededRandom) -> [UInt8] {
        let alphabet = Array("ACALL booth=%0A نوبت\u{0}\r\n\n\r\n".utf8)
        let count = Int.random(in: 0...40, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
            return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        case 1:
            return Array(repeating: 120, count: count * 30)
        case 2...9:
            return Array("CALL booth=\(count) نوبت\(count % 3 == 0 ? "\r\n" : "\n")".utf8)
        default:
            let run = alphabet.prefix(Int.random(in: 1...alphabet.count, using: &random))
            return (0..<count).map { _ in run.randomElement(using: &random) ?? 10 }
        }
    }
}
