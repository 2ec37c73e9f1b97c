// SPDX-License-Identifier: Apache-2.0

// The printer's language, byte by byte. What others make of it is seen in PeerSlipsTests.

import QueueCore
import Testing

@testable import SlipPrinter

@Suite struct ESCPOSTests {
    @Test func raster_IsRowsOfWholeBytes() {
        var picture = Bitmap(width: 12, height: 2)
        picture[0, 0] = true
        picture[11, 1] = true
        #expect(
            ESCPOS.raster(picture) == [0x1D, 0x76, 0x30, 0, 2, 0, 2, 0, 0x80, 0, 0, 0x10 | 0x08])
    }

    @Test func whiteRows_AreFedOver_AndBandsAreLow() {
        var picture = Bitmap(width: 8, height: 60)
        for y in 0..<30 { picture[3, y] = true }
        picture[3, 59] = true
        let commands = ESCPOS.bands(picture)
        #expect(commands.map { $0[0] } == [0x1D, 0x1D, 0x1B, 0x1D])
        #expect(commands.map(\.count) == [8 + 24, 8 + 6, 3, 8 + 1])
        #expect(commands[2] == [0x1B, 0x4A, 29])
    }

    @Test func longFeeds_AreSplit() {
        #expect(ESCPOS.feed(300) == [0x1B, 0x4A, 255, 0x1B, 0x4A, 45])
        #expect(ESCPOS.feed(0) == [])
    }

    /// A printer obeys DLE EOT, DLE ENQ and DLE DC4 in the middle of a picture.
    @Test(arguments: [[0x10, 0x04], [0x10, 0x05], [0x10, 0x14], [0x41, 0x10]] as [[UInt8]])
    func pictures_HoldNoRealTimeCommand(bytes: [UInt8]) {
        let sent = ESCPOS.withoutCommands(bytes)
        for (index, byte) in sent.enumerated() where byte == 0x10 {
            #expect(index + 1 < sent.count && ![4, 5, 0x14].contains(sent[index + 1]))
        }
        // No dot is lost, and one more at most is burnt.
        #expect(zip(bytes, sent).allSatisfy { $0 & $1 == $0 })
        #expect(zip(bytes, sent).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount } <= 1)
    }

    @Test func everyByteOfAPicture_StaysAPicture() {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let bytes = (0..<64).map { _ in
                [0x10, 4, 5, 0x14, 0xFF][Int.random(in: 0..<5, using: &numbers)]
            }
            let sent = ESCPOS.withoutCommands(bytes.map { UInt8($0) })
            let isClean = zip(sent, sent.dropFirst()).allSatisfy {
                !($0 == 0x10 && [4, 5, 0x14].contains($1))
            }
            #expect(isClean && sent.last != 0x10)
        }
    }

    @Test func conditions_InOrderOfWhatAPersonDoesFirst() {
        let well: [UInt8] = [0x12, 0x12, 0x12, 0x12]
        #expect(PrinterAnswer.condition(well) == .ready)
        #expect(PrinterAnswer.condition([0x12, 0x12, 0x12, 0x1E]) == .paperLow)
        #expect(PrinterAnswer.condition([0x1A, 0x32, 0x12, 0x7E]) == .paperOut)
        #expect(PrinterAnswer.condition([0x1A, 0x16, 0x12, 0x7E]) == .coverOpen)
        #expect(PrinterAnswer.condition([0x1A, 0x52, 0x1A, 0x12]) == .fault)
        #expect(PrinterAnswer.condition([0x1A, 0x12, 0x12, 0x12]) == .offline)
    }
}
