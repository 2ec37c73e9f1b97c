// SPDX-License-Identifier: Apache-2.0

import BoothUnit
import Testing

@testable import nobat_demo

@Suite struct SegmentDrawingTests {
    private let drawing = SegmentDrawing(digitWidth: 3, ink: "#")

    @Test func everySegmentHasItsPlace() {
        let places: [(UInt8, [String])] = [
            (0b0100_0000, ["### ", "    ", "    ", "    ", "    "]),
            (0b0010_0000, ["  # ", "  # ", "  # ", "    ", "    "]),
            (0b0001_0000, ["    ", "    ", "  # ", "  # ", "  # "]),
            (0b0000_1000, ["    ", "    ", "    ", "    ", "### "]),
            (0b0000_0100, ["    ", "    ", "#   ", "#   ", "#   "]),
            (0b0000_0010, ["#   ", "#   ", "#   ", "    ", "    "]),
            (0b0000_0001, ["    ", "    ", "### ", "    ", "    "]),
            (0b1000_0000, ["    ", "    ", "    ", "    ", "   #"]),
        ]
        for (segments, rows) in places { #expect(drawing.rows([segments]) == rows) }
    }

    @Test func aNumberIsRead() throws {
        let segments = try "A027".utf8.map { try #require(Segments.glyph(for: $0)) }
        #expect(
            drawing.rows(segments) == [
                "### ### ### ### ",
                "# # # #   #   # ",
                "### # # ###   # ",
                "# # # # #     # ",
                "# # ### ###   # ",
            ])
    }

    /// A glyph that looked like another would show a patient the wrong number.
    @Test func noTwoGlyphsLookAlike() {
        var seen: [[String]: UInt8] = [:]
        for character: UInt8 in 0x20...0x5A {
            guard let glyph = Segments.glyph(for: character) else { continue }
            let rows = drawing.rows([glyph])
            #expect(seen[rows] == nil, "\(character) looks like \(seen[rows] ?? 0)")
            seen[rows] = character
        }
        #expect(seen.count == 38)
    }
}
