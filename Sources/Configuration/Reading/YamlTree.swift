// SPDX-License-Identifier: Apache-2.0

// The nodes of a YAML text with their places. Yams stops at a key that is written twice; here the
// text is read on, so that what comes after it is checked too.

internal import Yams

/// Reads a text into YAML nodes and reports what YAML itself finds wrong.
struct YamlTree {
    /// The outermost node; nil when the text could not be read.
    private(set) var root: Node?
    /// The first character that keys written twice had before it was replaced, by the replacement.
    private var replaced: [Unicode.Scalar: Unicode.Scalar] = [:]

    /// Reads `text`; every error goes to `reading`.
    init(_ text: ConfigurationText, _ reading: Reading) {
        var scalars = text.scalars
        var stand = PrivateUse(absentFrom: scalars)
        while true {
            do {
                root = try compose(yaml: Self.string(scalars), .basic, .default, .utf8)
                break
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let place = Place(context.mark)
                guard let index = Self.keyStart(place, in: scalars), let other = stand.next() else {
                    reading.report(
                        place, "the key \"\(keys.first ?? "")\" is written twice in one place",
                        "keep one of them")
                    return
                }
                replaced[other] = scalars[index]
                scalars[index] = other
            } catch {
                Self.report(error, reading)
                break
            }
        }
        if let root { reportTwice(in: root, reading) }
    }

    /// Whether a key is one of several, and has been reported.
    func isSetAside(_ key: String) -> Bool {
        key.unicodeScalars.first.map { replaced[$0] != nil } ?? false
    }

    private func original(_ key: String) -> String {
        guard let first = key.unicodeScalars.first, let before = replaced[first] else { return key }
        return Self.string([before] + key.unicodeScalars.dropFirst())
    }

    private func reportTwice(in node: Node, _ reading: Reading) {
        if let sequence = node.sequence {
            for item in sequence { reportTwice(in: item, reading) }
        }
        guard let mapping = node.mapping else { return }
        var seen: [String: Place] = [:]
        for (key, value) in mapping {
            reportTwice(in: value, reading)
            guard let word = key.scalar?.string, let mark = key.mark else { continue }
            let name = original(word)
            if let first = seen[name] {
                reading.report(
                    Place(mark),
                    "the key \"\(Reading.shown(name))\" is already at \(first.shown)",
                    "keep one of the two")
            } else {
                seen[name] = Place(mark)
            }
        }
    }

    private static func string(_ scalars: [Unicode.Scalar]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// Where the letters of the key at `place` begin; nil when it begins with something else.
    private static func keyStart(_ place: Place, in scalars: [Unicode.Scalar]) -> Int? {
        var line = 1
        var index = 0
        while line < place.line, index < scalars.count {
            if scalars[index] == "\n" { line += 1 }
            index += 1
        }
        index += place.column - 1
        guard index < scalars.count else { return nil }
        if scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, scalars[index].properties.isAlphabetic else { return nil }
        return index
    }

    private static func report(_ error: any Error, _ reading: Reading) {
        guard let error = error as? YamlError else {
            return reading.report(Place.start, "YAML can't be read: \(error)", "correct the file")
        }
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            var said = "this is not YAML: "
            if let context {
                said += "\(context.text) that begins at \(Place(context.mark).shown), "
            }
            reading.report(Place(mark), said + problem, remedy(problem))
        case .reader(let problem, _, _, _):
            reading.report(Place.start, "this is not YAML: \(problem)", "save the file as UTF-8")
        default:
            reading.report(Place.start, "YAML can't be read: \(error)", "correct the file")
        }
    }

    private static func remedy(_ problem: String) -> String {
        if problem.contains("another document") {
            return "keep one document: remove this \"---\" and what follows"
        }
        if problem.contains("cannot start any token") {
            return
                "indent with spaces, never tabs, and put a text with special characters in quotes"
        }
        if problem.contains("could not find expected ':'") {
            return "write a colon and a space after the key, as in \"key: value\""
        }
        return "look at the indentation, colons, brackets and quotes here and in the line above"
    }
}

/// Characters for private use that a text does not have.
private struct PrivateUse {
    private var candidates: [Unicode.Scalar]

    init(absentFrom scalars: [Unicode.Scalar]) {
        let range: ClosedRange<Unicode.Scalar> = "\u{E000}"..."\u{F8FF}"
        let used = Set(scalars.filter { range.contains($0) })
        let all = (range.lowerBound.value...range.upperBound.value).lazy
            .compactMap(Unicode.Scalar.init).filter { !used.contains($0) }
        candidates = Array(all.prefix(ConfigurationLimits.duplicatesMax))
    }

    mutating func next() -> Unicode.Scalar? { candidates.popLast() }
}

extension Place {
    /// The start of a file.
    static let start = Place(line: 1, column: 1)

    /// The place of a YAML mark.
    init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }

    /// As a message names it.
    var shown: String { "line \(line)" }
}
