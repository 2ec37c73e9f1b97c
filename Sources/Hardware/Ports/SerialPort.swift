// SPDX-License-Identifier: Apache-2.0

// A serial line to displays as the hands see it: bytes out, bytes in, and named faults. It is made
// for one thread of its own, which may block.

import QueueCore

/// What ended a read.
public enum PortRead: Hashable, Sendable {
    /// So many bytes came and were appended; at least one.
    case bytes(Int)
    /// The deadline is there and no byte came.
    case deadline
    /// `interrupt()` was called and no byte came.
    case interrupted
}

/// A serial line. Calls from several threads wait for each other; only `interrupt` never waits. A
/// port that throws `PortError.disconnected` has closed itself: `open` it again, and again.
public protocol SerialPort: AnyObject, Sendable {
    /// What and where the port is, in words for a log or a technician.
    var description: String { get }

    /// What a technician should know of the port as it was opened, such as that it does not switch
    /// an RS-485 transceiver by itself. Empty before the first `open`.
    var remarks: [String] { get }

    /// Whether `drain` waits until the bytes are on the wire; a port over TCP can't know it.
    var canDrain: Bool { get }

    /// Opens the port with its settings and locks out others. An open port is closed first.
    func open() throws(PortError)

    /// Closes the port; it may be opened again. It waits for a read of another thread: `interrupt`
    /// that one first.
    func close()

    /// Appends to `buffer` what has come, up to `max` bytes (at most `HardwareLimits.readMax`), and
    /// blocks while nothing has, until the deadline or `interrupt()`.
    func read(
        into buffer: inout [UInt8], max: Int, until deadline: Moment
    ) throws(PortError) -> PortRead

    /// Hands all bytes to the driver, and throws `failed` when it did not take them in time.
    func write(_ bytes: [UInt8], until deadline: Moment) throws(PortError)

    /// Blocks until the driver has sent everything, and throws `failed` when that takes too long.
    /// A port over TCP cannot know it, and returns at once.
    func drain(until deadline: Moment) throws(PortError)

    /// Throws away what has come and was not read, and what the driver has not sent.
    func discard() throws(PortError)

    /// Ends a read or a connecting `open` within milliseconds, or the next one if none is going
    /// on. From any thread.
    func interrupt()
}

extension SerialPort {
    /// Drivers of the kernel know what they have sent.
    public var canDrain: Bool { true }
}
