// SPDX-License-Identifier: Apache-2.0

// What makes a database one of ours: its mark, its version, the steps that led to its tables, and
// the tables as the present version reads and writes them.

import GRDB

/// The tables of one of the two machines.
struct Schema: Sendable {
    /// One step from an older version to the next; once released it is never changed.
    struct Step: Sendable {
        /// The name that the database remembers the step by.
        let name: String
        /// What the step does.
        let sql: String
    }

    /// What the database is of, in words.
    let owner: String
    /// SQLite's `application_id`: four ASCII letters.
    let applicationID: Int32
    /// The steps, oldest first; their count is the version, SQLite's `user_version`.
    let steps: [Step]
    /// The tables that are checked at each start, however large the database is.
    let liveTables: [Table]

    /// The version that this source writes.
    var version: Int { steps.count }
}

/// A table's columns in the order in which rows are written and read.
struct Table: Sendable {
    let name: String
    let columns: [String]
    /// Adds a row; a row with the same key is an error.
    let insertSQL: String
    /// Adds a row in place of one with the same key.
    let replaceSQL: String
    /// Reads the columns of all rows; a WHERE or ORDER BY may follow.
    let selectSQL: String

    init(_ name: String, _ columns: String...) { self.init(name, columns) }

    init(_ name: String, _ columns: [String]) {
        self.name = name
        self.columns = columns
        let list = columns.joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        insertSQL = "INSERT INTO \(name) (\(list)) VALUES (\(marks))"
        replaceSQL = "INSERT OR REPLACE INTO \(name) (\(list)) VALUES (\(marks))"
        selectSQL = "SELECT \(list) FROM \(name)"
    }

    /// Adds a row.
    func insert(_ row: RowWriter, in db: Database) throws {
        try db.run(insertSQL, row.values)
    }

    /// Adds a row or replaces the one with its key.
    func replace(_ row: RowWriter, in db: Database) throws {
        try db.run(replaceSQL, row.values)
    }

    /// Reads rows, each by `read`.
    func rows<Value>(
        in db: Database, _ suffix: String = "", _ arguments: [DatabaseValue] = [],
        read: (inout RowReader) throws -> Value
    ) throws -> [Value] {
        let statement = try db.cachedStatement(sql: selectSQL + suffix)
        let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        var values: [Value] = []
        while let row = try cursor.next() {
            var reader = RowReader(row, table: name)
            values.append(try read(&reader))
        }
        return values
    }
}

extension Database {
    /// Executes a statement that is prepared once for the life of the connection.
    func run(_ sql: String, _ values: [DatabaseValue]) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}
