// SPDX-License-Identifier: Apache-2.0

// What was found when a store was opened. The daemon says it, loudly when something was set aside,
// because the machine then comes up under a new epoch.

/// What opening a store found and did.
public struct OpeningReport: Hashable, Sendable {
    /// Why a database could not be used.
    public enum Why: String, CaseIterable, Sendable {
        /// It is not a database, or its contents are broken.
        case damaged
        /// It is a sound database of another program, of the other daemon, or of a newer version.
        case foreign
    }

    /// What became of the database.
    public enum Outcome: Hashable, Sendable {
        /// It was there and is sound.
        case existing
        /// There was none; an empty one was made.
        case fresh
        /// The one that was there was moved to `movedTo` and an empty one was made.
        case replaced(Why, reason: String, movedTo: String)
    }

    /// The database, as an absolute path.
    public let path: String
    /// What became of it.
    public let outcome: Outcome
    /// The journal mode as SQLite reads it back.
    public let journalMode: String
    /// The synchronous setting as SQLite reads it back; 2 is FULL.
    public let synchronous: Int
    /// Whether the whole file was checked; false when only its live tables were, for its size.
    public let wasWhollyChecked: Bool

    /// Whether the rows begin empty, under the fresh epoch.
    public var isFresh: Bool { outcome != .existing }

    /// Whether a database was there and had to be set aside.
    public var isReplaced: Bool { if case .replaced = outcome { true } else { false } }

    /// The outcome as a sentence for the log.
    public var sentence: String {
        switch outcome {
        case .existing:
            "opened \(path)"
        case .fresh:
            "there was no database at \(path): an empty one was made, under a new epoch"
        case .replaced(let why, let reason, let movedTo):
            "the database \(path) could not be used (\(why.rawValue): \(reason)): it is now "
                + "\(movedTo), and nothing of it was deleted; an empty one was made, under a new epoch. "
                + "Keep the file until both sides agree"
        }
    }
}
