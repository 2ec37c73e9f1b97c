// SPDX-License-Identifier: Apache-2.0

/// Every bound of the store, in one place, each with the reason for its figure.
public enum StoreLimits {
    /// Service days of history that a central keeps unless told otherwise: a year, and a month to
    /// compare it with.
    public static let historyDaysKept: Int32 = 400

    /// History lines that one call of `pruneHistory` removes at most: a fraction of a second on a
    /// slow disk, so that presses never wait long behind it.
    public static let pruneBatchMax = 5_000

    /// History lines that one page holds at most: some megabytes in memory.
    public static let historyPageMax = 10_000

    /// How long another program's write is waited for, in milliseconds; nobody else should write,
    /// and a press must not wait longer than a person notices.
    public static let busyTimeoutMs = 250

    /// Pages in the write-ahead log before they are moved into the database (4 MiB of 4 KiB pages):
    /// seldom enough for a slow card, soon enough that starting up reads little.
    public static let checkpointPages = 1_000

    /// The size in bytes that the write-ahead log is cut back to after a checkpoint: twice the
    /// above.
    public static let journalBytesMax = 8 << 20

    /// The largest database in bytes that is checked whole when it is opened; of a larger one only
    /// the live tables are, since a year's history would take minutes.
    public static let wholeCheckBytesMax: Int64 = 256 << 20

    /// Findings of the check that are quoted: the first few say enough.
    public static let findingsMax = 3

    /// Rows of the audit that are kept: a hundred acts on every day of two and a half years.
    public static let auditRowsMax = 100_000

    /// Rows of the audit that one page holds at most: an answer of some hundred kilobytes.
    public static let auditPageMax = 1_000

    /// Pages that a backup copies at a time (512 KiB of 4 KiB pages), between which presses have the
    /// disk for themselves.
    public static let backupPages: Int32 = 128

    /// How long a backup waits after so many pages, in microseconds: a hundred megabytes take a
    /// second longer for it.
    public static let backupPauseMicroseconds: UInt32 = 5_000

    /// What a backup leaves free on its disk, in bytes: days of presses.
    public static let backupReserveBytes: Int64 = 16 << 20

    /// How long one host of a server's address is tried, in seconds; libpq takes no less.
    public static let serverConnectSeconds = 2

    /// How long a server may be silent while an answer is awaited, in milliseconds: with the time
    /// after which another node takes over, controllers are without a central for less than 5 s.
    public static let serverSilenceMs = 2_000

    /// The same while a node that has just taken over makes and reads the tables: a year's history
    /// may have to be put in order first.
    public static let serverOpeningSilenceMs = 60_000

    /// How long somebody else's lock of a table is waited for, in milliseconds: less than the above,
    /// so that it is an error and not the end of the session.
    public static let serverLockMs = 1_000

    /// How often a node tells the others that it lives, in milliseconds.
    public static let serverBeatMs = 500

    /// How often a node in waiting looks, in milliseconds.
    public static let serverLookMs = 250

    /// How long a node may give no sign of life before its session is ended, in milliseconds: five
    /// beats, and longer than it waits for the server itself.
    public static let serverHolderSilentMs = 2_500

    /// The same before a node's first beat, while it makes or reads the tables: longer than it may take
    /// for one statement of that. One that dies is not waited for: its session ends.
    public static let serverOpenerSilentMs = 75_000

    /// Databases of one name and kind that are set aside; beyond it a person has to clear up.
    public static let setAsideMax = 999
}
