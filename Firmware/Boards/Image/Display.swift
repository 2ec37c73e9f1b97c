// SPDX-License-Identifier: Apache-2.0

// The digits' driver chips on three pins, a bit at a time, so that the very same image can be
// watched in an emulator, which has no SPI. Which driver is decided when the image is built.

import BoothUnit

/// How the display is dimmed where the driver has no register for it; read by the tick.
nonisolated(unsafe) private var dimming: (level: UInt8, sum: UInt8, isOn: Bool) = (0, 0, false)

/// The display's driver.
///
/// All of it is written anew a few times a second, changed or not: a spark on the wires that turns
/// a digit wrong, or sets a driver to its test or its sleep, is gone before a patient has read it.
struct Display {
    /// Milliseconds between two writes of nothing new. A whole round of a MAX7219's nine registers
    /// takes 288 ms.
    private static var restMs: UInt32 { 32 }

    private var segments = DigitRow.dark
    private var brightness: UInt8 = 0
    private var hasShown = false
    private var restedMs: UInt32 = 0

    /// Drives what the unit lights now; to be called once a millisecond.
    mutating func show(_ row: DigitRow, brightness level: UInt8) {
        restedMs += 1
        let isNew = !hasShown || row != segments || level != brightness
        guard isNew || restedMs >= Self.restMs else { return }
        restedMs = 0
        segments = row
        brightness = level
        if isNew { writeAll() } else { writeNext() }
        hasShown = true
    }

    /// Clocks out the low `count` bits of `word`, the highest first; the drivers take each one at
    /// the clock's rise.
    private func shift(_ word: UInt32, count: UInt32) {
        var bit = count
        while bit > 0 {
            bit -= 1
            Pins.displayClock.write(false)
            Pins.displayData.write(word >> bit & 1 == 1)
            Pins.displayClock.write(true)
        }
        Pins.displayClock.write(false)
    }

    #if TPIC6B595
        static var kind: DisplayKind { .tpic6b595 }
        /// The registers' outputs change at the rise.
        static var loadRests: Bool { false }

        /// Four registers in a row, the one next to the board being place 1: DRAIN7 is the point,
        /// DRAIN6 to DRAIN0 are A to G.
        private func writeAll() {
            shift(reversedPlaces, count: 32)
            Pins.displayLoad.write(true)
            Pins.displayLoad.write(false)
            dimming.level = brightness + 1
            dimming.isOn = true
        }

        private func writeNext() { writeAll() }

        /// What goes first ends in the register farthest from the board: place 4.
        private var reversedPlaces: UInt32 {
            UInt32(segments[3]) << 24 | UInt32(segments[2]) << 16 | UInt32(segments[1]) << 8
                | UInt32(segments[0])
        }

        /// Lights `level` of 16 milliseconds, spread evenly; in the tick's interrupt, so that a
        /// busy main loop does not flicker.
        @inline(__always)
        static func dim() {
            guard dimming.isOn else { return }
            dimming.sum &+= dimming.level
            let isLit = dimming.sum >= 16
            if isLit { dimming.sum &-= 16 }
            Pins.displayEnable.write(!isLit)
        }
    #else
        static var kind: DisplayKind { .max7219 }
        /// A word is taken at the rise.
        static var loadRests: Bool { true }

        private static var registerCount: UInt32 { 9 }
        private var next: UInt32 = 0

        private mutating func writeAll() {
            // The digits first: they are what changed, and what the patient waits for.
            for index in 0..<Self.registerCount { write(index) }
        }

        private mutating func writeNext() {
            write(next)
            next = (next + 1) % Self.registerCount
        }

        /// Registers of the MAX7219's data sheet, table 2, in the order in which they are written.
        private func write(_ index: UInt32) {
            let word: UInt32 =
                switch index {
                case 0, 1, 2, 3: (index + 1) << 8 | UInt32(segments[Int(index)])
                case 4: 0x0A << 8 | UInt32(brightness)
                // No decoding, four digits, awake, no test.
                case 5: 0x0900
                case 6: 0x0B03
                case 7: 0x0C01
                default: 0x0F00
                }
            Pins.displayLoad.write(false)
            shift(word, count: 16)
            Pins.displayLoad.write(true)
        }

        static func dim() {}
    #endif
}
