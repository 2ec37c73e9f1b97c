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

    /// Databases of one name and kind that are set aside; beyond it a person has to clear up.
    public static let setAsideMax = 999
}
