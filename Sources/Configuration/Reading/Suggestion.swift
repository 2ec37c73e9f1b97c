// SPDX-License-Identifier: Apache-2.0

// What somebody probably meant to write.

/// A guess at what was meant by a word that is not known.
enum Suggestion {
    /// The longest word that is compared: no known one is near to a longer one.
    private static let lengthMax = 64

    /// The known word nearest to `word`, when it is near enough to be a slip of the fingers: one
    /// change for words of up to four characters, two for those of up to eight, else three.
    static func nearest(to word: String, among known: [String]) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars)
        guard wanted.count <= lengthMax else { return nil }
        let allowed = wanted.count <= 4 ? 1 : wanted.count <= 8 ? 2 : 3
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = distance(wanted, Array(candidate.lowercased().unicodeScalars))
            if distance <= allowed, distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// What to do about an unknown word: the nearest one, or all.
    static func remedy(for word: String, among known: [String]) -> String {
        if let near = nearest(to: word, among: known) { return "did you mean \"\(near)\"?" }
        return "known here: \(known.joined(separator: ", "))"
    }

    /// Insertions, removals, replacements and swaps of neighbours that make one word the other.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var rows = [Array(0...right.count)]
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var cost = rows[i][j] + (left[i] == right[j] ? 0 : 1)
                cost = min(cost, rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
