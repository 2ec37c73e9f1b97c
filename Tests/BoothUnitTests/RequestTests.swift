// SPDX-License-Identifier: Apache-2.0

// Modbus functions of the unit: right replies, exceptions by their number, silence to bad frames.

import BoothUnit
import Testing

@Suite struct RequestTests {
    var bench = UnitBench()

    @Test mutating func readReturnsTheIdentity() {
        let reply = bench.raw([0x07, 0x03, 0x00, 0x00, 0x00, 0x06, 0xC5, 0xAE])
        let body: [UInt8] = [7, 3, 12, 0x4E, 0x42, 1, 1, 1, 2, 0, 3, 0, 2, 0, 7]
        #expect(reply == UnitBench.frame(body))
    }

    @Test mutating func writeOneEchoesAndActs() {
        #expect(bench.send([7, 6, 0, 0x18, 0, 15]) == [7, 6, 0, 0x18, 0, 15])
        #expect(bench.unit.brightness == 15)
    }

    @Test mutating func writeManyAnswersStartAndCount() {
        #expect(bench.write(UnitBench.text("A042"), at: .textLeft) == [7, 16, 0, 0x11, 0, 2])
        #expect(bench.shown == "A042")
    }

    @Test mutating func readWriteReadsWhatItHasJustWritten() {
        let write = UnitBench.bytes([0x40, 3, 0x10, 3]) + [6]
        let reply = bench.send([7, 0x17] + write + UnitBench.bytes([99] + UnitBench.text("B7-9")))
        #expect(reply == [7, 0x17, 6, 0, 99] + Array("B7-9".utf8))
    }

    @Test mutating func loopbackReturnsTheData() {
        let request: [UInt8] = [7, 8, 0, 0, 0xA5, 0x37, 1, 2]
        #expect(bench.send(request) == request)
    }

    @Test(
        arguments: [
            // An unknown function, and a sub-function of diagnostics.
            ([7, 4, 0, 0, 0, 1], 1), ([7, 0x2B, 14, 1, 0], 1), ([7, 8, 0, 1, 0, 0], 1),
            // A hole in the map, past its end, past the last address, and what is read-only.
            ([7, 3, 0, 12, 0, 1], 2), ([7, 3, 0, 0x53, 0, 2], 2), ([7, 3, 0xFF, 0xFF, 0, 2], 2),
            ([7, 6, 0, 0x40, 0, 1], 2), ([7, 6, 0, 0, 0, 1], 2), ([7, 6, 0x12, 0x34, 0, 1], 2),
            ([7, 16, 0, 0x1B, 0, 2, 4, 0, 0, 0, 0], 2),
            ([7, 0x17, 0, 12, 0, 1, 0, 0x18, 0, 1, 2, 0, 1], 2),
            ([7, 0x17, 0, 0, 0, 1, 0, 0x40, 0, 1, 2, 0, 1], 2),
            // Counts of zero and too many, lengths that do not fit, values out of range.
            ([7, 3, 0, 0, 0, 0], 3), ([7, 3, 0, 0, 0, 126], 3), ([7, 3, 0, 0, 0], 3),
            ([7, 3, 0, 0, 0, 1, 0], 3), ([7, 6, 0, 0x18, 0], 3), ([7, 6, 0, 0x18, 0, 16], 3),
            ([7, 6, 0, 0x15, 0, 49], 3), ([7, 6, 0, 0x17, 0, 0], 3),
            ([7, 6, 0, 0x11, 0x41, 0x2A], 3),
            ([7, 16, 0, 0x18, 0, 0, 0], 3), ([7, 16, 0, 0x18, 0, 1, 2, 0], 3),
            ([7, 16, 0, 0x18, 0, 1, 4, 0, 1], 3), ([7, 16], 3), ([7, 0x17, 0, 0, 0, 1], 3),
            ([7, 0x17, 0, 0, 0, 0, 0, 0x18, 0, 1, 2, 0, 1], 3),
            ([7, 0x17, 0, 0, 0, 1, 0, 0x18, 0, 1, 3, 0, 1], 3), ([7, 8, 0, 0], 3),
            // A byte short and a byte long, where any value is right.
            ([7, 16, 0, 0x10, 0, 1, 2, 0], 3), ([7, 16, 0, 0x10, 0, 1, 2, 0, 1, 0], 3),
            ([7, 0x17, 0, 0, 0, 1, 0, 0x10, 0, 1, 2, 0], 3),
            ([7, 0x17, 0, 0, 0, 1, 0, 0x10, 0, 1, 2, 0, 1, 0], 3),
        ] as [([UInt8], UInt8)])
    mutating func refusalNamesItsReason(request: [UInt8], exception: UInt8) {
        #expect(bench.send(request) == [7, request[1] | 0x80, exception])
        #expect(bench.unit.value(of: .exceptions) == 1)
    }

