// SPDX-License-Identifier: Apache-2.0

// The open end of a serial port of any kind: reading with a deadline, writing, draining, and the
// one rule for a port that goes: it closes at once, so that the kernel can give the name anew.

import CSerialPort
import Glibc
import QueueCore
import Synchronization

/// Bytes in and out of one descriptor. Every failure that means a gone device closes it.
final class PortChannel: Sendable {
    private struct Held: ~Copyable {
        var descriptor = Descriptor()
        var kind = OpenedPort.Kind.master
        var remarks: [String] = []

        mutating func close() {
            // The flag belongs to the terminal and would outlive this descriptor.
            if descriptor.isOpen, case .terminal = kind {
                _ = nobat_serial_exclusive(descriptor.number, false)
            }
            descriptor.close()
        }
    }

    /// The port as the configuration names it.
    let address: String
    /// What `interrupt()` raises.
    let wake: WakeUp

    private let held = Mutex(Held())

    init(address: String) throws(PortError) {
        self.address = address
        do throws(Errno) {
            wake = try WakeUp()
        } catch {
            throw .failed(port: address, operation: "eventfd", reason: error.description)
        }
    }

    var remarks: [String] { held.withLock { $0.remarks } }

    /// Closes what is open, opens anew and holds the result.
    func open(_ opening: () throws(PortError) -> OpenedPort) throws(PortError) {
        try held.withLock { held throws(PortError) in
            held.close()
            var opened = try opening()
            held.kind = opened.kind
            held.remarks = opened.remarks
            held.descriptor.adopt(Descriptor(opened.descriptor.release()))
        }
    }

    func close() { held.withLock { $0.close() } }

    func interrupt() { wake.raise() }

    func read(
        into buffer: inout [UInt8], max: Int, until deadline: Moment
    ) throws(PortError) -> PortRead {
        precondition(max > 0, "a read asks for something")
        return try held.withLock { held throws(PortError) in
            try requireOpen(&held)
            var set = [
                pollfd(fd: held.descriptor.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0),
            ]
            while try awaitReady(&held, &set, until: deadline) {
                if set[0].revents != 0, let count = try take(&held, into: &buffer, max: max) {
                    return .bytes(count)
                }
                if set[1].revents != 0, wake.take() { return .interrupted }
            }
            return .deadline
        }
    }

    func write(_ bytes: [UInt8], until deadline: Moment) throws(PortError) {
        try held.withLock { held throws(PortError) in
            try requireOpen(&held)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = try give(&held, rest)
                rest = rest.dropFirst(count)
                if rest.isEmpty || count > 0 { continue }
                var set = [
                    pollfd(fd: held.descriptor.number, events: Int16(POLLOUT), revents: 0)
                ]
                guard try awaitReady(&held, &set, until: deadline) else {
                    let taken = bytes.count - rest.count
                    throw failed("write", "it took \(taken) of \(bytes.count) bytes in time")
                }
                if set[0].revents & Int16(POLLOUT) == 0 { throw gone(&held) }
            }
        }
    }

    func drain(until deadline: Moment) throws(PortError) {
        try held.withLock { held throws(PortError) in
            try requireOpen(&held)
            guard case .terminal(let bytesPerSecond) = held.kind else { return }
            let number = held.descriptor.number
            while true {
                let unsent = Int64(try call(&held, "drain") { nobat_serial_unsent(number) })
                if unsent == 0 { break }
                let now = Posix.now()
                guard now < deadline else {
                    throw failed("drain", "\(unsent) bytes were not sent in time")
                }
                let pace = TimeSpan.microseconds(unsent * 1_000_000 / Int64(bytesPerSecond))
                var none: [pollfd] = []
                let pause = now + max(HardwareLimits.drainStep, pace)
                _ = try awaitReady(&held, &none, until: min(deadline, pause))
            }
            // Only the chip's own queue is left, for which drivers wait a bounded time.
            _ = try call(&held, "drain") { tcdrain(number) }
        }
    }

    func discard() throws(PortError) {
        try held.withLock { held throws(PortError) in
            try requireOpen(&held)
            let number = held.descriptor.number
            if case .terminal = held.kind {
                _ = try call(&held, "discard") { tcflush(number, TCIOFLUSH) }
                return
            }
            var waste: [UInt8] = []
            while waste.count < HardwareLimits.discardMax,
                try take(&held, into: &waste, max: HardwareLimits.readMax) != nil
            {}
        }
    }

    /// The number of bytes read, nil when none is there yet.
    private func take(
        _ held: inout Held, into buffer: inout [UInt8], max: Int
    ) throws(PortError) -> Int? {
        let size = min(max, HardwareLimits.readMax)
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: size))
        var count = 0
        defer { buffer.removeLast(size - count) }
        let number = held.descriptor.number
        do throws(Errno) {
            count = try Posix.call {
                buffer.withUnsafeMutableBytes { bytes in
                    Glibc.read(number, bytes.baseAddress.map { $0 + start }, size)
                }
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw fault(&held, error, "read")
        }
        guard count > 0 else { throw gone(&held) }
        return count
    }

    /// The number of bytes that the driver took, 0 when it takes none at present.
    private func give(
        _ held: inout Held, _ bytes: ArraySlice<UInt8>
    ) throws(PortError) -> Int {
        let number = held.descriptor.number
        let isSocket = if case .socket = held.kind { true } else { false }
        do throws(Errno) {
            return try Posix.call {
                bytes.withUnsafeBytes { bytes in
                    isSocket
                        ? send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                        : Glibc.write(number, bytes.baseAddress, bytes.count)
                }
            }
        } catch {
            if error.code == EAGAIN { return 0 }
            throw fault(&held, error, "write")
        }
    }

    private func awaitReady(
        _ held: inout Held, _ set: inout [pollfd], until deadline: Moment
    ) throws(PortError) -> Bool {
        do throws(Errno) {
            return try Posix.poll(&set, until: deadline)
        } catch {
            throw fault(&held, error, "poll")
        }
    }

    private func call(
        _ held: inout Held, _ operation: String, _ body: () -> Int32
    ) throws(PortError) -> Int32 {
        do throws(Errno) {
            return try Posix.call(body)
        } catch {
            throw fault(&held, error, operation)
        }
    }

    private func requireOpen(_ held: inout Held) throws(PortError) {
        guard held.descriptor.isOpen else { throw .disconnected(port: address) }
    }

    private func gone(_ held: inout Held) -> PortError {
        held.close()
        return .disconnected(port: address)
    }

    private func fault(
        _ held: inout Held, _ reason: Errno, _ operation: String
    ) -> PortError {
        reason.isDisconnection ? gone(&held) : failed(operation, reason.description)
    }

    private func failed(_ operation: String, _ reason: String) -> PortError {
        .failed(port: address, operation: operation, reason: reason)
    }
}
