// SPDX-License-Identifier: Apache-2.0

// The font of the booth display. Every glyph differs from every other, so that what stands on the
// pins can be read back as text without doubt: O is low and 0 tall, I stands left and 1 right, and
// S and Z lack the middle bar that 5 and 2 have.

/// Seven segments and a point per place, in the order of a MAX7219 without decoding: bit 7 is the
/// point, bits 6 to 0 are A (top), B, C, D (bottom), E, F, G (middle), clockwise from the top.
public enum Segments {
    /// The bit of the decimal point.
    public static let point: UInt8 = 0x80
    /// What `character(for:)` answers for segments that are no glyph: `?`.
    public static let unknown: UInt8 = 0x3F

    /// The segments of an ASCII character: `0`–`9`, `A`–`Z`, `-` or blank; nil for any other.
    public static func glyph(for character: UInt8) -> UInt8? {
        switch character {
        case 0x20: return 0x00
        case 0x2D: return 0x01
        case 0x30...0x39: return digit(character &- 0x30)
        case 0x41...0x5A: return letter(character)
        default: return nil
        }
    }

    /// The ASCII character whose glyph `segments` is, the point aside; `unknown` if there is none.
    public static func character(for segments: UInt8) -> UInt8 {
        let wanted = segments & ~point
        for character: UInt8 in 0x20...0x5A where glyph(for: character) == wanted {
            return character
        }
        return unknown
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0: 0x7E
        case 1: 0x30
        case 2: 0x6D
        case 3: 0x79
        case 4: 0x33
        case 5: 0x5B
        case 6: 0x5F
        case 7: 0x70
        case 8: 0x7F
        default: 0x7B
        }
    }

    private static func letter(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A"): 0x77
        case UInt8(ascii: "B"): 0x1F
        case UInt8(ascii: "C"): 0x4E
        case UInt8(ascii: "D"): 0x3D
        case UInt8(ascii: "E"): 0x4F
        case UInt8(ascii: "F"): 0x47
        case UInt8(ascii: "G"): 0x5E
        case UInt8(ascii: "H"): 0x37
        case UInt8(ascii: "I"): 0x06
        case UInt8(ascii: "J"): 0x3C
        case UInt8(ascii: "K"): 0x57
        case UInt8(ascii: "L"): 0x0E
        case UInt8(ascii: "M"): 0x54
        case UInt8(ascii: "N"): 0x15
        case UInt8(ascii: "O"): 0x1D
        case UInt8(ascii: "P"): 0x67
        case UInt8(ascii: "Q"): 0x73
        case UInt8(ascii: "R"): 0x05
        case UInt8(ascii: "S"): 0x5A
        case UInt8(ascii: "T"): 0x0F
        case UInt8(ascii: "U"): 0x3E
        case UInt8(ascii: "V"): 0x1C
        case UInt8(ascii: "W"): 0x2A
        case UInt8(ascii: "X"): 0x36
        case UInt8(ascii: "Y"): 0x3B
        default: 0x6C
        }
    }
}
