// SPDX-License-Identifier: Apache-2.0

// SQLite as a place of rows.

import GRDB
import GRDBSQLite

extension Database: RowBase {
    /// Executes a statement that is prepared once for the life of the connection.
    func run(_ sql: String, _ values: [ColumnValue]) throws {
        let statement = try cachedStatement(sql: sql)
        // Each value as an argument of GRDB costs as much as the rest of a commit: they are bound here.
        statement.setUncheckedArguments(StatementArguments())
        guard sqlite3_bind_parameter_count(statement.sqliteStatement) == values.count else {
            throw DatabaseError(
                resultCode: .SQLITE_MISUSE, message: "\(values.count) values for \(sql)")
        }
        for (index, value) in values.enumerated() {
            let code = value.bind(to: statement.sqliteStatement, at: Int32(index + 1))
            guard code == SQLITE_OK else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code), message: "binding: \(sql)")
            }
        }
        try statement.execute()
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

extension ColumnValue {
    /// Binds the value to a parameter, from 1; SQLite keeps a copy of a text.
    fileprivate func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        switch self {
        case .null, .foreign: return sqlite3_bind_null(statement, index)
        case .integer(let number): return sqlite3_bind_int64(statement, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                // No pointer would be NULL.
                guard !bytes.isEmpty else {
                    return sqlite3_bind_text(statement, index, "", 0, Self.copied)
                }
                return bytes.withMemoryRebound(to: CChar.self) { bytes in
                    sqlite3_bind_text(
                        statement, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
                }
            }
        }
    }

    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
