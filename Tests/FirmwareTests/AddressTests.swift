// SPDX-License-Identifier: Apache-2.0

// Which unit it is: five switches, or what flash keeps. QEMU has no flash controller: that a unit can
// keep an address is for the hardware to show; here it reads what an earlier write would have left.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct AddressTests {
        @Test func everySettingOfTheSwitches_IsItsAddress() async {
            await FirmwareTests.withUnit { unit, master in
                for address in (1...31 as ClosedRange<UInt8>) {
                    try unit.setSwitches(address)
                    try unit.reset()
                    master.address = address
                    try within(5, "a unit answers at \(address)") {
                        (try? master.read(0x05)[0]) == UInt16(address)
                    }
                    try check(try master.read(0x07)[0], is: 2, "the source: the switches")
                }
                try unit.waitForDashes()
                try check(
                    try master.exception([6, 0, 0x05, 0, 9]), is: 4,
                    "a new address while the switches say one")
                try check(try master.read(0x05)[0], is: 31, "the address after that")
                // The address is what is blinked, too.
                try master.write(1, to: 0x06)
                try unit.waitForText("-031")
            }
        }

        @Test func newUnit_Is247AndSaysSoWhenFlashDoesNotKeep() async {
            await FirmwareTests.withUnit(switches: 0) { unit, master in
                master.address = 247
                try check(try master.read(0x05)[0], is: 247, "the address of a new unit")
                try check(try master.read(0x07)[0], is: 0, "its source: nothing")
                // No flash controller here: nothing can be kept. The unit answers before it writes, so
                // it is the next write that it refuses.
                _ = try master.exception([6, 0, 0x05, 0, 9])
                usleep(200_000)
                try check(
                    try master.exception([6, 0, 0x05, 0, 9]), is: 4, "an address it cannot keep")
                try check(try master.read(0x05)[0], is: 247, "the address after that")
                master.send(BareMaster.framed([9, 3, 0, 5, 0, 1]))
                try check(master.hear(seconds: 0.3), is: [], "an answer at the other address")
                try check(unit.resets, is: 0, "resets")
                for value in [0, 248] as [UInt16] {
                    try check(
                        try master.exception([6] + BareMaster.words([0x05, value])), is: 3,
                        "an address of \(value)")
                }
            }
        }

        /// Two places, from Firmware/README.md: sequence, mark 'N' and address in a word, then the
        /// Modbus check word of it and its complement in another.
        static func record(_ address: UInt8, sequence: UInt16, isWhole: Bool = true) -> [UInt8] {
            let first: [UInt8] = [
                address, 0x4E, UInt8(truncatingIfNeeded: sequence), UInt8(sequence >> 8),
            ]
            let check = Array(BareMaster.framed(first)[4...])
            let second = check + check.map { isWhole ? ~$0 : $0 }
            return first + second
        }

        static let firstPlace = 0xFF000
        static let secondPlace = 0xFF800

        struct Kept: Sendable {
            var name: String
            var first: [UInt8]
            var second: [UInt8]
            var address: UInt8
            var source: UInt16
        }

        static let kept = [
            Kept(name: "one", first: record(9, sequence: 1), second: [], address: 9, source: 1),
            Kept(
                name: "the newer, second", first: record(9, sequence: 1),
                second: record(118, sequence: 2), address: 118, source: 1),
            Kept(
                name: "the newer, first, over the wrap", first: record(9, sequence: 0),
                second: record(118, sequence: 0xFFFF), address: 9, source: 1),
            Kept(
                name: "the older, for the newer is torn", first: record(9, sequence: 1),
                second: record(118, sequence: 2, isWhole: false), address: 9, source: 1),
            Kept(
                name: "none, for no unit has 0", first: record(0, sequence: 1), second: [],
                address: 247, source: 0),
            Kept(
                name: "none, for no unit has 248", first: record(248, sequence: 1), second: [],
                address: 247, source: 0),
        ]

        @Test(arguments: kept)
        func keptAddress_IsTaken(kept: Kept) async {
            await onThread {
                var image = try FirmwareImage(
                    path: try FirmwareImage.built(in: FirmwareTests.root))
                image.put(kept.first, at: Self.firstPlace)
                if !kept.second.isEmpty { image.put(kept.second, at: Self.secondPlace) }
                let path = FirmwareTests.passingFile("kept.bin")
                try image.write(to: path)
                defer { try? FileManager.default.removeItem(atPath: path) }
                let unit = try EmulatedUnit(image: path)
                defer { unit.stop() }
                try unit.waitForDashes()
                var master = BareMaster(unit, address: kept.address)
                try check(try master.read(0x05)[0], is: UInt16(kept.address), kept.name)
                try check(try master.read(0x07)[0], is: kept.source, "its source")
                // The switches go before flash.
                try unit.setSwitches(5)
                try unit.reset()
                try unit.waitForDashes()
                master.address = 5
                try check(try master.read(0x07)[0], is: 2, "the source: the switches")
            }
        }
    }
}
