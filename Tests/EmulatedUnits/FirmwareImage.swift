// SPDX-License-Identifier: Apache-2.0

// The image file as bytes: its vector table, and the block after it that says what it is. Read here
// by the layout alone, with a check sum of this file's own.

import Foundation

/// An image for the booth unit.
public struct FirmwareImage: Sendable {
    /// What the block after the vector table says.
    public struct Info: Sendable, Equatable {
        /// The kind of board; 1 NUCLEO-L432KC, 2 NUCLEO-L476RG.
        public var boardID: UInt16
        /// Version: major, minor, patch.
        public var version: [Int]
        /// The git revision, 12 characters.
        public var revision: String
        /// Bytes of the image.
        public var length: UInt32
        /// CRC-32 of the image with this field zero.
        public var checkSum: UInt32
    }

    /// Where the flash begins in the chip's memory.
    public static let flashStart: UInt32 = 0x0800_0000
    /// Bytes of the flash of an L476RG.
    public static let flashBytes = 1 << 20
    /// Where the info block stands: behind a vector table with room for every chip of the family.
    public static let infoStart = 0x200
    /// What stands before the info, from the C of the start-up.
    static let magic = Array("NOBATUNIT\0".utf8)

    /// The bytes.
    public var bytes: [UInt8]

    /// The image in a file.
    public init(path: String) throws(EmulatorError) {
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw EmulatorError("\(path) can't be read: \(error); make firmware builds it")
        }
    }

    /// Writes the image to a file.
    public func write(to path: String) throws(EmulatorError) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch { throw EmulatorError("\(path) can't be written: \(error)") }
    }

    /// The image that `make firmware` has left in `$NOBAT_IMAGES`, or in .build/firmware under `root`,
    /// for a board: `l476rg`, which the emulator stands for, `l432kc`, or one of them with its display
    /// driver, as `l476rg-tpic6b595`.
    public static func built(
        _ board: String = "l476rg", in root: String
    ) throws(EmulatorError) -> String {
        let folder =
            ProcessInfo.processInfo.environment["NOBAT_IMAGES"] ?? root + "/.build/firmware"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let start = "nobat-unit-\(board)-"
        let images = names.filter { name in
            name.hasPrefix(start) && name.hasSuffix(".bin")
                && name.dropFirst(start.count).first?.isNumber == true
        }
        guard images.count == 1, let name = images.first else {
            throw EmulatorError(
                "\(images.count) images for the \(board) in \(folder); make firmware builds one")
        }
        return folder + "/" + name
    }

    /// Where the info block begins; nil when there is none, or more than one.
    public var infoOffset: Int? {
        let found = stride(from: 0, to: bytes.count - Self.magic.count, by: 1).filter {
            bytes[$0...].starts(with: Self.magic)
        }
        return found.count == 1 ? found.first : nil
    }

    /// The info block; nil when there is none.
    public var info: Info? {
        guard let start = infoOffset, bytes.count >= start + Self.infoBytes else { return nil }
        let after = start + Self.magic.count
        return Info(
            boardID: UInt16(number(at: after, 2)),
            version: [Int(bytes[after + 2]), Int(bytes[after + 3]), Int(number(at: after + 4, 2))],
            revision: String(decoding: bytes[(after + 6)..<(after + 18)], as: UTF8.self),
            length: number(at: after + 18, 4), checkSum: number(at: after + 22, 4))
    }

    static let infoBytes = magic.count + 26

    /// The CRC-32 (IEEE 802.3) of the image with the block's own field zero.
    public var computedCheckSum: UInt32 {
        guard let start = infoOffset else { return 0 }
        let field = start + Self.infoBytes - 4
        var crc: UInt32 = 0xFFFF_FFFF
        for (offset, byte) in bytes.enumerated() {
            crc ^= UInt32((field..<field + 4).contains(offset) ? 0 : byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }

    /// The words of the vector table: the first stack pointer, then the handlers.
    public var vectors: [UInt32] {
        stride(from: 0, to: min(Self.infoStart, bytes.count - 3), by: 4).map { number(at: $0, 4) }
    }

    /// Where a trap instruction stands (`udf #254`, which a failed check of Swift's compiles to).
    public var trapOffset: Int? {
        stride(from: Self.infoStart, to: bytes.count - 1, by: 2).first {
            bytes[$0] == 0xFE && bytes[$0 + 1] == 0xDE
        }
    }

    /// Puts bytes at a place in flash beyond the image, as an earlier write of the unit's would have;
    /// what lies between is erased.
    public mutating func put(_ more: [UInt8], at offset: Int) {
        precondition(offset >= bytes.count && offset + more.count <= Self.flashBytes)
        bytes += [UInt8](repeating: 0xFF, count: offset - bytes.count) + more
    }

    private func number(at offset: Int, _ count: Int) -> UInt32 {
        (0..<count).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
    }
}
