// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The page of threats names a test for each defence, and each of them is there.
@Suite struct ThreatModelTests {
    private static func page() throws -> String { try Tree.own.text("Wiring/threat-model.md") }

    /// The cells of all rows of tables that have a column of tests.
    private static func defences() throws -> [[String]] {
        var rows: [[String]] = []
        var isTable = false
        for line in try page().split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("| ") else {
                isTable = false
                continue
            }
            let cells = line.dropFirst().dropLast().split(separator: "|")
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.last == "tests" {
                isTable = true
            } else if isTable, !cells[0].hasPrefix("---") {
                rows.append(cells)
            }
        }
        return rows
    }

    /// Every suite, and every function of a file beside each of the file's suites.
    private static func tests() throws -> Set<String> {
        var names: Set<String> = []
        for file in try Tree.own.swiftFiles("Tests") {
            var suites: [Substring] = []
            for line in try Tree.own.text(file).split(separator: "\n") {
                let words = line.split { " (:<".contains($0) }
                for (word, next) in zip(words, words.dropFirst()) {
                    if word == "struct" || word == "extension" { suites.append(next) }
                    if word == "func" { names.formUnion(suites.map { "\($0).\(next)" }) }
                }
            }
            names.formUnion(suites.map { String($0) })
        }
        return names
    }

    @Test func eachDefenceNamesTestsThatAreThere() throws {
        let tests = try Self.tests()
        let defences = try Self.defences()
        #expect(defences.count > 30, "the tables of the page were found")
        for row in defences {
            let cell = try #require(row.last)
            let names = cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
            #expect(!names.isEmpty, "no test for: \(row[0])")
            for name in names where name.contains("/") {
                let path = Tree.own.root.appendingPathComponent("Tests/\(name)").path
                #expect(FileManager.default.fileExists(atPath: path), "\(name): \(row[0])")
            }
            for name in names where !name.contains("/") {
                #expect(tests.contains(name), "no test \(name), which is to prove: \(row[0])")
            }
        }
    }

    /// Each place that somebody can reach is looked at somewhere below, by its number.
    @Test func eachPlaceIsLookedAt() throws {
        let page = try Self.page()
        let below = try #require(page.components(separatedBy: "## What is defended").last)
        let places = page.matches(of: /\| (P[0-9]+) \|/).map { $0.output.1 }
        #expect(places.count == 11)
        for place in places where place != "P10" {
            #expect(below.contains("\(place)\n") || below.contains("\(place),"), "\(place)")
        }
        #expect(below.contains("**The box.**"), "P10 is not defended, and that is said")
    }
}
