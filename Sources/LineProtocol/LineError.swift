// SPDX-License-Identifier: Apache-2.0

// What is wrong with a line. The complaint is for programs, the detail for the person who reads a
// log or types at the other end; neither can be used to smuggle a peer's bytes into a terminal.
import QueueCore

/// A line that is not a message.
public struct LineError: Error, Hashable, Sendable {
    /// The error's name on the wire.
    public let complaint: Complaint

    /// What is wrong and where, in one sentence of printable ASCII of at most
    /// ``LineLimits/detailBytesMax`` bytes. Columns count bytes from 1.
    public let detail: String

    /// An error; `detail` must be printable ASCII and hold nothing that a peer could choose freely.
    public init(_ complaint: Complaint, _ detail: String) {
        self.complaint = complaint
        self.detail = detail
    }

    static func badLine(column index: Int, _ what: String) -> LineError {
        LineError(.badLine, "column \(index + 1): \(what)")
    }

    static func missing(_ key: Key, _ verb: Verb) -> LineError {
        LineError(.missingKey, "\(verb.rawValue): key \(key) is missing")
    }

    static func badValue(_ key: Key, _ verb: Verb, column index: Int, _ must: String) -> LineError {
        LineError(.badValue, "\(verb.rawValue), column \(index + 1): \(key) must be \(must)")
    }
}
