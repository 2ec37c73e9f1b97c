// SPDX-License-Identifier: Apache-2.0

// The two buttons at the unit, pressed and bouncing.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct ButtonTests {
        @Test(arguments: [1, 2])
        func press_IsSeenAndCountedOnce(button: Int) async {
            await FirmwareTests.withUnit { unit, master in
                let bit = UInt16(button)
                let one: UInt16 = button == 1 ? 1 : 0x100
                try check(try master.read(0x44, 2), is: [0, 0], "buttons at rest")
                for count in 1...3 as ClosedRange<UInt16> {
                    try unit.press(button, true)
                    try within(5, "the button is down") { try master.read(0x44)[0] == bit }
                    usleep(100_000)
                    try check(try master.read(0x45)[0], is: count * one, "presses, held")
                    try unit.press(button, false)
                    try within(5, "the button is up") { try master.read(0x44)[0] == 0 }
                    try check(try master.read(0x45)[0], is: count * one, "presses, let go")
                }
            }
        }

        @Test func bothButtons_AreApart() async {
            await FirmwareTests.withUnit { unit, master in
                try unit.press(1, true)
                try unit.press(2, true)
                try within(5, "both are down") { try master.read(0x44)[0] == 3 }
                try unit.press(1, false)
                try within(5, "the second is down") { try master.read(0x44)[0] == 2 }
                try unit.press(2, false)
                try within(5, "both are up") { try master.read(0x44)[0] == 0 }
                try check(try master.read(0x45)[0], is: 0x0101, "presses")
            }
        }

        /// Contacts that close for some milliseconds at a time are no press, and one that bounces
        /// before it settles is one.
        @Test func bounce_IsIgnored() async {
            await FirmwareTests.withUnit { unit, master in
                // A host that stops this program for long presses the button truly: try once more.
                for attempt in 0..<20 {
                    let before = try master.read(0x45)[0]
                    let longest = try Self.bounce(unit, times: 15)
                    usleep(60_000)
                    let after = try master.read(0x45)[0]
                    if longest > 0.012 {
                        try check(attempt < 19, "no quiet moment for a bounce: \(longest) s")
                        continue
                    }
                    try check(after, is: before, "presses after bounces of at most \(longest) s")
                    _ = try Self.bounce(unit, times: 4)
                    try unit.press(1, true)
                    try within(5, "it is down") { try master.read(0x44)[0] == 1 }
                    let down = try master.read(0x45)[0]
                    try check(down == before + 1, "\(down - before) presses for one that bounced")
                    return
                }
            }
        }

        /// Closes and opens the contact in quick turn; the longest time that it was closed.
        private static func bounce(_ unit: EmulatedUnit, times: Int) throws -> Double {
            var longest = 0.0
            for _ in 0..<times {
                let start = UnitPins.now()
                try unit.press(1, true)
                usleep(2_000)
                try unit.press(1, false)
                longest = max(longest, UnitPins.now() - start)
                usleep(2_000)
            }
            return longest
        }
    }
}
