// SPDX-License-Identifier: Apache-2.0

// What makes a database one of ours: its mark, its version, the steps that led to its tables, and
// the tables as the present version reads and writes them.

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
    /// The columns that no two rows have alike.
    let key: [String]
    /// Adds a row; a row with the same key is an error.
    let insertSQL: String
    /// Adds a row in place of one with the same key.
    let replaceSQL: String
    /// Reads the columns of all rows; a WHERE or ORDER BY may follow.
    let selectSQL: String
    /// Rows in the order of their keys.
    let orderSQL: String

    init(_ name: String, keys: Int = 1, _ columns: String...) {
        self.init(name, keys: keys, columns)
    }

    /// A table whose first `keys` columns are its key.
    init(_ name: String, keys: Int = 1, _ columns: [String]) {
        self.init(name, key: Array(columns.prefix(keys)), columns)
    }

    init(_ name: String, key: [String], _ columns: [String]) {
        self.name = name
        self.columns = columns
        self.key = key
        let list = columns.joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        insertSQL = "INSERT INTO \(name) (\(list)) VALUES (\(marks))"
        let rest = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }
        replaceSQL =
            insertSQL + " ON CONFLICT (\(key.joined(separator: ", "))) DO "
            + (rest.isEmpty ? "NOTHING" : "UPDATE SET " + rest.joined(separator: ", "))
        selectSQL = "SELECT \(list) FROM \(name)"
        orderSQL = " ORDER BY " + key.joined(separator: ", ")
    }

    /// Adds a row.
    func insert(_ row: RowWriter, in db: any RowBase) throws {
        try db.run(insertSQL, row.values)
    }

    /// Adds a row or replaces the one with its key.
    func replace(_ row: RowWriter, in db: any RowBase) throws {
        try db.run(replaceSQL, row.values)
    }

    /// Reads rows, each by `read`; all of them in the order of their keys, unless a suffix says
    /// which and how.
    func rows<Value>(
        in db: any RowBase, _ suffix: String? = nil, _ arguments: [ColumnValue] = [],
        read: (inout RowReader) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try db.fetch(selectSQL + (suffix ?? orderSQL), arguments) { row in
            var reader = RowReader(row, of: self)
            values.append(try read(&reader))
        }
        return values
    }
}
