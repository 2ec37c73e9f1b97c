// SPDX-License-Identifier: Apache-2.0

// What a booth shows, free of how any display family says it.

import BoothUnit

/// The bus address of a unit, 1 to 247.
public struct UnitAddress: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// The address on the wire.
    public let value: UInt8

    /// An address; nil outside 1 to 247 (Modbus over Serial Line V1.02, 2.2).
    public init?(_ value: Int) {
        guard 1...Int(ModbusLimits.addressMax) ~= value else { return nil }
        self.value = UInt8(value)
    }

    /// The decimal number, as it is written in configurations.
    public var description: String { "\(value)" }

    /// Whether `left` is the lower address.
    public static func < (left: UnitAddress, right: UnitAddress) -> Bool {
        left.value < right.value
    }
}

/// Why a text can't be shown.
public enum DisplayContentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text has more than four characters.
    case tooLong(String)
    /// The font has no glyph for the character.
    case noGlyph(Character, in: String)

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .tooLong(let text):
            "display text \"\(text)\" is longer than 4 characters; use a shorter series or number"
        case .noGlyph(let character, let text):
            "display text \"\(text)\": no glyph for \"\(character)\"; use A-Z, 0-9, - or a space"
        }
    }
}

/// Which way a patient goes from a hall board to a booth.
public enum BoothArrow: String, CaseIterable, Equatable, Sendable {
    /// To the left.
    case left
    /// To the right.
    case right
    /// Up, or straight on.
    case up
    /// Down, or back.
    case down
}

/// Four characters for a display, and whether they call for attention.
public struct DisplayContent: Equatable, Sendable {
    /// Exactly four characters of the font; shorter texts stand to the right.
    public let text: String
    /// Whether the text blinks for a few seconds at first, as a new call does.
    public let blinks: Bool
    /// Whether the buzzer of the display sounds.
    public let beeps: Bool
    /// The booth of the call, in a row of a hall board; nil on a booth's own display.
    public var booth: Int?
    /// The way to that booth.
    public var arrow: BoothArrow?

    let row: DigitRow

    /// Content from at most four characters; small letters count as capitals.
    public init(
        _ text: String, blinks: Bool = false, beeps: Bool = false
    ) throws(DisplayContentError) {
        var word: UInt32 = 0x2020_2020
        var count = 0
        for character in text {
            guard let ascii = character.asciiValue else { throw .noGlyph(character, in: text) }
            let isSmall = UInt8(ascii: "a")...UInt8(ascii: "z") ~= ascii
            let capital = isSmall ? ascii - 32 : ascii
            guard Segments.glyph(for: capital) != nil else { throw .noGlyph(character, in: text) }
            count += 1
            guard count <= DisplayLimits.charactersMax else { throw .tooLong(text) }
            word = word << 8 | UInt32(capital)
        }
        self.init(row: DigitRow(word: word), blinks: blinks, beeps: beeps)
    }

    private init(row: DigitRow, blinks: Bool, beeps: Bool) {
        self.row = row
        text = row.text
        self.blinks = blinks
        self.beeps = beeps
    }

    /// Dashes: nothing current to show.
    public static let dashes = DisplayContent(row: .dashes, blinks: false, beeps: false)

    /// Nothing lit, as at a closed booth.
    public static let blank = DisplayContent(
        row: DigitRow(word: 0x2020_2020), blinks: false, beeps: false)
}

extension DigitRow {
    /// The four characters; `?` for a byte that is none of the font's.
    var text: String {
        var text = ""
        for place in 0..<4 {
            let byte = Segments.glyph(for: self[place]) == nil ? Segments.unknown : self[place]
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }
}
