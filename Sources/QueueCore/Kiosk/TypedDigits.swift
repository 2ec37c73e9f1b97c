// SPDX-License-Identifier: Apache-2.0

/// Turns the bytes of a serial keypad or scanner into keys: ASCII, or Persian and Arabic digits in
/// UTF-8.
public struct TypedDigits: Sendable {
    /// The first bytes of a character that has not come whole.
    private var lead: [UInt8] = []

    /// Nothing has come yet.
    public init() {}

    /// The keys of what has come.
    public mutating func take(_ bytes: [UInt8]) -> [KioskKey] { bytes.compactMap { take($0) } }

    private mutating func take(_ byte: UInt8) -> KioskKey? {
        if let first = lead.first {
            lead = []
            // U+06F0…U+06F9 are DB B0…DB B9; U+0660…U+0669 are D9 A0…D9 A9.
            if first == 0xDB, (0xB0...0xB9).contains(byte) { return .digit(byte - 0xB0) }
            if first == 0xD9, (0xA0...0xA9).contains(byte) { return .digit(byte - 0xA0) }
            return .other
        }
        switch byte {
        case 0x30...0x39: return .digit(byte - 0x30)
        // CR, LF, tab and the hash key end a line; scanners send one or two of them.
        case 0x0D, 0x0A, 0x09, 0x23: return .enter
        case 0x08, 0x7F: return .erase
        // Escape, and the star key.
        case 0x1B, 0x2A: return .clear
        case 0x20, 0x2D: return .filler
        // Start and end marks that some scanners put around a line.
        case 0x02, 0x03, 0x00: return nil
        case 0xDB, 0xD9:
            lead = [byte]
            return nil
        default: return .other
        }
    }
}
