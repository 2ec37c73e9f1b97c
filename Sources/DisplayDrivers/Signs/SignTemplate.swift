// SPDX-License-Identifier: Apache-2.0

// How a content is laid out in a sign's text: fixed bytes and places that the call fills in.

import BoothUnit

/// The text of a sign with its places for number, booth and arrow.
public struct SignTemplate: Equatable, Sendable {
    /// A part of the text.
    public enum Piece: Equatable, Sendable {
        /// Bytes that are always the same.
        case bytes([UInt8])
        /// What the booth shows, `A042` or `----`, padded to the width.
        case text
        /// Its digits alone, padded to the width; dashes stay dashes.
        case number
        /// The number of the booth, two places; blank when there is none.
        case booth
        /// `<`, `>`, `^` or `v`; blank when there is none.
        case arrow
        /// The address of the sign in decimal.
        case address
    }

    /// The parts in order.
    public var pieces: [Piece]
    /// Characters of `text` and `number`. Of a longer text the last ones are shown: within a series
    /// they tell more than the letter.
    public var width: Int
    /// What fills a shorter text, on its left.
    public var pad: UInt8

    /// A template; `width` 1 to `DisplayLimits.signWidthMax`.
    public init(_ pieces: [Piece], width: Int = 4, pad: UInt8 = 0x20) {
        precondition(1...DisplayLimits.signWidthMax ~= width, "a width that no sign has")
        self.pieces = pieces
        self.width = width
        self.pad = pad
    }

    /// A booth's own display.
    public static let text = SignTemplate([.text])

    /// A row of a hall board: `A042> 3`.
    public static let row = SignTemplate([.text, .arrow, .booth])

    /// The longest that a content can become, in bytes.
    public var bytesMax: Int {
        pieces.reduce(0) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + bytes.count
            case .text, .number: sum + width
            case .booth: sum + 2
            case .arrow: sum + 1
            case .address: sum + 3
            }
        }
    }

    /// The bytes of a content for the sign at `address`.
    func bytes(of content: DisplayContent, at address: UnitAddress) -> [UInt8] {
        pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .bytes(let bytes): bytes
            case .text: padded(Array(content.text.utf8))
            case .number: padded(content.numberBytes)
            case .booth: boothBytes(content.booth)
            case .arrow: [content.arrow?.character ?? 0x20]
            case .address: Array("\(address)".utf8)
            }
        }
    }

    private func padded(_ characters: [UInt8]) -> [UInt8] {
        let kept = Array(characters.drop { $0 == 0x20 }.suffix(width))
        return [UInt8](repeating: pad, count: width - kept.count) + kept
    }

    private func boothBytes(_ booth: Int?) -> [UInt8] {
        guard let booth, 0...99 ~= booth else { return [0x20, 0x20] }
        let digits = Array("\(booth)".utf8)
        return digits.count == 1 ? [0x20] + digits : digits
    }
}

extension BoothArrow {
    /// The character that stands for the arrow.
    var character: UInt8 {
        switch self {
        case .left: UInt8(ascii: "<")
        case .right: UInt8(ascii: ">")
        case .up: UInt8(ascii: "^")
        case .down: UInt8(ascii: "v")
        }
    }
}

extension DisplayContent {
    /// What a display without letters shows: digits and dashes stand, letters are dropped.
    var numberBytes: [UInt8] {
        text.utf8.filter { 0x30...0x39 ~= $0 || $0 == 0x2D }
    }

    /// The value of the digits; nil when there are none.
    var numberValue: Int? {
        Int(String(decoding: text.utf8.filter { 0x30...0x39 ~= $0 }, as: UTF8.self))
    }
}
