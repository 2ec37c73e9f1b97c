// SPDX-License-Identifier: Apache-2.0

// A serial port over TCP: device servers such as ser2net, which clinics often own, pass the bytes.

import QueueCore

/// A TCP connection to a device server in raw mode. Speed and format are set at the server.
public final class TCPPort: SerialPort {
    private let host: String
    private let port: UInt16
    private let address: String
    private let connectTime: TimeSpan
    private let channel: PortChannel

    /// A port that is not open yet. The name of the host is looked up at each `open`, by the
    /// system and in its time: write the address in figures where a name server may be gone.
    public init(
        host: String, port: UInt16, connectTime: TimeSpan = HardwareLimits.connectTime
    ) throws(PortError) {
        self.host = host
        self.port = port
        self.connectTime = connectTime
        address = PortAddress.tcp(host: host, port: port).description
        channel = try PortChannel(address: address)
    }

    /// `device server tcp://host:port`.
    public var description: String { "device server \(address)" }

    /// What a technician should know of the port as it was opened.
    public var remarks: [String] { channel.remarks }

    /// No: the server may hold back what it was given.
    public var canDrain: Bool { false }

    /// Connects, trying each address of the host until the connect time is over.
    public func open() throws(PortError) {
        try channel.open { () throws(PortError) in
            try TCPConnection.open(
                host: host, port: port, address: address, until: Posix.now() + connectTime,
                wake: channel.wake)
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

    /// Returns at once: how far the server has sent cannot be known.
    public func drain(until deadline: Moment) throws(PortError) {
        try channel.drain(until: deadline)
    }

    /// Throws away what has come and was not read.
    public func discard() throws(PortError) { try channel.discard() }

    /// Ends a read within milliseconds, or the next one. From any thread.
    public func interrupt() { channel.interrupt() }
}
