// SPDX-License-Identifier: Apache-2.0

// The page beside the code, taken apart into what the tests compare with the code.
import Foundation

/// The protocol's page.
struct Page {
    /// An example line and who says it.
    struct Example {
        let isClients: Bool
        let line: String
        let place: Int
    }

    private let lines: [String]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = root.appending(path: "Sources/LineProtocol/LineProtocol.md")
        lines = try String(contentsOf: page, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    /// The whole text, each run of white space one space.
    var text: String {
        lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    }

    /// Every line of a fenced block that begins with `C: ` or `S: `.
    var examples: [Example] {
        var isFenced = false
        var found: [Example] = []
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") {
                isFenced.toggle()
            } else if isFenced, line.hasPrefix("C: ") || line.hasPrefix("S: ") {
                found.append(
                    Example(
                        isClients: line.hasPrefix("C"), line: String(line.dropFirst(3)),
                        place: index + 1))
            }
        }
        return found
    }

    /// The rows of all tables under a heading, to the next heading of its level or above, as trimmed cells;
    /// without heads and rulers.
    func rows(under heading: String) -> [[String]] {
        guard let start = lines.firstIndex(of: heading) else { return [] }
        let depth = heading.prefix { $0 == "#" }.count
        let section = lines[(start + 1)...].prefix { line in
            !(1...depth).contains(line.prefix { $0 == "#" }.count)
        }
        let table = section.filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }
        return table.map { row in
            row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// The words between backticks.
    static func quoted(_ cell: String) -> [String] {
        let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
    }

    /// The one word between backticks that a row begins with, for the rows that do.
    func names(under heading: String) -> [String] {
        rows(under: heading).compactMap { row in
            guard let cell = row.first, cell.hasPrefix("`") else { return nil }
            return Page.quoted(cell).first
        }
    }
}
