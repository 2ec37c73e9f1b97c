// SPDX-License-Identifier: Apache-2.0

// A look through the text before YAML is read: characters that no configuration has, and YAML's
// anchors and aliases, by which a small file can stand for a very large one, and tags.

extension ConfigurationText {
    /// Where a scan stands.
    private struct Scan {
        var place = Place(line: 1, column: 1)
        var quote: Unicode.Scalar?
        var isComment = false
        /// Whether a word of its own can begin here.
        var beginsWord = true

        mutating func newLine() {
            place = Place(line: place.line + 1, column: 1)
            isComment = false
            beginsWord = true
        }
    }

    /// What is found wrong before YAML is read.
    func scan(_ report: (Place, _ problem: String, _ remedy: String) -> Void) {
        var scan = Scan()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : "\n"
            index += 1
            if scalar == "\n" {
                scan.newLine()
                continue
            }
            let endsLine = scalar == "\r" && next == "\n"
            if Self.isForbidden(scalar), scalar != "\t", !endsLine {
                report(
                    scan.place, "there is a control character (\(Self.code(scalar))) here",
                    "remove it")
            } else if !scan.isComment {
                look(at: scalar, next, &index, &scan, report)
            }
            scan.place.column += 1
        }
    }

    private func look(
        at scalar: Unicode.Scalar, _ next: Unicode.Scalar, _ index: inout Int, _ scan: inout Scan,
        _ report: (Place, _ problem: String, _ remedy: String) -> Void
    ) {
        if let quote = scan.quote {
            let skipsNext =
                quote == "\"" ? scalar == "\\" && next != "\n" : scalar == "'" && next == "'"
            if skipsNext {
                index += 1
                scan.place.column += 1
            } else if scalar == quote {
                scan.quote = nil
                scan.beginsWord = false
            }
            return
        }
        if scan.beginsWord {
            switch scalar {
            case "#": scan.isComment = true
            case "'", "\"": scan.quote = scalar
            case "&", "*", "!":
                let kinds: [Unicode.Scalar: String] = ["&": "anchor", "*": "alias"]
                report(
                    scan.place,
                    "\"\(scalar)\" begins a YAML \(kinds[scalar] ?? "tag"), which "
                        + "configurations do not use",
                    "write the value out; a text that begins so needs quotes")
            default: break
            }
        }
        scan.beginsWord = " \t[{,".unicodeScalars.contains(scalar)
    }
}
