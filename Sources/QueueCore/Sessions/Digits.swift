// SPDX-License-Identifier: Apache-2.0

// Digits as people type them: a keypad or a telephone may send ASCII, Persian or Arabic ones.

/// Reading and writing of digits.
public enum Digits {
    /// The value of one digit of any of the three kinds, or nil.
    public static func value(_ character: Unicode.Scalar) -> Int? {
        switch character.value {
        case 0x30...0x39: Int(character.value) - 0x30
        case 0x660...0x669: Int(character.value) - 0x660
        case 0x6F0...0x6F9: Int(character.value) - 0x6F0
        default: nil
        }
    }

    /// The number that a text of digits alone stands for, or nil; `max` bounds it.
    public static func number(_ text: some StringProtocol, max: Int) -> Int? {
        guard !text.isEmpty else { return nil }
        var number = 0
        for scalar in text.unicodeScalars {
            guard let digit = value(scalar) else { return nil }
            number = number * 10 + digit
            guard number <= max else { return nil }
        }
        return number
    }

    /// At least two digits.
    public static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The text with ASCII digits turned into Persian ones.
    public static func persian(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isDigit = (0x30...0x39).contains(scalar.value)
            result.append(
                isDigit ? Unicode.Scalar(scalar.value - 0x30 + 0x6F0) ?? scalar : scalar)
        }
        return String(result)
    }
}
