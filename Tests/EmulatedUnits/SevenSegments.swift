// SPDX-License-Identifier: Apache-2.0

// How a person reads a lit digit: the letters of its lit segments, written down from the pictures in
// Firmware/RegisterMap.md and not from the unit's own table, so that a wrong entry there is seen here.

/// Reads segments as characters.
public enum SevenSegments {
    /// The letters of the segments that are lit for each character; A is the top, then clockwise to
    /// F, G the middle.
    static let lit: [Character: String] = [
        " ": "", "-": "G",
        "0": "ABCDEF", "1": "BC", "2": "ABGED", "3": "ABGCD", "4": "FGBC", "5": "AFGCD",
        "6": "AFEDCG", "7": "ABC", "8": "ABCDEFG", "9": "AFBGCD",
        "A": "EFABCG", "B": "FEDCG", "C": "AFED", "D": "BCDEG", "E": "AFGED", "F": "AFGE",
        "G": "AFEDC", "H": "FEGBC", "I": "FE", "J": "BCDE", "K": "AFEGC", "L": "FED", "M": "AEC",
        "N": "EGC", "O": "EGCD", "P": "EFABG", "Q": "AFBGC", "R": "EG", "S": "AFCD", "T": "FEDG",
        "U": "FEDCB", "V": "EDC", "W": "FBD", "X": "FEBC", "Y": "FGBCD", "Z": "ABED",
    ]

    /// All characters that have a picture.
    public static let characters = lit.keys.sorted()

    private static let characterOf: [UInt8: Character] = {
        var found: [UInt8: Character] = [:]
        for (character, letters) in lit {
            let bits = mask(letters)
            precondition(found[bits] == nil, "two characters look the same")
            found[bits] = character
        }
        return found
    }()

    /// The character of a digit's segments, bits DP A–G from bit 7; `?` when it is none. The point
    /// does not matter.
    public static func character(_ segments: UInt8) -> Character {
        characterOf[segments & 0x7F] ?? "?"
    }

    /// The segments of a character; nil when it has no picture.
    public static func segments(_ character: Character) -> UInt8? { lit[character].map(mask) }

    /// The text of digits, leftmost first.
    public static func text(_ digits: [UInt8]) -> String { String(digits.map(character)) }

    private static func mask(_ letters: String) -> UInt8 {
        letters.utf8.reduce(0) { $0 | 0x40 >> ($1 - 0x41) }
    }
}
