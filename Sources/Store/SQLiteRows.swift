// SPDX-License-Identifier: Apache-2.0

// SQLite as a place of rows.

import GRDB

extension Database: RowBase {
    /// Executes a statement that is prepared once for the life of the connection.
    func run(_ sql: String, _ values: [ColumnValue]) throws {
        try cachedStatement(sql: sql).execute(arguments: Self.arguments(values))
    }

    func change(_ sql: String, _ values: [ColumnValue]) throws -> Int {
        try run(sql, values)
        return changesCount
    }

    func fetch(
        _ sql: String, _ values: [ColumnValue], _ body: ([ColumnValue]) throws -> Void
    ) throws {
        let statement = try cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(values))
        while let row = try cursor.next() {
            try body(
                row.databaseValues.map { value in
                    switch value.storage {
                    case .null: .null
                    case .int64(let number): .integer(number)
                    case .string(let text): .text(text)
                    default: .foreign
                    }
                })
        }
    }

    private static func arguments(_ values: [ColumnValue]) -> StatementArguments {
        StatementArguments(
            values.map { value -> DatabaseValue in
                switch value {
                case .integer(let number): number.databaseValue
                case .text(let text): text.databaseValue
                case .null, .foreign: .null
                }
            })
    }
}
