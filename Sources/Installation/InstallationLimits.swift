// SPDX-License-Identifier: Apache-2.0

/// Bounds of what an installation is judged by, each with the reason for its figure.
public enum InstallationLimits {
    /// Free bytes below which commits will soon fail: the journal of the largest database, and the log.
    public static let freeBytesFault: UInt64 = 64 << 20

    /// Free bytes below which somebody should look: a week of logs and figures, and room for an upgrade.
    public static let freeBytesWarning: UInt64 = 512 << 20

    /// Free inodes below which new files will soon fail.
    public static let freeFilesFault: UInt64 = 256

    /// Tenths of its life that an eMMC says it has used, from which on a new one is to be ordered (JESD84:
    /// 1 is up to a tenth, 10 up to all, 11 more than that).
    public static let wearWarning = 9

    /// Tenths from which on it may refuse writes any day.
    public static let wearFault = 11

    /// Booths that setup asks about: four questions each, and more than any hall of one board has.
    public static let boothsMax = 32

    /// Characters of an answer that are shown when it can't be taken: enough to find it again.
    static let shownMax = 60
}
