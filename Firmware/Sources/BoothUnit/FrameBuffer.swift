// SPDX-License-Identifier: Apache-2.0

// Room for one frame of the bus inside the unit itself, so that no frame ever needs the heap.

/// The bytes of one frame, at most `ModbusLimits.frameBytesMax`; what is longer is remembered only
/// as having been too long.
struct FrameBuffer: Sendable {
    private var bytes = InlineArray<256, UInt8>(repeating: 0)
    private(set) var count = 0
    private(set) var overflowed = false

    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> UInt8 { bytes[index] }

    mutating func append(_ byte: UInt8) {
        guard count < ModbusLimits.frameBytesMax else {
            overflowed = true
            return
        }
        bytes[count] = byte
        count += 1
    }

    mutating func append(word: UInt16) {
        append(UInt8(truncatingIfNeeded: word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }

    mutating func removeAll() {
        count = 0
        overflowed = false
    }

    /// The register value at `index`, high byte first.
    func word(at index: Int) -> UInt16 {
        UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    /// Whether the last two bytes are the check word of all before them.
    var checkWordFits: Bool {
        guard count >= 4 else { return false }
        return check(first: count - 2) == UInt16(bytes[count - 1]) << 8 | UInt16(bytes[count - 2])
    }

    mutating func appendCheckWord() {
        let check = check(first: count)
        append(UInt8(truncatingIfNeeded: check))
        append(UInt8(truncatingIfNeeded: check >> 8))
    }

    private func check(first length: Int) -> UInt16 {
        var crc = ModbusCRC()
        for index in 0..<length { crc.update(bytes[index]) }
        return crc.value
    }
}
