// SPDX-License-Identifier: Apache-2.0

// The sheets of Wiring/, read as a technician reads them: by their tables.

import Foundation

/// A table of a sheet: cells by the words of its head.
struct SheetTable {
    let head: [String]
    let rows: [[String]]

    /// The cells of a column; empty without it.
    func column(_ name: String) -> [String] {
        guard let index = head.firstIndex(of: name) else { return [] }
        return rows.map { $0[index] }
    }

    /// Each row's cells by the words of the head.
    var records: [[String: String]] {
        rows.map { Dictionary(uniqueKeysWithValues: zip(head, $0)) }
    }
}

/// A page of Wiring/.
struct Sheet {
    let name: String
    let text: String
    let tables: [SheetTable]

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let names = [
        "board-buttons-lamps", "rs485-bus", "unit-display", "flashing-header", "kiosk",
    ]

    static func all() throws -> [Sheet] { try names.map(Sheet.init) }

    static func file(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    init(_ name: String) throws {
        self.init(name: name, text: try Self.file("Wiring/\(name).md"))
    }

    init(name: String, text: String) {
        self.name = name
        self.text = text
        var tables: [SheetTable] = []
        var block: [[String]] = []
        func close() {
            if block.count > 2 {
                tables.append(SheetTable(head: block[0], rows: Array(block.dropFirst(2))))
            }
            block = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|"), line.hasSuffix("|"), line.count > 1 else {
                close()
                continue
            }
            block.append(
                line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                    .map { $0.trimmingCharacters(in: .whitespaces) })
        }
        close()
        self.tables = tables
    }

    /// The rows of all tables that have these columns.
    func records(with columns: String...) -> [[String: String]] {
        tables.filter { Set($0.head).isSuperset(of: columns) }.flatMap(\.records)
    }

    /// The bill of materials.
    var parts: [PartRow] {
        records(with: "ref", "part", "per", "quantity").map {
            PartRow(
                ref: $0["ref"] ?? "", part: $0["part"] ?? "", per: $0["per"] ?? "",
                quantity: Int($0["quantity"] ?? "") ?? 0)
        }
    }

    /// Values by name: those of the sheet's list, and resistors and capacitors by reference.
    var values: [String: Double] {
        var values: [String: Double] = [:]
        for row in records(with: "name", "value") {
            if let name = row["name"], let value = Quantity(row["value"] ?? "") {
                values[name] = value.amount
            }
        }
        for row in parts where row.ref.hasPrefix("R") || row.ref.hasPrefix("C") {
            if let value = Quantity(row.part) { values[row.ref] = value.amount }
        }
        return values
    }
}

/// A row of a bill of materials.
struct PartRow {
    let ref: String
    let part: String
    let per: String
    let quantity: Int
}
