// SPDX-License-Identifier: Apache-2.0

// Why rows could not be read or written: a kind for the daemon, which decides by it, and a sentence
// for the person who has to mend it.

import GRDB

/// A failure of the disk, of the file on it, or of what was asked of them. A failed commit has
/// written nothing.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program decides by.
    public enum Kind: String, CaseIterable, Sendable {
        /// The disk, or the file's size limit, is used up. Commits work again when there is room.
        case full
        /// The file, its directory or the whole disk may not be written.
        case readOnly = "read-only"
        /// The disk reported an error; what it holds is known only after the store is opened anew.
        case io
        /// What was read is not what was written.
        case corrupt
        /// Another program has the database.
        case busy
        /// The changes contradict the rows: a defect of the caller, never of the disk.
        case inconsistent
        /// The session with a database server is gone, or can't be had. Another node may keep the rows
        /// now: nothing may be acknowledged any more.
        case lost
        /// Anything else, such as a missing directory.
        case other
    }

    /// What a program decides by.
    public let kind: Kind
    /// The file or directory that it is about.
    public let path: String
    /// What happened, where, and what to do next.
    public let sentence: String

    /// An error from its parts.
    public init(kind: Kind, path: String, sentence: String) {
        self.kind = kind
        self.path = path
        self.sentence = sentence
    }

    /// The sentence.
    public var description: String { sentence }
}

/// A row that no version of ours has written.
struct BadRow: Error, Hashable {
    /// What is wrong with it, and where.
    let what: String
}

/// Changes that contradict the rows.
struct Contradiction: Error, Hashable {
    /// What contradicts what.
    let what: String
}

extension StoreError {
    /// The error of ours for whatever ended `action` ("write", "read") on the database at `path`.
    init(_ error: any Error, action: String, path: String) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as BadRow:
            self.init(
                kind: .corrupt, path: path,
                sentence: "\(path) holds what can't be understood: \(error.what); "
                    + "restart, so that it is set aside and a new one begun")
        case let error as Contradiction:
            self.init(
                kind: .inconsistent, path: path,
                sentence: "nothing was written to \(path), because \(error.what); "
                    + "this is a defect of the program: report it with its log")
        case let error as DatabaseError:
            self.init(error, action: action, path: path)
        case let error as ServerFault:
            self.init(error, action: action, place: path)
        case let error as SessionLost:
            self.init(error, action: action, place: path)
        default:
            self.init(kind: .other, path: path, sentence: "can't \(action) \(path): \(error)")
        }
    }

    private init(_ error: DatabaseError, action: String, path: String) {
        let kind = Self.kind(of: error)
        let said = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        self.init(
            kind: kind, path: path,
            sentence: "can't \(action) \(path): \(said); \(Self.advice(for: kind, path: path))")
    }

    static func kind(of error: DatabaseError) -> Kind {
        if error.extendedResultCode == .SQLITE_IOERR_CORRUPTFS { return .corrupt }
        return switch error.resultCode {
        case .SQLITE_FULL: .full
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .readOnly
        case .SQLITE_IOERR: .io
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_CONSTRAINT: .inconsistent
        default: .other
        }
    }

    private static func advice(for kind: Kind, path: String) -> String {
        switch kind {
        case .full: "free some space on its disk; nothing of this change was written"
        case .readOnly: "make the file and its directory writable for this user"
        case .io: "look at the kernel's log, replace the card or disk if need be, then restart"
        case .corrupt: "restart, so that the file is set aside and a new one begun"
        case .busy: "end the other program that has it open, perhaps a sqlite3 tool"
        case .inconsistent: "this is a defect of the program: report it with its log"
        case .lost, .other: "see that the path is right and that this user may use it"
        }
    }
}
