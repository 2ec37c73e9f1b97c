// SPDX-License-Identifier: Apache-2.0

// Comma-separated values (RFC 4180) as spreadsheets write them, with the place of every cell: a person
// corrects a list by line and column, so a reader that only gives the cells will not do.

/// The rows of a text of comma-separated values.
public struct CsvText: Sendable {
    /// A cell and where it begins.
    public struct Cell: Hashable, Sendable {
        /// The text, without its quotes.
        public var text: String
        /// The line of the file, from 1.
        public var line: Int
    }

    /// Something that is no table.
    public struct Fault: Error, Hashable, Sendable {
        /// The line of the file, from 1.
        public var line: Int
        /// What is wrong and what to do.
        public var reason: String
    }

    /// The rows that are not empty, each with at least one cell.
    public private(set) var rows: [[Cell]] = []

    /// Columns of a row: far more than any list has; a file of another kind is soon noticed.
    public static let columnsMax = 64

    private var cells: [Cell] = []
    private var text = String.UnicodeScalarView()
    private var line = 1
    private var cellLine = 1
    private var isQuoted = false
    private var wasQuoted = false

    /// Reads a text. Cells are divided by commas, or by semicolons or tabs when the first line has more
    /// of those; lines end with LF or CR LF; a mark of the byte order is passed over.
    public init(_ content: String) throws(Fault) {
        let scalars = Array(content.unicodeScalars.drop { $0 == "\u{FEFF}" })
        let divider = Self.divider(scalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if isQuoted {
                guard scalar == "\"" else {
                    if scalar == "\n" { line += 1 }
                    text.append(scalar)
                    continue
                }
                let isDoubled = index < scalars.count && scalars[index] == "\""
                if isDoubled {
                    text.append(scalar)
                    index += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch scalar {
            case "\"": try openQuote()
            case divider: try endCell()
            case "\r" where index == scalars.count || scalars[index] == "\n": break
            case "\n":
                try endCell()
                endRow()
                line += 1
                cellLine = line
            case _ where wasQuoted:
                throw Fault(line: line, reason: "a quoted cell goes on after its closing quote")
            default: text.append(scalar)
            }
        }
        guard !isQuoted else {
            throw Fault(line: cellLine, reason: "the quote that opens here is never closed")
        }
        try endCell()
        endRow()
    }

    private static func divider(_ scalars: [Unicode.Scalar]) -> Unicode.Scalar {
        let first = scalars.prefix { $0 != "\n" }
        let dividers: [Unicode.Scalar] = [",", ";", "\t"]
        let counts = dividers.map { divider in (divider, first.count { $0 == divider }) }
        return counts.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0.0 : nil } ?? ","
    }

    private mutating func openQuote() throws(Fault) {
        guard text.isEmpty, !wasQuoted else {
            throw Fault(
                line: line, reason: "a quote stands amid a cell; put the whole cell in quotes")
        }
        isQuoted = true
        wasQuoted = true
    }

    private mutating func endCell() throws(Fault) {
        guard cells.count < Self.columnsMax else {
            throw Fault(line: line, reason: "more than \(Self.columnsMax) columns")
        }
        cells.append(Cell(text: String(text), line: cellLine))
        text = String.UnicodeScalarView()
        wasQuoted = false
        cellLine = line
    }

    private mutating func endRow() {
        if cells.contains(where: { !$0.text.isEmpty }) { rows.append(cells) }
        cells = []
    }
}
