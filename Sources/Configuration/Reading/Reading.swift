// SPDX-License-Identifier: Apache-2.0

// One reading of a configuration file: it goes on after an error, and at the end there is either a
// configuration or the list of everything that is wrong.

internal import Yams

/// One reading of a configuration file.
final class Reading {
    /// The file's name, as its reader gave it.
    let file: String
    /// The folder of the time zones.
    let zoneFolder: String
    private var errors: [ConfigurationError] = []
    private var unreported = 0
    private(set) var tree: YamlTree?

    /// Begins to read `text`.
    init(_ text: ConfigurationText, zoneFolder: String) {
        file = text.file
        self.zoneFolder = zoneFolder
        guard text.scalars.count <= ConfigurationLimits.fileBytesMax else {
            report(
                .start, "the text is longer than \(ConfigurationLimits.fileBytesMax) characters",
                "check that this is the configuration file")
            return
        }
        text.scan(report)
        if errors.isEmpty { tree = YamlTree(text, self) }
    }

    /// Notes an error.
    func report(_ place: Place, _ problem: String, _ remedy: String) {
        guard errors.count < ConfigurationLimits.errorsMax else {
            unreported += 1
            return
        }
        errors.append(
            ConfigurationError(
                file: file, line: place.line, column: place.column, problem: problem,
                remedy: remedy))
    }

    /// The outermost mapping, or nil after an error.
    func root(keys: [String], example: String) -> Fields? {
        guard let root = tree?.root else {
            if errors.isEmpty { reportEmpty(example) }
            return nil
        }
        if root.scalar?.string.isEmpty == true {
            reportEmpty(example)
            return nil
        }
        return Value(node: root, place: .start, key: "file", reading: self)
            .fields("the file", keys: keys, example: example)
    }

    private func reportEmpty(_ example: String) {
        report(.start, "the file is empty", "begin with a line such as \"\(example)\"")
    }

    /// Ends the reading: throws when anything was wrong.
    func finish() throws(ConfigurationErrors) {
        guard !errors.isEmpty else { return }
        var all = errors
        if unreported > 0,
            let last = errors.max(by: { ($0.line, $0.column) < ($1.line, $1.column) })
        {
            all.append(
                ConfigurationError(
                    file: file, line: last.line, column: last.column,
                    problem: "\(unreported) more errors are not listed",
                    remedy: "correct these first"))
        }
        throw ConfigurationErrors(all)
    }

    /// A word of the file as a message shows it: short, without control characters and what nobody sees.
    static func shown(_ text: String) -> String {
        // The joiner is a part of Persian words.
        let isUnseen = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .format && scalar != "\u{200C}"
        }
        let shortened = text.unicodeScalars.prefix(60).map { scalar in
            ConfigurationText.isForbidden(scalar) || isUnseen(scalar) ? "?" : String(scalar)
        }
        return shortened.joined() + (text.unicodeScalars.count > 60 ? "…" : "")
    }
}

/// A value with the place that it was read at.
struct Placed<Content> {
    var content: Content
    var place: Place

    init(_ content: Content, _ place: Place) {
        self.content = content
        self.place = place
    }
}

/// What may be used once only, and where it was first.
struct Once<Key: Hashable> {
    private var places: [Key: Place] = [:]

    /// Takes `key`; reports at `place` when it is taken, naming the first place.
    mutating func take(
        _ key: Key, at place: Place, _ reading: Reading, _ said: String, _ remedy: String
    ) {
        if let first = places[key] {
            reading.report(place, "\(said) is already at \(first.shown)", remedy)
        } else {
            places[key] = place
        }
    }
}
