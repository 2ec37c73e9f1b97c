// SPDX-License-Identifier: Apache-2.0

// Many milliseconds at once leave a unit in the very state that so many single ones do.

import BoothUnit
import Testing

@Suite struct RestTests {
    /// All that a unit's state can show: every register and every pin.
    private func look(at unit: DisplayUnit) -> [UInt32] {
        Register.allCases.map { UInt32(unit.value(of: $0)) }
            + [unit.segments.word, UInt32(unit.brightness), unit.buzzer ? 1 : 0]
    }

    /// A frame that a master might send, or half of one.
    private func frame(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        func write(_ start: UInt8, _ values: [UInt16]) -> [UInt8] {
            [7, 16, 0, start, 0, UInt8(values.count), UInt8(2 * values.count)]
                + values.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        }
        let texts: [UInt16] = [0x4130, 0x3432, 0x2D2D]
        let left = texts[Int.random(in: 0..<3, using: &random)]
        let body: [UInt8] =
            switch Int.random(in: 0..<9, using: &random) {
            case 0...2:
                write(
                    0x10,
                    [
                        UInt16.random(in: 0...3, using: &random), left, 0x3432,
                        UInt16.random(in: 0...3, using: &random),
                        UInt16.random(in: 0...2, using: &random),
                    ])
            case 3: write(0x15, [UInt16.random(in: 50...90, using: &random), 3, 7, 4])
            case 4: write(0x19, [UInt16.random(in: 0...9, using: &random)])
            case 5: write(0x06, [UInt16.random(in: 0...1, using: &random)])
            case 6: [3, 3, 0, 0, 0, 1]
            default: [7, 3, 0, 0x40, 0, 8]
            }
        var crc = ModbusCRC()
        for byte in body { crc.update(byte) }
        let whole = body + [UInt8(truncatingIfNeeded: crc.value), UInt8(crc.value >> 8)]
        return Bool.random(using: &random) ? whole : Array(whole.dropLast(body.count / 3))
    }

    @Test(arguments: [0, 5] as [UInt8], 1...8)
    func manyMillisecondsAtOnceAreTheSameAsOneByOne(gapTicks: UInt8, seed: UInt64) {
        var random = SplitMix(state: seed)
        var single = DisplayUnit(identity: UnitIdentity(address: 7), gapTicks: gapTicks)
        var many = single
        var buttons: UInt8 = 0
        for step in 0..<200 {
            if Int.random(in: 0..<4, using: &random) == 0 {
                buttons = UInt8.random(in: 0...3, using: &random)
            }
            let longest: UInt32 = [3, 40, 700, 6_000][Int.random(in: 0..<4, using: &random)]
            let count = UInt32.random(in: 0...longest, using: &random)
            for _ in 0..<count { single.tick1ms(buttons: buttons) }
            many.tick(milliseconds: count, buttons: buttons)
            #expect(look(at: single) == look(at: many), "step \(step)")
            for byte in frame(&random) {
                single.receive(byte)
                many.receive(byte)
            }
            if gapTicks == 0 {
                single.frameGap()
                many.frameGap()
            }
            while let byte = single.nextReplyByte() { #expect(many.nextReplyByte() == byte) }
            #expect(!many.hasReply)
        }
    }

    @Test func longestStrideOverflowsNothing() {
        var unit = DisplayUnit(identity: UnitIdentity(address: 7), gapTicks: 0)
        unit.tick(milliseconds: 1, buttons: 0)
        unit.tick(milliseconds: .max, buttons: 0)
        let uptime = UInt32(unit.value(of: .uptimeHigh)) << 16 | UInt32(unit.value(of: .uptimeLow))
        #expect(uptime == 4_294_967)
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
