// SPDX-License-Identifier: Apache-2.0

// The bounds of the wire, in one place. Values that a line carries are bounded here so that no peer
// can hand the core a figure that its arithmetic, its disk or another vendor's language can't hold.
import QueueCore

/// Every bound of the line protocol, each with the reason for its figure.
public enum LineLimits {
    /// Bytes of a line with its newline: the longest message needs a third of it, a detail the rest.
    public static let lineBytesMax = 1_024

    /// Characters of a verb or a key: the longest in use has twelve.
    public static let wordLengthMax = 24

    /// Keys in one line: the richest message has eleven, and newer versions may add as many again.
    public static let keysMax = 32

    /// Record numbers, ranks and references: 2^53 − 1, which a signed 64-bit column and a
    /// floating-point number both hold exactly; a million a second last for 285 years.
    public static let countMax: UInt64 = 9_007_199_254_740_991

    /// The last service day: 2243-10-16. Day arithmetic stays far from overflow.
    public static let dayMax: Int32 = 99_999

    /// The last time that is believed, in seconds since 1970-01-01 00:00 UTC: the end of the last day.
    public static let timeMax: Int64 = Int64(dayMax) * 86_400

    /// The last session of a service day whose numbers restart: one byte, far more than a day has.
    public static let dayPartMax: UInt8 = .max

    /// Bytes of a detail sentence as they stand, escaped, in the line: two sentences for a person.
    public static let detailBytesMax = 600

    /// Bytes of the name of a refusal, escaped: the longest in use has nineteen.
    public static let refusalNameBytesMax = 32

    /// Own silence after which a side says PING, so that the other side knows that it lives.
    public static let pingAfter = TimeSpan.seconds(1)

    /// A peer's silence after which it is taken for dead: three lost PINGs, noticed within 5 s.
    public static let silenceMax = TimeSpan.seconds(4)
}
