// SPDX-License-Identifier: Apache-2.0

// A mapping of the file: its keys are known, and each is there once.

internal import Yams

/// A mapping of the file.
struct Fields {
    let reading: Reading
    /// What the mapping describes, as a message says it: `booth`.
    let what: String
    /// Where it begins.
    let place: Place
    private var values: [String: Value] = [:]
    /// Keys that unknown words seem to mean: their absence is not an error of its own.
    private var meant: Set<String> = []

    /// The keys of `mapping`; reports those that are not known.
    init(_ mapping: Node.Mapping, _ what: String, place: Place, keys: [String], _ reading: Reading)
    {
        self.reading = reading
        self.what = what
        self.place = place
        for (key, node) in mapping {
            let keyPlace = key.mark.map(Place.init) ?? place
            guard let word = key.scalar?.string else {
                reading.report(
                    keyPlace, "a list or a mapping stands where a key is expected",
                    "write a key, a colon and its value")
                continue
            }
            if reading.tree?.isSetAside(word) == true { continue }
            guard keys.contains(word) else {
                if let near = Suggestion.nearest(to: word, among: keys) { meant.insert(near) }
                reading.report(
                    keyPlace, "\(what) has no key \"\(Reading.shown(word))\"",
                    Suggestion.remedy(for: word, among: keys))
                continue
            }
            let isEmpty = node.scalar.map { $0.style == .plain && $0.string.isEmpty } ?? false
            let valuePlace = isEmpty ? keyPlace : node.mark.map(Place.init) ?? keyPlace
            values[word] = Value(node: node, place: valuePlace, key: word, reading: reading)
        }
    }

    /// The value of an optional key.
    func optional(_ key: String) -> Value? { values[key] }

    /// The value of a key that must be there; reports its absence with a line as an
    /// example, unless a word was reported that seems to mean it.
    func required(_ key: String, example: String) -> Value? {
        if let value = values[key] { return value }
        if meant.contains(key) { return nil }
        reading.report(
            place, "\(what) has no \"\(key)\"", "add a line such as \"\(key): \(example)\"")
        return nil
    }
}
