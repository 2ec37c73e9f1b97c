// SPDX-License-Identifier: Apache-2.0

// Words for patients, in the two languages of the pages. Persian has digits of its own; a ticket
// number keeps the Latin letter that stands on the slip.

/// The same said in Persian and in English.
public struct Bilingual: Codable, Sendable, Equatable {
    /// In Persian.
    public var fa: String
    /// In English.
    public var en: String

    /// Words in both languages.
    public init(fa: String, en: String) {
        self.fa = fa
        self.en = en
    }

    /// A text with digits: Persian digits in Persian.
    public init(digitsOf text: String) {
        fa = Self.persianDigits(text)
        en = text
    }

    /// A date as the core tells it, `monday 1405/09/02`.
    public init(dateText text: String) {
        en = text
        let parts = text.split(separator: " ", maxSplits: 1)
        let day = parts.first.flatMap { Self.weekdays[String($0)] }
        let rest = Self.persianDigits(parts.count > 1 ? String(parts[1]) : text)
        fa = day.map { "\($0) \(rest)" } ?? Self.persianDigits(text)
    }

    private static let weekdays = [
        "saturday": "شنبه", "sunday": "یکشنبه", "monday": "دوشنبه", "tuesday": "سه‌شنبه",
        "wednesday": "چهارشنبه", "thursday": "پنجشنبه", "friday": "جمعه",
    ]

    /// The text with Persian and Arabic digits (U+06F0–U+06F9, U+0660–U+0669) as 0–9.
    public static func latinDigits(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let zero: UInt32? =
                switch scalar.value {
                case 0x06F0...0x06F9: 0x06F0
                case 0x0660...0x0669: 0x0660
                default: nil
                }
            let latin = zero.flatMap { Unicode.Scalar(scalar.value - $0 + 0x30) }
            result.append(latin ?? scalar)
        }
        return String(result)
    }

    /// The text with its digits 0–9 as ۰–۹ (U+06F0–U+06F9).
    public static func persianDigits(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            let persian = isDigit ? Unicode.Scalar(scalar.value - 0x30 + 0x06F0) : nil
            result.append(persian ?? scalar)
        }
        return String(result)
    }
}
