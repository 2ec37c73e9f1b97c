// SPDX-License-Identifier: Apache-2.0

// A serial port through termios alone: for the pseudo-terminals of software units, and for devices
// that libserialport does not know.

import QueueCore

/// A terminal device in raw mode, locked against a second program.
public final class TermiosPort: SerialPort {
    private let path: String
    private let settings: PortSettings
    private let channel: PortChannel

    /// A port that is not open yet. Of the settings, speed and format are applied where the device
    /// has them; a pseudo-terminal has neither.
    public init(path: String, settings: PortSettings) throws(PortError) {
        self.path = path
        self.settings = settings
        channel = try PortChannel(address: path)
    }

    /// `terminal /path, 9600 8N1`.
    public var description: String { "terminal \(path), \(settings.baud) \(settings.format)" }

    /// What a technician should know of the port as it was opened.
    public var remarks: [String] { channel.remarks }

    /// Opens the device and locks it; an open one is closed first.
    public func open() throws(PortError) {
        try channel.open { () throws(PortError) in
            try Terminal.open(path: path, address: path, settings: settings)
        }
    }

    /// Closes the port; it may be opened again.
    public func close() { channel.close() }

    /// Appends what has come, up to `max` bytes, waiting for it until the deadline.
    public func read(
        into buffer: inout [UInt8], max: Int, until deadline: Moment
    ) throws(PortError) -> PortRead {
        try channel.read(into: &buffer, max: max, until: deadline)
    }

    /// Hands all bytes to the driver.
    public func write(_ bytes: [UInt8], until deadline: Moment) throws(PortError) {
        try channel.write(bytes, until: deadline)
    }

    /// Blocks until the driver has sent everything.
    public func drain(until deadline: Moment) throws(PortError) {
        try channel.drain(until: deadline)
    }

    /// Throws away what has come and was not read, and what is not sent.
    public func discard() throws(PortError) { try channel.discard() }

    /// Ends a read within milliseconds, or the next one. From any thread.
    public func interrupt() { channel.interrupt() }
}
