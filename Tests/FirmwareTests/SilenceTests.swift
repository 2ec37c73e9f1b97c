// SPDX-License-Identifier: Apache-2.0

// The dead-man: a number that nobody vouches for any more must not stand.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct SilenceTests {
        static let deadMan: UInt16 = 8
        static let deadManSeconds = 0.8

        /// What keeps a bus busy, and vouches for nothing at this unit.
        enum Noise: CaseIterable, Sendable {
            case silence, otherUnits, wrongCheckWords
        }

        @Test(arguments: Noise.allCases)
        func numberNeverStandsLongerThanTheDeadMan(noise: Noise) async {
            await FirmwareTests.withUnit { unit, master in
                try master.write(Self.deadMan, to: 0x17)
                let before = try master.read(0x4F)[0]
                for round in 1...3 {
                    let text = "C00\(round)"
                    _ = try master.show(text, tag: UInt16(round), blinks: 255)
                    let heard = UnitPins.now()
                    try unit.waitForText(text, 2)
                    while UnitPins.now() < heard + Self.deadManSeconds + 1, unit.text != "----" {
                        Self.make(noise, master)
                        usleep(20_000)
                    }
                    try unit.waitForDashes(5)
                    let last = try need(unit.pins.changes.last, "a change")
                    let stood = last.at - heard
                    try check(
                        stood > Self.deadManSeconds - 0.1, "dashes already after \(stood) s")
                    try check(stood < Self.deadManSeconds + 1, "the number stood for \(stood) s")
                    // They stay, however the bus goes on, until the next show.
                    usleep(300_000)
                    try check(try master.read(0x43)[0] & 3, is: 1, "the flag of the dead-man")
                    try check(unit.text, is: "----", "what stands after a read")
                    try check(unit.pins.darkSpans.allSatisfy { $0.to <= last.at }, "still dashes")
                }
                try check(try master.read(0x4F)[0], is: before + 3, "times that it ran out")
            }
        }

        @Test func numberStandsAsLongAsItIsVouchedFor() async {
            await FirmwareTests.withUnit { unit, master in
                try master.write(2 * Self.deadMan, to: 0x17)
                _ = try master.show("C007", tag: 1)
                try unit.waitForText("C007")
                for _ in 0..<20 {
                    usleep(150_000)
                    _ = try master.read(0x40)
                }
                try check(unit.text, is: "C007", "what stands")
            }
        }

        @Test func silenceFromTheStart_ShowsDashesAndTheDefaultIsFiveSeconds() async {
            await FirmwareTests.withUnit { unit, master in
                try check(try master.read(0x17)[0], is: 50, "tenths of a second at reset")
                _ = try master.show("C007", tag: 1)
                let heard = UnitPins.now()
                try unit.waitForText("C007")
                usleep(4_000_000)
                try check(unit.text, is: "C007", "what stands after 4 s")
                try unit.waitForDashes(4)
                let stood = (unit.pins.changes.last?.at ?? 0) - heard
                try check(stood > 4.8 && stood < 7, "it stood for \(stood) s")
            }
        }

        private static func make(_ noise: Noise, _ master: BareMaster) {
            var request = BareMaster.framed([FirmwareTests.address, 3, 0, 0x40, 0, 1])
            switch noise {
            case .silence: return
            case .otherUnits: request = BareMaster.framed([22, 3, 0, 0x40, 0, 1])
            case .wrongCheckWords: request[7] ^= 1
            }
            master.send(request)
        }
    }
}
