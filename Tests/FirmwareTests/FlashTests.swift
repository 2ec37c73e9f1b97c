// SPDX-License-Identifier: Apache-2.0

// From the file through stm32flash into a chip's flash, and from that flash to the display: what
// Debian's stm32flash has written into the stand-in boot loader is booted.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct FlashTests {
        @Test func whatStm32flashHasWrittenBoots() async throws {
            let image = try FirmwareImage.built("l476rg", in: FirmwareTests.root)
            let flash = FirmwareTests.passingFile("flash.bin")
            defer { try? FileManager.default.removeItem(atPath: flash) }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "python3", FirmwareTests.root + "/Tests/Peers/boot_loader.py", "--run", image,
                "--flash", flash,
            ]
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            let written = try Data(contentsOf: URL(fileURLWithPath: flash))
            let wanted = try Data(contentsOf: URL(fileURLWithPath: image))
            #expect(written.prefix(wanted.count) == wanted)
            await FirmwareTests.withUnit(image: flash) { unit, master in
                try check(master.read(0x0000)[0], is: 0x4E42, "signature")
                _ = try master.show("A042", tag: 7)
                try unit.waitForText("A042")
            }
        }
    }
}
