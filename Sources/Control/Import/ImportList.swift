// SPDX-License-Identifier: Apache-2.0

// A list of appointments as a spreadsheet has it. Every error is told with its line and column, as many
// as there are, before anything is asked of the central.

import QueueCore

/// The rows of a list of appointments.
public struct ImportList: Sendable {
    /// Everything that is wrong with a list.
    public struct Faults: Error, Sendable {
        /// The errors, in order of the lines.
        public var errors: [ImportError]
        /// How many more there are.
        public var more: Int

        /// What is wrong.
        public init(errors: [ImportError], more: Int = 0) {
            self.errors = errors
            self.more = more
        }
    }

    /// The rows.
    public let rows: [ImportRow]

    /// Reads `doctor,date,time,mobile[,class]`, in any order of the columns; the first row holds these
    /// headings. Dates are Jalali; digits may be Latin, Persian or Arabic.
    public init(_ content: String) throws(Faults) {
        let table: CsvText
        do throws(CsvText.Fault) {
            table = try CsvText(content)
        } catch {
            throw Faults(errors: [
                ImportError(line: error.line, column: nil, reason: error.reason)
            ])
        }
        guard let head = table.rows.first else {
            let reason = "the list is empty; its first line is \(Self.headings)"
            throw Faults(errors: [ImportError(line: 1, column: nil, reason: reason)])
        }
        let places: [ImportColumn: Int]
        do throws(ImportError) {
            places = try Self.places(head)
        } catch {
            throw Faults(errors: [error])
        }
        var rows: [ImportRow] = []
        var errors: [ImportError] = []
        for cells in table.rows.dropFirst() {
            var reader = RowCells(cells: cells, places: places, width: head.count)
            if let row = reader.row() { rows.append(row) }
            errors += reader.errors
        }
        if errors.isEmpty, rows.isEmpty {
            let line = head[0].line + 1
            errors = [ImportError(line: line, column: nil, reason: "the list has no rows")]
        }
        guard errors.isEmpty else {
            let told = errors.prefix(AppointmentLimits.importErrorsMax)
            throw Faults(errors: Array(told), more: errors.count - told.count)
        }
        self.rows = rows
    }

    private static let headings = "doctor,date,time,mobile or doctor,date,time,mobile,class"

    private static func places(
        _ head: [CsvText.Cell]
    ) throws(ImportError) -> [ImportColumn: Int] {
        var places: [ImportColumn: Int] = [:]
        for (place, cell) in head.enumerated() {
            let word = cell.text.trimmed.lowercased()
            guard let column = ImportColumn(rawValue: word) else {
                throw ImportError(
                    line: cell.line, column: nil,
                    reason:
                        "column \(place + 1) has no known heading; the first line is \(headings)")
            }
            guard places.updateValue(place, forKey: column) == nil else {
                throw ImportError(
                    line: cell.line, column: column, reason: "two columns have this heading")
            }
        }
        for column in ImportColumn.allCases where column != .priority && places[column] == nil {
            throw ImportError(
                line: head[0].line, column: column,
                reason: "no column has this heading; the first line is \(headings)")
        }
        return places
    }
}

/// One row being read.
private struct RowCells {
    let cells: [CsvText.Cell]
    let places: [ImportColumn: Int]
    let width: Int
    var errors: [ImportError] = []

    init(cells: [CsvText.Cell], places: [ImportColumn: Int], width: Int) {
        self.cells = cells
        self.places = places
        self.width = width
    }

    private var line: Int { cells[0].line }

    mutating func row() -> ImportRow? {
        guard cells.count == width else {
            let reason = "the row has \(cells.count) cells, the first line has \(width)"
            errors.append(ImportError(line: line, column: nil, reason: reason))
            return nil
        }
        let doctor = read(.doctor, "a doctor's code, 1 to \(AppointmentLimits.codeMax)") {
            Digits.number($0, max: Int(AppointmentLimits.codeMax)).flatMap { $0 > 0 ? $0 : nil }
        }
        let date = read(.date, "a Jalali date such as 1405/09/02") { JalaliDate($0) }
        let time = read(.time, "a time of day such as 08:30") { text in
            LocalTime(text).flatMap { $0 < .end ? $0 : nil }
        }
        let mobile = read(.mobile, "a mobile number: 09 and nine more digits", isPrivate: true) {
            MobileNumber(typed: $0)
        }
        let words = PriorityClass.allCases.map(\.word).joined(separator: ", ")
        let priority =
            places[.priority] == nil
            ? .normal
            : read(.priority, "one of \(words), or nothing") {
                $0.isEmpty ? .normal : PriorityClass(word: $0)
            }
        guard let doctor, let date, let time, let mobile, let priority else { return nil }
        return ImportRow(
            line: line, doctor: DoctorCode(doctor), date: date.serviceDay, time: time,
            mobile: mobile, priority: priority)
    }

    private mutating func read<Value>(
        _ column: ImportColumn, _ expected: String, isPrivate: Bool = false,
        _ parse: (String) -> Value?
    ) -> Value? {
        let text = places[column].map { cells[$0].text.trimmed } ?? ""
        if let value = parse(text) { return value }
        // A cell in the wrong column, or with a word beside its number, may tell whom, or open what it
        // must not.
        let isPrivate = isPrivate || Self.hasPrivateDigits(text)
        let shown = text.isEmpty ? "nothing" : isPrivate ? "something else" : Self.shown(text)
        errors.append(
            ImportError(
                line: line, column: column, reason: "\(expected) must stand here, not \(shown)"))
        return nil
    }

    /// Whether as many digits as a tracking code has stand in a row, as a mobile number's do; people
    /// put spaces, dashes and marks of the reading's direction among them.
    private static func hasPrivateDigits(_ text: String) -> Bool {
        var inARow = 0
        for scalar in text.unicodeScalars {
            if Digits.value(scalar) != nil {
                inARow += 1
                if inARow >= TrackingCode.length { return true }
            } else if scalar != " ", scalar.properties.generalCategory != .dashPunctuation,
                scalar.properties.generalCategory != .format
            {
                inARow = 0
            }
        }
        return false
    }

    /// A cell in quotes, without what would do something to a terminal, and not too long.
    private static func shown(_ text: String) -> String {
        let safe = text.unicodeScalars.prefix(40).map {
            $0.properties.generalCategory == .control || $0.properties.generalCategory == .format
                ? "?" : String($0)
        }
        return "\"\(safe.joined())\""
    }
}

extension String {
    /// The text without spaces at its ends.
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in character.isWhitespace }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
