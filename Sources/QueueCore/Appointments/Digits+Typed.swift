// SPDX-License-Identifier: Apache-2.0

// Codes and mobile numbers as people type them, with spaces and dashes wherever they like.

extension Digits {
    /// The Latin digits of a text that holds digits only, besides the characters to skip; nil when it
    /// holds anything else.
    public static func latin(_ text: some StringProtocol, skipping skipped: String = "") -> String?
    {
        var result = ""
        for scalar in text.unicodeScalars where !skipped.unicodeScalars.contains(scalar) {
            guard let digit = value(scalar) else { return nil }
            result += "\(digit)"
        }
        return result
    }
}
