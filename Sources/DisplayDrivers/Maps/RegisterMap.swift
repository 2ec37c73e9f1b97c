// SPDX-License-Identifier: Apache-2.0

// Which registers of a maker's Modbus display hold what: its digits, and where it has them blink
// and brightness.

import BoothUnit

/// The register map of one maker's display.
public struct RegisterMap: Equatable, Sendable {
    /// How the registers hold the digits.
    public enum Digits: String, CaseIterable, Equatable, Sendable {
        /// One ASCII character a register, the leftmost first.
        case characters
        /// Two ASCII characters a register, the left one in the high byte.
        case pairs
        /// One register with a signed number. Letters are dropped; dashes and blanks become 0,
        /// which is no ticket's number.
        case number
        /// Two digits of raw segments a register, the left one in the high byte; the lowest bit is
        /// segment A (top), then B to G clockwise and the middle, then the point.
        case segments
        /// As `segments`, with the point as the highest bit and G as the lowest (as MAX7219).
        case segmentsFromG = "segments-from-g"
    }

    /// How registers are written.
    public enum Function: UInt8, Equatable, Sendable {
        /// One register a frame.
        case one = 0x06
        /// All of them in one frame.
        case many = 0x10
    }

    /// Registers that make the display blink.
    public struct Blink: Equatable, Sendable {
        /// Written to begin.
        public var start: UInt16
        /// Written to end.
        public var stop: UInt16
        /// What is written.
        public var value: UInt16

        /// Registers to write `value` to.
        public init(start: UInt16, stop: UInt16, value: UInt16 = 1) {
            self.start = start
            self.stop = stop
            self.value = value
        }
    }

    /// The register that sets the brightness.
    public struct Brightness: Equatable, Sendable {
        /// The register.
        public var register: UInt16
        /// Its values, the darkest first.
        public var range: ClosedRange<UInt16>

        /// A register with its range.
        public init(register: UInt16, range: ClosedRange<UInt16>) {
            self.register = register
            self.range = range
        }

        /// The value for a brightness of 0 to 15.
        func value(of brightness: Int) -> UInt16 {
            let span = Int(range.upperBound - range.lowerBound)
            return range.lowerBound + UInt16(span * min(max(brightness, 0), 15) / 15)
        }
    }

    /// How the registers hold the digits.
    public var digits: Digits
    /// The first of them.
    public var first: UInt16
    /// The places of the display.
    public var places: Int
    /// How they are written.
    public var function: Function
    /// Whether characters may be letters; else these stay blank.
    public var hasLetters: Bool
    /// The first register that the digits are read back from, in the form they are written in; nil
    /// when the display can't be asked.
    public var readBack: UInt16?
    /// How the display is made to blink; nil when it can't be.
    public var blink: Blink?
    /// How its brightness is set; nil when it can't be.
    public var brightness: Brightness?

    /// A map; `places` 1 to `DisplayLimits.mapRegistersMax`.
    public init(
        digits: Digits, first: UInt16, places: Int, function: Function, hasLetters: Bool = false,
        readBack: UInt16? = nil, blink: Blink? = nil, brightness: Brightness? = nil
    ) {
        precondition(1...DisplayLimits.mapRegistersMax ~= places, "places that no display has")
        self.digits = digits
        self.first = first
        self.places = places
        self.function = function
        self.hasLetters = hasLetters
        self.readBack = readBack
        self.blink = blink
        self.brightness = brightness
        precondition(Int(first) + count <= 0x1_0000, "digits beyond the last register")
        precondition(Int(readBack ?? 0) + count <= 0x1_0000, "a read beyond the last register")
    }

    /// The number of registers that hold the digits.
    public var count: Int {
        switch digits {
        case .characters: places
        case .pairs, .segments, .segmentsFromG: (places + 1) / 2
        case .number: 1
        }
    }

    /// The registers' values for a content.
    func words(of content: DisplayContent) -> [UInt16] {
        switch digits {
        case .characters: return characters(of: content, places: places).map(UInt16.init)
        case .pairs: return Self.paired(characters(of: content, places: 2 * count))
        case .number: return [UInt16(content.numberValue ?? 0)]
        case .segments, .segmentsFromG:
            let glyphs = characters(of: content, places: 2 * count).map { character in
                let glyph = Segments.glyph(for: character) ?? 0
                return digits == .segments ? Self.reversed(glyph) : glyph
            }
            return Self.paired(glyphs)
        }
    }

    /// The text that registers' values are, as far as they are one.
    func text(of words: [UInt16]) -> String {
        let bytes = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let characters: [UInt8]
        switch digits {
        case .characters: characters = words.map { UInt8(exactly: $0) ?? Segments.unknown }
        case .pairs: characters = bytes
        case .number: return words.first.map { "\(Int16(bitPattern: $0))" } ?? ""
        case .segments: characters = bytes.map { Segments.character(for: Self.reversed($0)) }
        case .segmentsFromG: characters = bytes.map { Segments.character(for: $0) }
        }
        let shown = characters.map { 0x20...0x7E ~= $0 ? $0 : Segments.unknown }
        return String(decoding: shown, as: UTF8.self)
    }

    /// The content's last characters, blanks before them; letters only where they can be shown.
    private func characters(of content: DisplayContent, places: Int) -> [UInt8] {
        let canShowLetters = hasLetters || digits == .segments || digits == .segmentsFromG
        let all = content.text.utf8.suffix(self.places).map { byte in
            canShowLetters || 0x30...0x39 ~= byte || byte == 0x2D ? byte : 0x20
        }
        return [UInt8](repeating: 0x20, count: places - all.count) + all
    }

    private static func paired(_ bytes: [UInt8]) -> [UInt16] {
        stride(from: 0, to: bytes.count, by: 2).map { index in
            UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        }
    }

    /// The seven segments in the other order; the point stays the highest bit.
    private static func reversed(_ glyph: UInt8) -> UInt8 {
        (0..<7).reduce(glyph & Segments.point) { sum, bit in
            glyph >> bit & 1 == 1 ? sum | 1 << (6 - bit) : sum
        }
    }
}
