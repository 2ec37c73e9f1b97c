// SPDX-License-Identifier: Apache-2.0

// Values of the core to columns and back. Names, identities, numbers and states are texts that a
// person reads with the sqlite3 tool; counts are integers, a UInt64 by its bit pattern. What is
// read is checked as if a stranger had written it: a damaged file must not crash the daemon.

import QueueCore

/// Collects the columns of one row, in the order of its ``Table``.
struct RowWriter {
    private(set) var values: [ColumnValue] = []

    init() { values.reserveCapacity(16) }

    mutating func add(_ text: String?) { values.append(ColumnValue(text)) }
    mutating func add(_ number: (some FixedWidthInteger)?) {
        values.append(number.map { ColumnValue($0) } ?? .null)
    }
    mutating func add(_ flag: Bool) { values.append(.integer(flag ? 1 : 0)) }
    mutating func add(_ day: ServiceDay) { add(day.description) }
    mutating func add(_ name: Name?) { add(name?.description) }
    mutating func add(_ epoch: Epoch?) { add(epoch?.description) }
    mutating func add(_ ticket: TicketID?) { add(ticket?.description) }
    mutating func add(_ number: TicketNumber?) { add(number?.description) }
    mutating func add(_ series: Series) { add(series.description) }
}

/// Takes the columns of one row apart, in the order of its ``Table``.
struct RowReader {
    private let row: [ColumnValue]
    private let table: Table
    private var index = 0

    init(_ row: [ColumnValue], of table: Table) {
        self.row = row
        self.table = table
    }

    /// An error that says where the bad value of the column last read is.
    func bad(_ what: String) -> BadRow {
        let names = table.columns
        let column = names.indices.contains(index - 1) ? names[index - 1] : "?"
        return BadRow(what: "\(what) in column \(column) of table \(table.name)")
    }

    private mutating func next() -> ColumnValue {
        defer { index += 1 }
        return index < row.count ? row[index] : .null
    }

    mutating func textIfAny() throws(BadRow) -> String? {
        switch next() {
        case .null: return nil
        case .text(let text): return text
        default: throw bad("a value that is no text")
        }
    }

    mutating func integerIfAny<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(BadRow) -> Number? {
        switch next() {
        case .null: return nil
        case .integer(let value):
            guard let number = Number(exactly: value) else { throw bad("\(value)") }
            return number
        default: throw bad("a value that is no integer")
        }
    }

    mutating func text() throws(BadRow) -> String { try required(textIfAny()) }

    mutating func integer<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self
    ) throws(BadRow) -> Number {
        try required(integerIfAny(type))
    }

    mutating func counter() throws(BadRow) -> UInt64 {
        UInt64(bitPattern: try integer(Int64.self))
    }

    mutating func flag() throws(BadRow) -> Bool {
        let value = try integer(Int64.self)
        guard value == 0 || value == 1 else { throw bad("\(value)") }
        return value == 1
    }

    mutating func time() throws(BadRow) -> WallTime { WallTime(try integer()) }

    /// A service day: a text where it may be a part of its date, or the count of a date.
    mutating func day() throws(BadRow) -> ServiceDay {
        switch next() {
        case .text(let text):
            guard let day = ServiceDay(text) else { throw bad("\"\(text)\"") }
            return day
        case .integer(let value):
            guard let count = Int32(exactly: value) else { throw bad("\(value)") }
            return ServiceDay(count)
        default: throw bad("a value that is no day")
        }
    }
    mutating func nameIfAny() throws(BadRow) -> Name? { try parsedIfAny { Name($0) } }
    mutating func name() throws(BadRow) -> Name { try required(nameIfAny()) }
    mutating func epochIfAny() throws(BadRow) -> Epoch? { try parsedIfAny { Epoch($0) } }
    mutating func epoch() throws(BadRow) -> Epoch { try required(epochIfAny()) }
    mutating func ticketIDIfAny() throws(BadRow) -> TicketID? { try parsedIfAny { TicketID($0) } }
    mutating func ticketID() throws(BadRow) -> TicketID { try required(ticketIDIfAny()) }
    mutating func numberIfAny() throws(BadRow) -> TicketNumber? {
        try parsedIfAny { TicketNumber($0) }
    }
    mutating func number() throws(BadRow) -> TicketNumber { try required(numberIfAny()) }
    mutating func series() throws(BadRow) -> Series { try parsed { Series($0) } }

    mutating func codeIfAny() throws(BadRow) -> TrackingCode? {
        try parsedIfAny { TrackingCode($0) }
    }

    mutating func parsed<Value>(_ parse: (String) -> Value?) throws(BadRow) -> Value {
        try required(parsedIfAny(parse))
    }

    private mutating func parsedIfAny<Value>(
        _ parse: (String) -> Value?
    ) throws(BadRow) -> Value? {
        guard let text = try textIfAny() else { return nil }
        guard let value = parse(text) else { throw bad("\"\(text)\"") }
        return value
    }

    private func required<Value>(_ value: Value?) throws(BadRow) -> Value {
        guard let value else { throw bad("nothing") }
        return value
    }
}
