// SPDX-License-Identifier: Apache-2.0

// The image for large digits, whose drivers are shift registers: the same pins, other signals.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct LargeDigitTests {
        private static func boot() throws -> (EmulatedUnit, BareMaster) {
            let unit = try EmulatedUnit(
                image: try FirmwareImage.built("l476rg-tpic6b595", in: FirmwareTests.root),
                switches: FirmwareTests.address)
            return (unit, BareMaster(unit, address: FirmwareTests.address))
        }

        private static func wait(_ unit: EmulatedUnit, _ text: String) throws {
            let wanted = text.compactMap(SevenSegments.segments)
            try check(
                unit.wait(10) { $0.registers.segments == wanted && $0.registers.loads > 0 },
                "\(text) on the registers, not \(unit.pins.registers.segments)")
        }

        @Test func shows_StandInTheRegisters() async {
            await onThread {
                var (unit, master) = try Self.boot()
                defer { unit.stop() }
                try Self.wait(unit, "----")
                try check(try master.read(0x53)[0], is: 1, "the display's kind")
                try check(try master.read(0x01)[0], is: 2, "the board")
                for (tag, text) in ["A042", "L717", "-  9", "ZYXW", "8888"].enumerated() {
                    _ = try master.show(text, tag: UInt16(tag + 1))
                    try Self.wait(unit, text)
                }
                try check(unit.pins.registers.malformed, is: 0, "malformed latches")
                try master.write([0x8040, 0x2001], from: 0x1A)
                try check(
                    unit.wait(5) { $0.registers.segments == [0x80, 0x40, 0x20, 0x01] }, "segments")
                try unit.fault(.trap)
                try within(10, "the chip resets itself") { unit.resets == 1 }
                try Self.wait(unit, "----")
            }
        }

        /// Dimmed by /G: how long it is lit grows with the brightness.
        @Test func brightness_IsTheTimeLit() async {
            await onThread {
                var (unit, master) = try Self.boot()
                defer { unit.stop() }
                try Self.wait(unit, "----")
                var parts: [Double] = []
                for level in [0, 7, 15] as [UInt16] {
                    try master.write(level, to: 0x18)
                    usleep(100_000)
                    let (from, start) = (unit.pins.registers.secondsLit, UnitPins.now())
                    usleep(1_000_000)
                    let pins = unit.pins
                    let isSteady = pins.registers.secondsLit == from && pins.registers.isOn
                    let lit = isSteady ? 1 : pins.registers.secondsLit - from
                    parts.append(isSteady ? 1 : lit / (UnitPins.now() - start))
                }
                try check(parts[0] > 0 && parts[0] < 0.25, "lit at 0: \(parts)")
                try check(parts[1] > 0.3 && parts[1] < 0.7, "lit at 7: \(parts)")
                try check(parts[2] > 0.9, "lit at 15: \(parts)")
            }
        }
    }
}
