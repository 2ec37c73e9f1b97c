// SPDX-License-Identifier: Apache-2.0

// A serial port of the machine through libserialport, which sets any speed and knows what kind of
// adapter is behind a name. Bytes then go through the kernel directly, so that a read can be woken.

import CSerialPort
import Glibc
import QueueCore

/// A serial port by its path, best a stable one such as `/dev/serial/by-id/…`: the path is followed
/// anew at each `open`, so an adapter that was unplugged is found again under its next number.
public final class LibSerialPort: SerialPort {
    private let path: String
    private let settings: PortSettings
    private let channel: PortChannel

    /// A port that is not open yet.
    public init(path: String, settings: PortSettings) throws(PortError) {
        self.path = path
        self.settings = settings
        channel = try PortChannel(address: path)
    }

    /// `serial port /dev/ttyUSB0, 9600 8N1`, with `RS-485` where that was asked for.
    public var description: String {
        "serial port \(path), \(settings.baud) \(settings.format)"
            + (settings.isRS485 ? ", RS-485" : "")
    }

    /// What a technician should know of the port as it was opened.
    public var remarks: [String] { channel.remarks }

    /// Opens the port with its settings and locks it; an open one is closed first.
    public func open() throws(PortError) {
        try channel.open { () throws(PortError) in try opened() }
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

    private func opened() throws(PortError) -> OpenedPort {
        let device = try devicePath()
        var found: OpaquePointer?
        let result = sp_get_port_by_name(device, &found)
        guard result == SP_OK, let port = found else {
            // It knows only devices that stand in /sys/class/tty: no pseudo-terminals, for one.
            return try Terminal.open(path: device, address: path, settings: settings)
        }
        defer { sp_free_port(port) }
        try check(sp_open(port, SP_MODE_READ_WRITE), "open")
        defer { sp_close(port) }
        var number: Int32 = -1
        try check(sp_get_port_handle(port, &number), "open")
        // Our own number for the same open file outlives the library's.
        let descriptor: Descriptor
        do throws(Errno) {
            descriptor = try Posix.duplicate(number)
        } catch {
            throw .opening(error, port: path)
        }
        try Terminal.lock(descriptor, address: path)
        try configure(port)
        try finish(descriptor)
        let switching = Terminal.rs485Remarks(descriptor, settings, address: path)
        return OpenedPort(
            descriptor: descriptor, kind: Terminal.kind(settings),
            remarks: [about(port, device: device)] + switching)
    }

    /// The device that the path leads to now.
    private func devicePath() throws(PortError) -> String {
        guard let resolved = realpath(path, nil) else { throw .opening(Errno(errno), port: path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func configure(_ port: OpaquePointer) throws(PortError) {
        let format = settings.format
        let parity =
            switch format.parity {
            case .none: SP_PARITY_NONE
            case .even: SP_PARITY_EVEN
            case .odd: SP_PARITY_ODD
            }
        try check(sp_set_baudrate(port, Int32(settings.baud)), "setting \(settings.baud) baud")
        try check(sp_set_bits(port, Int32(format.dataBits)), "setting \(format)")
        try check(sp_set_parity(port, parity), "setting \(format)")
        try check(sp_set_stopbits(port, Int32(format.stopBits)), "setting \(format)")
        try check(sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE), "setting no flow control")
    }

    private func finish(_ descriptor: borrowing Descriptor) throws(PortError) {
        let isTaken: Bool
        do throws(Errno) {
            isTaken = try Terminal.finish(descriptor.number, settings.format)
        } catch {
            throw .opening(error, port: path, operation: "setting \(settings.format)")
        }
        guard isTaken else {
            throw .failed(
                port: path, operation: "setting \(settings.format)",
                reason: "the adapter does not know this format; use another adapter or format")
        }
    }

    private func about(_ port: OpaquePointer, device: String) -> String {
        let kind = sp_get_port_description(port).map { String(cString: $0) } ?? "unknown kind"
        return "\(path) is \(device) (\(kind))"
    }

    private func check(_ result: sp_return, _ operation: String) throws(PortError) {
        guard result != SP_OK else { return }
        switch result {
        case SP_ERR_FAIL:
            throw .opening(Errno(sp_last_error_code()), port: path, operation: operation)
        case SP_ERR_SUPP:
            throw .failed(
                port: path, operation: operation, reason: "the adapter does not support it")
        case SP_ERR_MEM:
            throw .failed(port: path, operation: operation, reason: "out of memory")
        default:
            throw .failed(port: path, operation: operation, reason: "libserialport refuses it")
        }
    }
}
