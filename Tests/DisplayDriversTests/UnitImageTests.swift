// SPDX-License-Identifier: Apache-2.0

// Images told from other files, and what stm32flash says.

import DisplayDrivers
import Testing

@Suite struct UnitImageTests {
    /// An image with its info block behind a vector table of 98 entries.
    static func image(
        board: UInt8 = 2, size: Int = 1_200, block: Int = 0x188, sealed: Bool = true
    ) -> [UInt8] {
        var bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let version: [UInt8] = [1, 4, 2, 0]
        var info = Array("NOBATUNIT".utf8) + [0, board, 0] + version
        info += Array("0123456789ab".utf8)
        info += [UInt8(size & 0xFF), UInt8(size >> 8), 0, 0, 0, 0, 0, 0]
        bytes.replaceSubrange(block..<block + info.count, with: info)
        guard sealed else { return bytes }
        let check = crc32(bytes)
        for index in 0..<4 {
            bytes[block + 32 + index] = UInt8(truncatingIfNeeded: check >> (8 * UInt32(index)))
        }
        return bytes
    }

    /// By table, apart from the code under test.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        let table = (0..<256).map { (entry: UInt32) -> UInt32 in
            var value = entry
            for _ in 0..<8 { value = value % 2 == 1 ? 0xEDB8_8320 ^ (value / 2) : value / 2 }
            return value
        }
        var crc = UInt32.max
        for byte in bytes {
            let place = Int((crc ^ UInt32(byte)) & 0xFF)
            crc = table[place] ^ (crc >> 8)
        }
        return ~crc
    }

    func reason(_ bytes: [UInt8]) -> String? {
        do throws(ImageError) {
            _ = try UnitImage(bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func anImageTellsBoardVersionAndRevision() throws {
        #expect(Self.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        for block in [0x188, 0x40, 1_024 - 36] {
            let image = try UnitImage(Self.image(block: block))
            #expect(image.board == .l476rg)
            #expect(image.version == FirmwareVersion(major: 1, minor: 4, patch: 2))
            #expect(image.revision == "0123456789ab")
            #expect(image.length == 1_200)
        }
    }

    @Test func everyFlippedBitIsNoticed() {
        let image = Self.image()
        for index in stride(from: 0, to: image.count, by: 7) {
            var damaged = image
            damaged[index] ^= UInt8(1 << (index % 8))
            #expect(reason(damaged)?.hasPrefix("wrong-image") == true, "byte \(index)")
        }
    }

    @Test func otherFilesAreNoImages() {
        #expect(reason([])?.contains("no info block") == true)
        #expect(reason(Array("NOBATUNIT".utf8))?.contains("no info block") == true)
        #expect(reason(Self.image(sealed: false))?.contains("check sum") == true)
        #expect(reason(Self.image().dropLast())?.contains("1199 bytes, and its image 1200") == true)
        #expect(reason(Self.image(board: 9))?.contains("board 9") == true)
        #expect(
            reason(Self.image(board: 0))?.contains("board 0") == true, "software needs no image")
        #expect(reason(Self.image(size: 3_000, block: 1_500))?.contains("no info block") == true)
        let huge = [UInt8](repeating: 0, count: UnitImage.bytesMax + 1)
        #expect(reason(huge)?.contains("more than any unit's flash") == true)
    }

    @Test func anotherChipIsRefusedByItsName() throws {
        let image = try UnitImage(Self.image())
        try image.check(chipID: 0x415)
        let other = #expect(throws: ImageError.self) { try image.check(chipID: 0x435) }
        #expect(other?.name == "wrong-board")
        #expect("\(try #require(other))".contains("the l432kc's chip (0x435)"))
        let strange = #expect(throws: ImageError.self) { try image.check(chipID: 0x410) }
        #expect("\(try #require(strange))".contains("0x410, of no board of Nobat"))
    }

    // MARK: stm32flash

    @Test func theToolIsCalledAsItsManualSays() {
        var tool = FlashTool(device: "/dev/ttyUSB0")
        #expect(tool.asking == ["-b", "115200", "-m", "8e1", "/dev/ttyUSB0"])
        #expect(
            tool.writing("u.bin") == [
                "-b", "115200", "-m", "8e1", "-w", "u.bin", "-v", "-S", "0x08000000", "-g",
                "0x08000000", "/dev/ttyUSB0",
            ])
        tool.signals = "rts,-dtr:-rts,dtr"
        #expect(tool.writing("u.bin").contains("-i"))
        #expect(!tool.writing("u.bin").contains("-g"), "its exit signals start the image")
    }

    /// As stm32flash 0.7 wrote it to a chip 0x415.
    static let said =
        "stm32flash 0.7\n\nhttp://stm32flash.sourceforge.net/\n\nUsing Parser : Raw BINARY\n"
        + "Size         : 600\nInterface serial_posix: 115200 8N1\nVersion      : 0x31\n"
        + "Option 1     : 0x00\nOption 2     : 0x00\nDevice ID    : 0x0415 (STM32L47xxx/48xxx)\n"
        + "- RAM        : Up to 96KiB  (12544b reserved by bootloader)\nWrite to memory\n"
        + "Erasing memory\n\rWrote and verified address 0x08000100 (42.67%) "
        + "\rWrote and verified address 0x08000200 (85.33%) "
        + "\rWrote and verified address 0x08000258 (100.00%) Done.\n"

    @Test(arguments: [1, 3, 7, 4_096])
    func itsWordsAreUnderstoodInAnyChunks(size: Int) {
        var talk = FlashTalk()
        var shown: [Int] = []
        let bytes = Array(Self.said.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let isNew = talk.take(bytes[start..<min(start + size, bytes.count)])
            if isNew, let percent = talk.percent { shown.append(percent) }
        }
        #expect(talk.chipID == 0x415)
        #expect(talk.hasErased)
        #expect(talk.percent == 100)
        if size < 10 { #expect(shown == [42, 85, 100]) }
    }

    @Test func eachWayToFailSaysWhatToDo() {
        var talk = FlashTalk()
        _ = talk.take(Array("Failed to init device.\n".utf8))
        let silent = talk.failure(device: "/dev/x", isInterrupted: false)
        #expect(silent.contains("set BOOT0 to 1") && silent.contains("--over-bus"))
        #expect(silent.contains("Failed to init device"))
        #expect(talk.failure(device: "/dev/x", isInterrupted: true).contains("is as it was"))
        _ = talk.take(Array(Self.said.utf8.prefix(420)))
        let broken = talk.failure(device: "/dev/x", isInterrupted: false)
        #expect(broken.contains("run the same command again"))
        let ended = talk.failure(device: "/dev/x", isInterrupted: true)
        #expect(ended.contains("no whole firmware"))
    }
}
