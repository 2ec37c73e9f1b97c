// SPDX-License-Identifier: Apache-2.0

// The page RegisterMap.md, made from the table and the font in code.

import BoothUnit

enum RegisterMapPage {
    static var text: String {
        """
        # Register map of the booth unit

        Version \(Register.currentMapVersion). Written from the table in `Register.swift` by a \
        test; change that, not this page.

        A unit is a Modbus RTU slave (9600 baud, 8N1 unless its board says otherwise; addresses \
        1 to 247). All registers are holding registers of 16 bits; addresses count from 0, as on \
        the wire (tools that count from 1 add one, those with a 4xxxx notation add 40001). \
        Functions: 03 read, 06 write one, 16 (0x10) write several, 23 (0x17) write and read back \
        in one exchange (the write first), 08/0 loopback. Writes to address 0 reach every unit \
        and none answers. Exceptions: 01 unknown function, 02 no such register or read-only, 03 \
        value, count or length out of range, 04 the unit can't. A refused write changes nothing. A frame ends with \
        3.5 characters of silence; frames with a wrong check word are counted and never \
        answered.

        Lamp test goes before identify, identify before the dashes of the dead-man, the dashes \
        before the show. After a reset, and after the dead-man time without a valid frame, \
        dashes stand until the next write to text or segments.

        A show is one write of `showTag` to `blinks` (or `beeps`); read `shownTag` to `flags` in \
        the same exchange to verify it. Example, unit 7 shows A042 with tag 1 and 5 blinks:

        ```
        \(exampleRequest)
        \(exampleReply)
        ```

        ## Identity (frozen)

        These addresses mean the same in every firmware, older and newer. 0x000C to 0x000F are \
        kept for flashing.

        \(table(0x0000..<0x0010))

        ## Show and settings

        \(table(0x0010..<0x0040))

        ## State

        \(table(0x0040..<0xFFFF))

        ## Font

        Bit 7 is the point, bits 6 to 0 are the segments A (top), B, C, D (bottom), E, F, G \
        (middle), as in a MAX7219 without decoding. Every glyph differs from every other: O is \
        low, I stands left, S and Z lack the middle bar.

        \(font)

        """
    }

    private static let example = UnitBench.frame(
        [7, 0x17] + UnitBench.bytes([0x40, 4, 0x10, 4]) + [8]
            + UnitBench.bytes([1] + UnitBench.text("A042") + [5]))

    private static var exampleRequest: String { "request  " + hex(example) }

    private static var exampleReply: String {
        var bench = UnitBench()
        return "reply    " + hex(bench.raw(example))
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { hex(UInt16($0), digits: 2) }.joined(separator: " ")
    }

    private static func hex(_ value: UInt16, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func table(_ addresses: Range<UInt16>) -> String {
        let rows = Register.allCases.filter { addresses.contains($0.rawValue) }.map { register in
            let (access, range, initial): (String, String, String)
            switch register.access {
            case .readOnly: (access, range, initial) = ("R", "", "")
            case .number(let bounds):
                (access, range) = ("R/W", "\(bounds.lowerBound)–\(bounds.upperBound)")
                initial = "\(register.initialValue)"
            case .key(let key):
                (access, range, initial) = ("W", "0x\(hex(key, digits: 4))", "0")
            case .characters: (access, range, initial) = ("R/W", "characters of the font", "`--`")
            }
            return
                "| 0x\(hex(register.rawValue, digits: 4)) | `\(register)` | \(access) | \(range) "
                + "| \(register.unit) | \(initial) | \(register.meaning) |"
        }
        return
            (["| address | name | access | range | unit | at reset | meaning |"]
            + ["| --- | --- | --- | --- | --- | --- | --- |"] + rows).joined(separator: "\n")
    }

    private static var font: String {
        let glyphs = fontCharacters.compactMap { character -> String? in
            guard let glyph = Segments.glyph(for: character) else { return nil }
            let name = character == 0x20 ? "blank" : String(decoding: [character], as: UTF8.self)
            let names = zip("ABCDEFG", 0...).filter { glyph >> (6 - $0.1) & 1 == 1 }.map(\.0)
            return "| \(name) | 0x\(hex(UInt16(glyph), digits: 2)) | \(String(names)) |"
        }
        return (["| character | segments | lit |", "| --- | --- | --- |"] + glyphs)
            .joined(separator: "\n")
    }
}
