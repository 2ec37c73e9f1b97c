// SPDX-License-Identifier: Apache-2.0

// One end of a socket of QEMU's: its control, its pins, or the unit's serial port.

import Foundation

/// A connection to a Unix socket.
public final class LocalSocket: Sendable {
    /// The descriptor, for those that poll several at once.
    public let descriptor: Int32
    private let path: String

    /// Connects, as soon as somebody listens at `path`; an error when nobody does in time, or when
    /// `isAlive` says that nobody ever will.
    init(
        path: String, seconds: Double = EmulatedUnitLimits.startSecondsMax,
        isAlive: () -> Bool = { true }
    ) throws(EmulatorError) {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        precondition(path.utf8.count < room, "a socket's path fits its address")
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let end = Date().addingTimeInterval(seconds)
        while true {
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result == 0 { return }
            guard isAlive(), Date() < end else {
                Glibc.close(descriptor)
                throw EmulatorError(
                    "nobody listens at \(path): \(String(cString: strerror(errno)))")
            }
            usleep(5_000)
        }
    }

    deinit { Glibc.close(descriptor) }

    /// Sends everything; false when the other side is gone.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Appends what has come, waiting for it up to `seconds` (nil: for ever); false when the other
    /// side is gone.
    public func receive(into bytes: inout [UInt8], seconds: Double?) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let ready = poll(&polled, 1, seconds.map { Int32(max(0, $0) * 1_000) } ?? -1)
        guard ready != 0 else { return true }
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { chunk in
            let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
            if count < 0 { return errno == EINTR || errno == EAGAIN }
            bytes.append(contentsOf: chunk[..<count])
            return count > 0
        }
    }

    /// Ends the connection: whoever waits for it returns.
    public func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// Text lines out of bytes as they come.
struct LineBuffer {
    private var bytes: [UInt8] = []

    /// Takes bytes in and hands every whole line, without its end, to `body`.
    mutating func take(_ more: [UInt8], _ body: (ArraySlice<UInt8>) -> Void) {
        bytes += more
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            body(bytes[start..<end])
            start = end + 1
        }
        bytes.removeFirst(start)
    }
}
