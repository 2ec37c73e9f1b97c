// SPDX-License-Identifier: Apache-2.0

// What rows are written to and read from, whichever database it is: SQLite's on this machine, or a
// server's that several nodes share. The statements are the same for both; their parameters are `?`.

import QueueCore

/// A column's value, as both databases have it.
enum ColumnValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    /// Something that no version of ours has written, such as a blob.
    case foreign

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ number: some FixedWidthInteger) { self = .integer(Int64(truncatingIfNeeded: number)) }
}

/// A connection to a database, within a transaction where one is needed.
protocol RowBase: AnyObject {
    /// Executes a statement. Its error may come later, but within the transaction.
    func run(_ sql: String, _ values: [ColumnValue]) throws

    /// Executes a statement and returns how many rows it changed.
    func change(_ sql: String, _ values: [ColumnValue]) throws -> Int

    /// Reads rows, each by `body`.
    func fetch(
        _ sql: String, _ values: [ColumnValue], _ body: ([ColumnValue]) throws -> Void
    ) throws
}

extension RowBase {
    /// The first column of the first row, an integer; nil when there is no row, or nothing in it.
    func integer(_ sql: String, _ values: [ColumnValue] = []) throws -> Int64? {
        var found: Int64?
        var isFirst = true
        try fetch(sql, values) { row in
            if isFirst, case .integer(let value)? = row.first { found = value }
            isFirst = false
        }
        return found
    }
}

/// Where a store's rows are kept: it gives transactions, and says what went wrong in our words.
protocol RowKeeper: AnyObject {
    /// Where that is, for a person: a path, or a server's address without its password.
    var place: String { get }

    /// What the audit says of the next commit, and is written with it.
    var alongside: [AuditEntry] { get set }

    /// Changes rows in one transaction, all or nothing; durable on return.
    func write<Value>(_ body: (any RowBase) throws -> Value) throws(StoreError) -> Value

    /// Reads rows as of one moment.
    func read<Value>(_ body: (any RowBase) throws -> Value) throws(StoreError) -> Value

    /// Runs SQL outside of a transaction, errors as they come; for tests.
    func execute(_ sql: String) throws
}
