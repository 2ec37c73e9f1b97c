// SPDX-License-Identifier: Apache-2.0

// An image of the unit's firmware, told by its info block: which board it is for, and that it is
// whole. A wrong file is refused before anything of a unit is erased.

/// Why a file is no image for a unit; each with its name.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is no image of Nobat's firmware, or not whole.
    case wrongImage(String)
    /// The image is for another board than the one that is there.
    case wrongBoard(image: UnitBoard, found: String)

    /// `wrong-image` or `wrong-board`.
    public var name: String {
        switch self {
        case .wrongImage: "wrong-image"
        case .wrongBoard: "wrong-board"
        }
    }

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .wrongImage(let reason):
            "wrong-image: \(reason); take nobat-unit-BOARD-VERSION.bin of 'make firmware'. Nothing "
                + "was erased"
        case .wrongBoard(let image, let found):
            "wrong-board: the image is for the \(image.name), and \(found); take the image for that "
                + "board. Nothing was erased"
        }
    }
}

/// What an image says of itself. The block stands behind the vector table and is frozen:
/// `NOBATUNIT\0`, board (2 bytes), major, minor (1 each), patch (2), revision (12 ASCII), length (4),
/// CRC-32 of the image with that field zero (4); little-endian.
public struct UnitImage: Equatable, Sendable {
    /// The board it is for.
    public let board: UnitBoard
    /// The firmware's version.
    public let version: FirmwareVersion
    /// The source revision, as it stands in the image.
    public let revision: String
    /// Its length in bytes.
    public let length: Int

    /// The most that a unit's firmware may have; what is longer is something else. The smaller
    /// board has 256 KiB of flash.
    public static let bytesMax = 262_144

    private static let magic = Array("NOBATUNIT".utf8) + [0]
    private static let blockBytes = 36
    /// The block stands behind a vector table, which has at most 98 entries (RM0351, table 58).
    private static let searchBytes = 1_024

    /// Reads a file's bytes.
    public init(_ bytes: [UInt8]) throws(ImageError) {
        guard bytes.count <= Self.bytesMax else {
            throw .wrongImage("the file has \(bytes.count) bytes, more than any unit's flash")
        }
        let last = min(Self.searchBytes, bytes.count) - Self.blockBytes
        guard last >= 0,
            let start = (0...last).first(where: { bytes[$0...].starts(with: Self.magic) })
        else { throw .wrongImage("the file has no info block of Nobat's firmware") }
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[start + offset + $1]) << (8 * $1) }
        }
        let boardID = number(10, 2)
        guard let board = UnitBoard(rawValue: boardID), board.chipID != nil else {
            throw .wrongImage("the image is for board \(boardID), which this program does not know")
        }
        length = number(28, 4)
        guard length == bytes.count else {
            throw .wrongImage("the file has \(bytes.count) bytes, and its image \(length)")
        }
        var blank = bytes
        for index in 0..<4 { blank[start + 32 + index] = 0 }
        guard Self.crc32(blank) == UInt32(number(32, 4)) else {
            throw .wrongImage("the file's check sum is wrong: it was damaged, copy it again")
        }
        self.board = board
        version = FirmwareVersion(
            major: number(12, 1), minor: number(13, 1), patch: number(14, 2))
        let text = bytes[start + 16..<start + 28].prefix { $0 > 0x20 && $0 < 0x7F }
        revision = String(decoding: text, as: UTF8.self)
    }

    /// Refuses another board than the image's; `chipID` is what the chip's ROM said.
    public func check(chipID: Int) throws(ImageError) {
        guard chipID != board.chipID else { return }
        let other = UnitBoard.allCases.first { $0.chipID == chipID }
        let digits = "0x" + String(chipID, radix: 16, uppercase: true)
        let found =
            other.map { "the \($0.name)'s chip (\(digits)) is on this port" }
            ?? "a chip \(digits), of no board of Nobat, is on this port"
        throw .wrongBoard(image: board, found: found)
    }

    /// The CRC-32 of Ethernet and zip (IEEE 802.3: reflected 0xEDB88320).
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
