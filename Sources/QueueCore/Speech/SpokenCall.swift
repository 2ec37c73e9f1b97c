// SPDX-License-Identifier: Apache-2.0

// A call as a voice says it: which recorded clips, in which order. Numbers are composed as the
// language says them, so that a few dozen clips are enough for all of them.

/// The clips of one language.
public struct SpokenCall: Sendable {
    /// How a language puts numbers together.
    public enum Composition: String, CaseIterable, Sendable {
        /// Hundreds, tens and ones, joined by a word: صد و بیست و سه.
        case persian
        /// A digit and "hundred", then "and": one hundred and twenty three.
        case english
        /// Digit by digit: understood in every language that has digits.
        case digits
    }

    /// The language: the name of the folder with its clips.
    public let language: Name
    /// How it composes numbers.
    public let composition: Composition

    /// The way to speak a language: `fa` and `en` as their speakers do, others digit by digit.
    public init(language: Name) {
        self.language = language
        composition =
            switch language.description {
            case "fa": .persian
            case "en": .english
            default: .digits
            }
    }

    /// The clips of a call: "number", the letter, the value, "to booth", the booth.
    public func clips(_ number: TicketNumber, booth: BoothNumber) -> [String] {
        let letter = number.series.description.lowercased()
        return ["number", "letter-\(letter)"] + clips(value: Int(number.value)) + ["booth"]
            + clips(value: Int(booth))
    }

    /// The clips of a value of 1 to 999.
    public func clips(value: Int) -> [String] {
        precondition((1...999).contains(value), "a value that no ticket and no booth has")
        switch composition {
        case .persian: return persian(value)
        case .english: return english(value)
        case .digits: return String(value).map(String.init)
        }
    }

    private func persian(_ value: Int) -> [String] {
        var parts: [String] = []
        if value >= 100 { parts.append("\(value / 100 * 100)") }
        parts += belowHundred(value % 100)
        return Array(parts.map { [$0] }.joined(separator: ["and"]))
    }

    private func english(_ value: Int) -> [String] {
        let rest = belowHundred(value % 100)
        guard value >= 100 else { return rest }
        return ["\(value / 100)", "hundred"] + (rest.isEmpty ? [] : ["and"] + rest)
    }

    private func belowHundred(_ value: Int) -> [String] {
        if value == 0 { return [] }
        if value <= 20 { return ["\(value)"] }
        return ["\(value / 10 * 10)"] + (value % 10 == 0 ? [] : ["\(value % 10)"])
    }

    /// Every clip that a call of these series and booths can need.
    public func needed(series: [Series]) -> [String] {
        var names = ["number", "booth"] + series.map { "letter-\($0.description.lowercased())" }
        let ones = (1...20).map(String.init)
        let tens = stride(from: 30, through: 90, by: 10).map(String.init)
        switch composition {
        case .persian:
            names += ones + tens + ["and"]
            names += stride(from: 100, through: 900, by: 100).map(String.init)
        case .english: names += ones + tens + ["and", "hundred"]
        case .digits: names += (0...9).map(String.init)
        }
        return names
    }
}
