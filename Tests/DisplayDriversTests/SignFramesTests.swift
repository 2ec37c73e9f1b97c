// SPDX-License-Identifier: Apache-2.0

// Frames of signs that never answer, byte for byte as their families' pages have them, and what
// their driver does over time.

import DisplayDrivers
import QueueCore
import Testing

/// A driver in virtual time: what it sent, and when.
struct SignLine {
    var driver: any DisplayDriver
    var now = Moment.zero
    var sent: [(at: Moment, bytes: [UInt8])] = []

    init(_ driver: any DisplayDriver) {
        self.driver = driver
        self.driver.portReady(at: now)
    }

    mutating func show(_ text: String, at address: Int, blinks: Bool = false) throws {
        let content = try DisplayContent(text, blinks: blinks, beeps: blinks)
        driver.show(unit: try #require(UnitAddress(address)), content: content, at: now)
    }

    /// Lets time pass; a driver that spins fails the test.
    mutating func run(_ span: TimeSpan) throws {
        let end = now + span
        for _ in 0..<100_000 {
            switch driver.next(at: now) {
            case .transmit(let bytes, _, _): sent.append((now, bytes))
            case .idle(let until):
                if until >= end {
                    now = end
                    return
                }
                try #require(until > now, "the driver does not wait")
                now = until
            }
        }
        Issue.record("the driver never rests")
    }
}

struct SignFramesTests {
    static func content(_ text: String, booth: Int?, arrow: BoothArrow?) throws -> DisplayContent {
        var content = try DisplayContent(text)
        content.booth = booth
        content.arrow = arrow
        return content
    }

    static func address(_ value: Int) throws -> UnitAddress { try #require(UnitAddress(value)) }

    static let signs = SignSettings(baud: 9_600)

    @Test func candle_ShowsBlinksAndDims() throws {
        let family = CandleFamily(template: SignTemplate([.text], width: 6), brightness: 15)
        let address = try Self.address(0x21)
        let content = try DisplayContent("A042")
        #expect(
            family.show(content, at: address, blinks: 0)
                == [0x01, 0x21, 0x20, 0x20, 0x20, 0x41, 0x30, 0x34, 0x32, 0x07])
        #expect(family.show(content, at: address, blinks: 5)[2] == 0x26)
        #expect(family.show(content, at: address, blinks: 10_000)[2] == 0x7F)
        #expect(family.setUp(address) == [0x02, 0x21, 0x20, 0x07])
        #expect(CandleFamily(brightness: 0).setUp(address) == [0x02, 0x21, 0x23, 0x07])
        #expect(!family.hasSign(at: try Self.address(0x1F)))
        #expect(!family.hasSign(at: try Self.address(0x80)))
    }

    @Test func candle_HasArrowsOfItsOwn() throws {
        let family = CandleFamily(template: .row)
        for (arrow, byte) in [(BoothArrow.left, "<"), (.right, ">"), (.up, "-"), (.down, "-")] {
            let content = try Self.content("A042", booth: 7, arrow: arrow)
            let frame = family.show(content, at: try Self.address(0x20), blinks: 0)
            #expect(Array(frame.dropFirst(3).dropLast()) == Array("A042\(byte) 7".utf8))
        }
    }

