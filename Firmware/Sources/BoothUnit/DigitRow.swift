// SPDX-License-Identifier: Apache-2.0

// The four places of a booth display, as characters or as segments.

/// Four bytes, the leftmost place first: ASCII characters, or segments in the order of `Segments`.
public struct DigitRow: Equatable, Sendable {
    /// The leftmost place in the most significant byte, as the two registers hold it.
    public var word: UInt32

    /// A row from its packed word.
    public init(word: UInt32) { self.word = word }

    /// A row from two registers: places 1 and 2, then places 3 and 4.
    public init(left: UInt16, right: UInt16) { word = UInt32(left) << 16 | UInt32(right) }

    /// Places 1 and 2, as a register holds them.
    public var left: UInt16 { UInt16(truncatingIfNeeded: word >> 16) }

    /// Places 3 and 4, as a register holds them.
    public var right: UInt16 { UInt16(truncatingIfNeeded: word) }

    /// The byte at a place, 0 being the leftmost; `place` is 0 to 3.
    public subscript(place: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32(place)))
    }

    /// The characters `----`: nothing current to show.
    public static var dashes: DigitRow { DigitRow(word: 0x2D2D_2D2D) }

    /// Every segment and point lit.
    public static var allLit: DigitRow { DigitRow(word: 0xFFFF_FFFF) }

    /// Every segment dark.
    public static var dark: DigitRow { DigitRow(word: 0) }

    /// The row whose every place is what `change` makes of it.
    func map(_ change: (UInt8) -> UInt8) -> DigitRow {
        var out: UInt32 = 0
        for place in 0..<4 { out = out << 8 | UInt32(change(self[place])) }
        return DigitRow(word: out)
    }
}
