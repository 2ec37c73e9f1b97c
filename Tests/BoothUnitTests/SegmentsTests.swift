// SPDX-License-Identifier: Apache-2.0

// The font: every glyph is told from every other, and those that all know are as all know them.

import BoothUnit
import Testing

let fontCharacters = Array(" -0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

@Test func everyGlyphReadsBackAsItsCharacter() {
    for character in fontCharacters {
        guard let glyph = Segments.glyph(for: character) else {
            Issue.record("no glyph for \(character)")
            continue
        }
        #expect(glyph & Segments.point == 0)
        #expect(Segments.character(for: glyph) == character)
        #expect(Segments.character(for: glyph | Segments.point) == character)
    }
}

@Test func onlyTheFontHasGlyphs() {
    for character in UInt8.min...UInt8.max {
        #expect((Segments.glyph(for: character) != nil) == fontCharacters.contains(character))
    }
    #expect(Segments.character(for: 0x49) == Segments.unknown)
}

/// The decoded digits of the MAX7219 data sheet (table 5), and letters as its code B has them.
@Test(
    arguments: [
        ("0", 0x7E), ("1", 0x30), ("2", 0x6D), ("3", 0x79), ("4", 0x33), ("5", 0x5B), ("6", 0x5F),
        ("7", 0x70), ("8", 0x7F), ("9", 0x7B), ("-", 0x01), ("E", 0x4F), ("H", 0x37), ("L", 0x0E),
        ("P", 0x67), (" ", 0x00),
    ] as [(Character, UInt8)])
func glyphIsThatOfTheDataSheet(character: Character, expected: UInt8) throws {
    #expect(Segments.glyph(for: try #require(character.asciiValue)) == expected)
}
