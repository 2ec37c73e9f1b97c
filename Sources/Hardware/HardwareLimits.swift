// SPDX-License-Identifier: Apache-2.0

// The bounds of the hands that touch lines and ports, each with the reason for its figure.

import QueueCore

/// The bounds of Hardware.
public enum HardwareLimits {
    /// Lines of one chip taken together: the kernel's own bound (GPIO_V2_LINES_MAX).
    public static let linesMax = 64

    /// Edges that simulated buttons hold until they are read: what the kernel's queue of a full
    /// request holds (64 lines of 16), so that an overrun in a test is an overrun in the field.
    public static let simulatedEdgesMax = 1_024

    /// How often a wait for edges looks whether its chip is still there: a kernel before 6.6 does
    /// not wake a waiting reader when a chip goes, and a dead button should be named in a second.
    public static let chipCheck = TimeSpan.seconds(1)

    /// The longest text taken of a chip's label, a line's name or a line's user: the kernel's
    /// GPIO_MAX_NAME_SIZE is 32 with its end; the rest is room.
    static let nameBytesMax = 64

    /// Names listed in one error sentence; more would hide what to do next.
    static let namesInSentenceMax = 24

    /// The most that one read may ask of a port: a Modbus frame is at most 256 bytes, and the
    /// kernel's terminal buffer is 4,096.
    public static let readMax = 4_096

    /// The most that one discard of a stream throws away: a peer that never stops sending must not
    /// hold the caller. A device server's buffers are far smaller.
    static let discardMax = 1_048_576

    /// The longest port address: Linux's PATH_MAX, which a path can reach.
    public static let addressBytesMax = 4_096

    /// The highest baud rate believed; above it a configuration file has a slip of the finger.
    public static let baudMax = 4_000_000

    /// The lowest baud rate that termios names and a display was ever sold with.
    public static let baudMin = 50

    /// How long a connection to a device server may take: on a hall's own network it takes
    /// milliseconds, and a bus that waits longer has other displays to serve.
    public static let connectTime = TimeSpan.seconds(3)

    /// Silence on a TCP connection before the first keep-alive probe, in seconds; with the next two
    /// a device server that lost its power is noticed within 5 s.
    static let keepAliveIdleSeconds: Int32 = 2

    /// Seconds between keep-alive probes.
    static let keepAliveEverySeconds: Int32 = 1

    /// Unanswered probes before the connection counts as dead.
    static let keepAliveProbes: Int32 = 3

    /// Milliseconds that sent bytes may stay unacknowledged; the same 5 s.
    static let unacknowledgedMilliseconds: Int32 = 5_000

    /// The shortest sleep while a port drains, so that a slow driver is not asked in a tight loop.
    static let drainStep = TimeSpan.milliseconds(1)

    /// The largest time zone file read; the largest of the tz database is below 4 KiB.
    static let zoneFileBytesMax = 65_536

    /// The first year that a clock can truly show: the year these sources were written in.
    static let yearMin: Int64 = 2025

    /// The last year that is believed; a chip with an empty battery can also count far ahead.
    static let yearMax: Int64 = 2099

    /// How far, in seconds, a wall clock may have been moved against the time that passed and still be
    /// the one that a time server set: leap seconds and corrections are far below, a person's mistake in
    /// an hour or a date is far above.
    static let clockStepMax: Int64 = 300

    /// Sounds that play or wait on one output: the present one, and the next.
    static let soundsMax = 2

    /// How much longer than it sounds a sound may take, before its player is ended: opening a slow
    /// device takes a second or two.
    static let soundGraceSeconds = 5
}