    @Test mutating func refusedWriteChangesNothing() {
        // The brightness would be right, the tag before it too; the blink period is not.
        bench.show("A001", tag: 3)
        let reply = bench.write([4] + UnitBench.text("A002") + [0, 0, 10], at: .showTag)
        #expect(reply == [7, 0x90, 3])
        #expect(bench.shown == "A001")
        #expect(bench.read(.shownTag) == 3)
    }

    @Test mutating func broadcastWriteActsWithoutReply() {
        #expect(bench.write(UnitBench.text("C003"), at: .textLeft, to: 0).isEmpty)
        #expect(bench.shown == "C003")
        #expect(bench.send([0, 6, 0, 0x18, 0, 2]).isEmpty)
        #expect(bench.unit.brightness == 2)
        #expect(bench.send([0, 3, 0, 0, 0, 1]).isEmpty)
        #expect(bench.send([0, 6, 0, 0x18, 0, 99]).isEmpty)
    }

    @Test mutating func badFramesAreCountedAndNeverAnswered() {
        var wrong = UnitBench.frame([7, 3, 0, 0, 0, 1])
        wrong[4] ^= 1
        #expect(bench.raw(wrong).isEmpty)
        #expect(bench.raw([7]).isEmpty)
        #expect(bench.raw(UnitBench.frame([8, 3, 0, 0, 0, 1])).isEmpty)
        let long = UnitBench.frame([7, 8, 0, 0] + [UInt8](repeating: 0, count: 252))
        #expect(bench.raw(long).isEmpty)
        #expect(bench.read(.badFrames) == 2)
        #expect(bench.read(.othersFrames) == 1)
        #expect(bench.read(.longFrames) == 1)
        #expect(bench.read(.framesReceived) == 4)
        bench.unit.lineError()
        #expect(bench.read(.lineErrors) == 1)
    }

    @Test mutating func longestFrameIsAnswered() {
        let request = [7, 8, 0, 0] + [UInt8](repeating: 0x55, count: 250)
        #expect(bench.send(request) == request)
    }

    @Test mutating func echoOfItsOwnReplyIsNoRequest() {
        for byte in UnitBench.frame([7, 6, 0, 0x18, 0, 1]) { bench.unit.receive(byte) }
        bench.unit.frameGap()
        for byte in UnitBench.frame([7, 6, 0, 0x18, 0, 9]) { bench.unit.receive(byte) }
        #expect(!bench.takeReply().isEmpty)
        bench.unit.frameGap()
        #expect(bench.unit.brightness == 1)
        #expect(bench.takeReply().isEmpty)
    }

    @Test func gapIsAtLeastThreeAndAHalfCharacters() {
        #expect(DisplayUnit.gapTicks(baud: 9_600) == 5)
        #expect(DisplayUnit.gapTicks(baud: 1_200) == 31)
        #expect(DisplayUnit.gapTicks(baud: 115_200) == 3)
    }

    @Test func ticksEndAFrame() {
        var bench = UnitBench(gapTicks: 5)
        for byte in UnitBench.frame([7, 6, 0, 0x18, 0, 1]) {
            bench.unit.receive(byte)
            bench.run(ms: 4)
        }
        #expect(!bench.unit.hasReply)
        bench.run(ms: 1)
        #expect(bench.takeReply().count == 8)
    }

    @Test mutating func everyWritableRegisterReadsBackWhatWasWritten() {
        for register in Register.allCases {
            // Adopted only when the board has stored it: ActionTests.
            if register == .unitAddress { continue }
            let value: UInt16
            switch register.access {
            case .readOnly: continue
            case .number(let range): value = range.upperBound
            case .characters: value = 0x4142
            case .key: continue
            }
            #expect(bench.read(register) == register.initialValue, "\(register)")
            _ = bench.write([value], at: register)
            #expect(bench.read(register) == value, "\(register)")
            bench = UnitBench()
        }
    }
}