    @Test func alpha_WritesATextFile() throws {
        let content = try Self.content("A042", booth: 12, arrow: .right)
        let plain = AlphaFamily(template: .row, label: 0x41, hasChecksum: false)
        #expect(
            plain.show(content, at: try Self.address(0x1B), blinks: 0)
                == [0, 0, 0, 0, 0, 1] + Array("Z1B".utf8) + [2] + Array("AA".utf8)
                + [0x1B, 0x20, 0x62] + Array("A042>12".utf8) + [4])
        let sum = AlphaFamily(position: .fill, isBroadcast: true)
        let frame = sum.show(try DisplayContent("HELP"), at: try Self.address(9), blinks: 1)
        let command: [UInt8] =
            [2] + Array("A0".utf8) + [0x1B, 0x30, 0x63] + Array("HELP".utf8) + [3]
        // 2+41+30+1B+30+63+48+45+4C+50+3 (hex), added by hand.
        #expect(
            frame == [0, 0, 0, 0, 0, 1] + Array("Z00".utf8) + command + Array("024D".utf8) + [4])
    }

    @Test func ascii_FillsItsTemplate() throws {
        let template = SignTemplate(
            [.bytes([2]), .address, .number, .arrow, .booth, .bytes([13])], width: 6, pad: 0x30)
        let family = ASCIIFamily(template: template)
        let content = try Self.content("A042", booth: 3, arrow: .down)
        let frame = family.show(content, at: try Self.address(45), blinks: 9)
        #expect(frame == [2] + Array("45000042v 3".utf8) + [13])
        let narrow = ASCIIFamily(template: SignTemplate([.text], width: 3))
        let address = try Self.address(1)
        #expect(narrow.show(content, at: address, blinks: 0) == Array("042".utf8))
        #expect(narrow.show(.dashes, at: address, blinks: 0) == Array("---".utf8))
        #expect(narrow.show(.blank, at: address, blinks: 0) == Array("   ".utf8))
        let number = ASCIIFamily(template: SignTemplate([.number]))
        #expect(number.show(.dashes, at: address, blinks: 0) == Array("----".utf8))
    }

    /// A Candle counter needs its brightness first, and 250 ms between any two frames of its line.
    @Test func frames_KeepTheirDistance() throws {
        let units = try (0x20...0x29).map(Self.address)
        var line = SignLine(CandleDriver(CandleFamily(), signs: units, settings: Self.signs))
        for unit in units { try line.show("A0\(unit)", at: Int(unit.value)) }
        try line.run(.seconds(9))
        #expect(line.sent.prefix(2).map { $0.bytes[0] } == [0x02, 0x01])
        for (first, second) in zip(line.sent, line.sent.dropFirst()) {
            let wire = TimeSpan.microseconds(Int64(first.bytes.count) * 10_000_000 / 9_600)
            #expect(second.at - first.at >= wire + .milliseconds(250))
        }
        let texts = line.sent.filter { $0.bytes[0] == 0x01 }
        #expect(Set(texts.map { $0.bytes[1] }).count == 10)
    }

    /// A flash there and back takes half a second at least, whatever is ordered.
    @Test func changes_AreNoFasterThanFourASecond() throws {
        let unit = try Self.address(1)
        let family = ASCIIFamily(template: .text, frameGap: .milliseconds(5))
        var line = SignLine(ASCIIDriver(family, signs: [unit], settings: Self.signs))
        for turn in 0..<100 {
            try line.show(turn % 2 == 0 ? "8888" : "", at: 1)
            try line.run(.milliseconds(20))
        }
        for (first, second) in zip(line.sent, line.sent.dropFirst()) {
            #expect(second.at - first.at >= .milliseconds(250))
        }
        #expect(line.sent.count >= 6)
    }

    /// A sign that lost its power shows its text again within the refresh time; nothing verifies it.
    @Test func texts_AreRepeatedAndNeverVerified() throws {
        let unit = try Self.address(5)
        var line = SignLine(AlphaDriver(AlphaFamily(), signs: [unit], settings: Self.signs))
        try line.run(.seconds(30))
        #expect(line.sent.isEmpty)
        try line.show("A042", at: 5, blinks: true)
        try line.run(.seconds(26))
        // It flashes, holds still after 5 s, and is said again every 10 s.
        #expect(line.sent.map { $0.bytes[14] } == Array("cbbb".utf8))
        #expect(line.sent.map { ($0.at - line.sent[0].at).milliseconds / 1_000 } == [0, 5, 15, 25])
        line.driver.received([1, 2, 3], at: line.now)
        let state = try #require(line.driver.unitStates.first)
        #expect(!state.verified && !state.canReadBack && !state.canAnswer)
        #expect(state.ordered == "A042" && state.shows == nil)
        #expect(line.driver.strayBytes == 3)
    }

    @Test func lostPort_IsToldOnce_AndTextsComeBack() throws {
        let unit = try Self.address(5)
        var line = SignLine(AlphaDriver(AlphaFamily(), signs: [unit], settings: Self.signs))
        try line.show("A042", at: 5)
        try line.run(.seconds(1))
        for _ in 0..<3 { line.driver.portLost(at: line.now) }
        #expect(line.driver.takeEvents().map(\.kind) == [.offline])
        try line.show("A043", at: 5)
        try line.run(.seconds(20))
        #expect(line.sent.count == 1)
        line.driver.portReady(at: line.now)
        try line.run(.seconds(1))
        #expect(line.driver.takeEvents().map(\.kind) == [.online])
        #expect(line.sent.count == 2)
        #expect(line.sent.last?.bytes.contains(0x33) == true)
    }

    /// Whatever is ordered: a frame is whole, within its family's limit, and has no code of the
    /// protocol inside its text.
    @Test func randomContents_NeverBreakAFrame() throws {
        var random = SeededRandom(state: 0x51_6E5)
        let font = Array(" -0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let places: [SignTemplate.Piece] = [.text, .number, .booth, .arrow, .address]
        for _ in 0..<20_000 {
            let text = String((0..<random.draw(5)).map { _ in font[random.draw(font.count)] })
            var content = try DisplayContent(text)
            content.booth = random.draw(3) == 0 ? nil : random.draw(2_000) - 500
            content.arrow = BoothArrow.allCases.randomElement(using: &random)
            let pieces = (0..<random.draw(6)).map { _ in places[random.draw(places.count)] }
            let template = SignTemplate(
                pieces + [.bytes([0x07, 0x04, 0x00])], width: 1 + random.draw(16),
                pad: UInt8(random.draw(256)))
            guard template.bytesMax <= DisplayLimits.signBytesMax else { continue }
            let address = try Self.address(0x20 + random.draw(0x60))
            let blinks = random.draw(300)
            let candle = CandleFamily(template: template).show(
                content, at: address, blinks: blinks)
            #expect(candle.count <= CandleFamily.frameBytesMax)
            #expect(candle[0] == 1 && candle.firstIndex(of: 7) == candle.count - 1)
            #expect(candle.dropFirst(3).dropLast().allSatisfy { 0x20...0x7E ~= $0 })
            let alpha = AlphaFamily(template: template).show(content, at: address, blinks: blinks)
            #expect(alpha.count <= AlphaFamily.frameBytesMax)
            #expect(alpha.firstIndex(of: 4) == alpha.count - 1)
            #expect(alpha.filter { $0 < 0x20 } == [0, 0, 0, 0, 0, 1, 2, 0x1B, 3, 4])
            let ascii = ASCIIFamily(template: template).show(content, at: address, blinks: blinks)
            #expect(ascii.count <= ASCIIFamily.frameBytesMax)
            #expect(ascii.suffix(3) == [0x07, 0x04, 0x00])
        }
    }
}
