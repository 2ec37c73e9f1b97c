// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The project's own source files, read from disk.
struct Tree {
    let root: URL

    init(root: URL) { self.root = root }

    /// The tree that this file stands in.
    static let own = Tree(
        root: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent())

    /// The folders of a folder.
    func folders(_ path: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: root.appendingPathComponent(path).path)
        return names.sorted().filter { name in
            var isFolder: ObjCBool = false
            let full = root.appendingPathComponent(path).appendingPathComponent(name).path
            return FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
                && isFolder.boolValue && !name.hasPrefix(".")
        }
    }

    /// The Swift files under a folder, relative to the root.
    func swiftFiles(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(
            atPath: root.appendingPathComponent(path).path
        )
        .filter { $0.hasSuffix(".swift") && !$0.contains(".build") }
        .map { path + "/" + $0 }.sorted()
    }

    /// The text of a file.
    func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The modules that a source text imports.
    static func imports(of text: String) -> Set<String> {
        var found: Set<String> = []
        for line in text.split(separator: "\n") {
            var words = line.split(separator: " ").map(String.init)
            while let first = words.first,
                first.hasPrefix("@")
                    || ["public", "internal", "package", "private"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import", words.count >= 2 else { continue }
            let kinds = ["struct", "class", "enum", "func", "protocol", "var", "let", "typealias"]
            let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
            found.insert(String(name.prefix { $0 != "." && $0 != ";" }))
        }
        return found
    }
}
