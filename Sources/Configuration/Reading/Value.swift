// SPDX-License-Identifier: Apache-2.0

// A value of the file and what it can be read as. Nothing is guessed: `010`, `yes` and a quoted
// number are errors that say how to write it.

import QueueCore
internal import Yams

/// A value of the file, with its key and place.
struct Value {
    let node: Node
    let place: Place
    let key: String
    let reading: Reading

    /// Reports an error at this value.
    func report(_ problem: String, _ remedy: String) { reading.report(place, problem, remedy) }

    /// The mapping that this is.
    func fields(_ what: String, keys: [String], example: String) -> Fields? {
        guard let mapping = node.mapping else {
            report(
                "\(what) must be keys and values, but this is \(kind)",
                "write it as \"\(example)\"")
            return nil
        }
        let begin = place == .start ? node.mark.map(Place.init) ?? place : place
        return Fields(mapping, what, place: begin, keys: keys, reading)
    }

    /// The items of the list that this is, up to `count` of them.
    func list(_ count: ClosedRange<Int>, of what: String, example: String) -> [Value]? {
        guard let sequence = node.sequence else {
            report("\"\(key)\" must be a list, but this is \(kind)", "write \"\(example)\"")
            return nil
        }
        if !count.contains(sequence.count) {
            report(
                "\"\(key)\" has \(sequence.count) \(what), but may have "
                    + "\(count.lowerBound) to \(count.upperBound)",
                sequence.count < count.lowerBound
                    ? "add an item, as in \"\(example)\"" : "take some away")
        }
        return sequence.prefix(count.upperBound).map { item in
            Value(
                node: item, place: item.mark.map(Place.init) ?? place, key: key, reading: reading)
        }
    }

    /// What the value is, in words.
    var kind: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar): isEmpty ? "empty" : "\"\(Reading.shown(scalar.string))\""
        }
    }

    private var isEmpty: Bool {
        guard let scalar = node.scalar else { return false }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    }

    /// The text as it stands, whatever it is to be; nil for a list or a mapping.
    var scalarText: String? { node.scalar?.string }

    /// Whether this is a list.
    var isList: Bool { node.sequence != nil }

    private var isQuoted: Bool { node.scalar.map { $0.style != .plain } ?? false }

    /// The text, quoted or not; reports a list, a mapping, nothing, and control characters.
    func text(_ expected: String, example: String) -> String? {
        guard let scalar = node.scalar, !isEmpty, !scalar.string.isEmpty else {
            report(
                "\"\(key)\" must be \(expected), but this is \(kind)",
                "write \"\(key): \(example)\"")
            return nil
        }
        if let bad = scalar.string.unicodeScalars.first(where: ConfigurationText.isForbidden) {
            report(
                "\"\(key)\" has a control character (\(ConfigurationText.code(bad)))", "remove it")
            return nil
        }
        return scalar.string
    }

    /// A word that is not quoted, for what is no text.
    private func word(_ expected: String, example: String) -> String? {
        guard let word = text(expected, example: example) else { return nil }
        guard !isQuoted else {
            report(
                "\"\(key)\" must be \(expected), but this is a text in quotes",
                "write it without quotes: \"\(key): \(example)\"")
            return nil
        }
        return word
    }

    /// A whole number of `range`.
    func integer(_ range: ClosedRange<Int>, example: Int) -> Int? {
        let expected = "a whole number of \(range.lowerBound) to \(range.upperBound)"
        guard let word = word(expected, example: "\(example)") else { return nil }
        var digits = Substring(word)
        if digits.first == "-" { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            report(
                "\"\(key)\" must be \(expected), but this is \(kind)",
                "write \"\(key): \(example)\"")
            return nil
        }
        guard digits == "0" || !digits.hasPrefix("0") else {
            report(
                "\(Reading.shown(word)) begins with a zero, which some programs read as octal",
                "write the number without it")
            return nil
        }
        guard let number = Int(word), range.contains(number) else {
            report(
                "\(Reading.shown(word)) is out of range",
                "\"\(key)\" may be \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A number out of a few.
    func number(of few: [Int], example: Int) -> Int? {
        guard let low = few.first, let high = few.last,
            let number = integer(low...high, example: example)
        else { return nil }
        guard few.contains(number) else {
            let all = few.map(String.init).joined(separator: ", ")
            report("\(number) is no usual value of \"\(key)\"", "write one of \(all)")
            return nil
        }
        return number
    }

    /// `true` or `false`.
    func flag(example: Bool) -> Bool? {
        guard let word = word("true or false", example: "\(example)") else { return nil }
        switch word {
        case "true": return true
        case "false": return false
        default:
            let meant = ["yes": "true", "on": "true", "1": "true"]
            let better = meant[word.lowercased()] ?? "false"
            report(
                "\"\(key)\" must be true or false, but this is \(kind)",
                "write \"\(key): \(better)\"")
            return nil
        }
    }

    /// One of a few words.
    func choice(_ words: [String]) -> String? {
        guard let first = words.first,
            let word = text("one of \(words.joined(separator: ", "))", example: first)
        else { return nil }
        if words.contains(word) { return word }
        report(
            "\"\(Reading.shown(word))\" is no value of \"\(key)\"",
            Suggestion.remedy(for: word, among: words))
        return nil
    }

    /// One of the cases of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        choice(type.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }
}
