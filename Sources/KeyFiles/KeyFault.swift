// SPDX-License-Identifier: Apache-2.0

// Why a file is no key, or can't become one: each says what happened, where, and what to do.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What is wrong with a file or a folder of keys. Nothing of a secret stands in it.
public enum KeyFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It can't be read.
    case unreadable(path: String, reason: String)
    /// Others than its owner may read or write it.
    case open(path: String, mode: UInt32)
    /// It is no plain file, or belongs to somebody else.
    case foreign(path: String)
    /// It is not one line of an identity and a secret.
    case malformed(path: String)
    /// Its line is the key of another identity than the file's name says.
    case misnamed(path: String, identity: String)
    /// It can't be written.
    case unwritable(path: String, reason: String)
    /// The folder holds more keys than are read.
    case tooMany(path: String, max: Int)

    /// The file or folder that it is about.
    public var path: String {
        switch self {
        case .unreadable(let path, _), .open(let path, _), .foreign(let path),
            .malformed(let path), .misnamed(let path, _), .unwritable(let path, _),
            .tooMany(let path, _):
            path
        }
    }

    /// The fault in a sentence.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
        case .open(let path, let mode):
            "the key \(path) is open to others (mode \(String(mode, radix: 8))): have a new one made, "
                + "and run chmod 600 \(path)"
        case .foreign(let path):
            "the key \(path) must be a plain file that belongs to this program's user or to root"
        case .malformed(let path):
            "the key \(path) must be one line, a name, \":\" and 64 hexadecimal digits: make one "
                + "with 'nobatctl key new'"
        case .misnamed(let path, let identity):
            "the file \(path) holds the key of \(identity): name it so, or put the right one there"
        case .unwritable(let path, let reason):
            "\(path) can't be written: \(reason)"
                + ([EACCES, EPERM].map(KeyFile.sentence).contains(reason) ? "; use sudo" : "")
        case .tooMany(let path, let max):
            "the folder \(path) holds more than \(max) keys: the others are not read"
        }
    }
}
