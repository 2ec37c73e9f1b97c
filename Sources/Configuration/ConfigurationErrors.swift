// SPDX-License-Identifier: Apache-2.0

// What is wrong with a configuration file: everything at once, each thing with its place, so that
// a technician corrects the file in one go.

/// One thing that is wrong with a configuration file.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file, as it was named by whoever asked for it.
    public let file: String
    /// The line, from 1; 0 when the file as a whole is meant.
    public let line: Int
    /// The column in Unicode scalars, from 1; 0 when the file as a whole is meant.
    public let column: Int
    /// What is wrong.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    /// An error from its parts.
    public init(file: String, line: Int, column: Int, problem: String, remedy: String) {
        self.file = file
        self.line = line
        self.column = column
        self.problem = problem
        self.remedy = remedy
    }

    /// `file:line:column: what is wrong; what to do`.
    public var description: String {
        line == 0
            ? "\(file): \(problem); \(remedy)" : "\(file):\(line):\(column): \(problem); \(remedy)"
    }
}

/// Everything that is wrong with a configuration file, in the order of the lines; never empty.
public struct ConfigurationErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The errors, by line and column.
    public let errors: [ConfigurationError]

    /// All errors of a file, in any order.
    public init(_ errors: [ConfigurationError]) {
        precondition(!errors.isEmpty, "errors without an error")
        let byPlace = errors.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }
        self.errors = byPlace.map(\.element)
    }

    /// One line for each error.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
