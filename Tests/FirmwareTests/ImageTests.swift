// SPDX-License-Identifier: Apache-2.0

// The image as a file: what a technician's tools read of it before it is flashed.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct ImageTests {
        static let boards: [(name: String, id: UInt16, ramBytes: UInt32)] = [
            ("l432kc", 1, 48 << 10), ("l476rg", 2, 96 << 10),
            ("l432kc-tpic6b595", 1, 48 << 10), ("l476rg-tpic6b595", 2, 96 << 10),
        ]

        @Test(arguments: boards.map(\.name))
        func imageSaysWhatItIs(name: String) throws {
            let board = try #require(Self.boards.first { $0.name == name })
            let path = try FirmwareImage.built(name, in: FirmwareTests.root)
            let image = try FirmwareImage(path: path)
            let info = try #require(image.info)
            #expect(image.infoOffset == FirmwareImage.infoStart)
            #expect(image.bytes.count <= 16 << 10)
            #expect(info.boardID == board.id)
            #expect(Int(info.length) == image.bytes.count)
            #expect(info.checkSum == image.computedCheckSum)
            let version = info.version.map(String.init).joined(separator: ".")
            #expect(path.hasSuffix("nobat-unit-\(name)-\(version).bin"))
            #expect(info.revision.count == 12)
            #expect(info.revision.allSatisfy { "0123456789abcdef".contains($0) })
        }

        @Test(arguments: boards.map(\.name))
        func everyVectorLeadsIntoTheImage(name: String) throws {
            let board = try #require(Self.boards.first { $0.name == name })
            let image = try FirmwareImage(
                path: try FirmwareImage.built(name, in: FirmwareTests.root))
            let vectors = image.vectors
            let ram: UInt32 = 0x2000_0000
            #expect(vectors[0] > ram && vectors[0] <= ram + board.ramBytes && vectors[0] % 8 == 0)
            let end = FirmwareImage.flashStart + UInt32(image.bytes.count)
            // Reset, NMI, the faults, SVCall, PendSV, SysTick and every interrupt of the chip (RM0351
            // has 82); the four gaps are reserved.
            for (number, vector) in vectors.enumerated().dropFirst()
            where ![7, 8, 9, 10, 13].contains(number) && number < 16 + 82 {
                #expect(
                    vector % 2 == 1 && vector > FirmwareImage.flashStart && vector < end,
                    "exception \(number)")
            }
        }

        @Test func runningImageSaysTheSame() async {
            await FirmwareTests.withUnit { unit, master in
                let info = try need(try FirmwareImage(path: unit.image).info, "an info block")
                let identity = try master.read(0, 12)
                let version = info.version.map(UInt16.init)
                let revision = [info.revision.prefix(4), info.revision.dropFirst(4).prefix(4)]
                try check(
                    identity,
                    is: [
                        0x4E42, 2, version[0] << 8 | version[1], version[2], 2,
                        UInt16(FirmwareTests.address), 0, 2, 0, 0,
                    ] + revision.map { UInt16($0, radix: 16) ?? 0 }, "the identity")
                try check(try master.read(0x53)[0], is: 0, "the display's kind")
                // A power-on, or a reset of which the emulator's chip tells no more.
                try check([0, 1, 2].contains(try master.read(0x48)[0]), "the cause of the start")
                try check(try master.read(0x51, 2), is: [0, 0], "faults and watchdog resets")
            }
        }

        /// Half an image, or one with a flipped bit, must not run.
        @Test(arguments: [0x204, 0x300, 0x1000])
        func damagedImageNeverShowsAnything(offset: Int) async {
            await onThread {
                var image = try FirmwareImage(
                    path: try FirmwareImage.built(in: FirmwareTests.root))
                image.bytes[offset] ^= 0x10
                let path = FirmwareTests.passingFile("damaged.bin")
                try image.write(to: path)
                defer { try? FileManager.default.removeItem(atPath: path) }
                let unit = try EmulatedUnit(image: path, switches: FirmwareTests.address)
                defer { unit.stop() }
                usleep(1_500_000)
                try check(unit.pins.changes.isEmpty, "a damaged image lit something")
            }
        }
    }
}
