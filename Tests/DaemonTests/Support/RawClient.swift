// SPDX-License-Identifier: Apache-2.0

// One end of a line connection as a bare socket that says only what a test tells it to: it answers no
// PING by itself, and may say anything.

import Foundation
import Testing

/// A connection. Not to be shared between threads.
final class RawClient {
    let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Whole lines that have come, in order.
    private(set) var lines: [String] = []
    /// The peer has closed.
    private(set) var isClosed = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Connects to a port of this machine.
    init(port: UInt16, at location: SourceLocation = #_sourceLocation) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try check(
            result == 0, "connect to \(port): \(String(cString: strerror(errno)))", at: location)
    }

    deinit { _ = Glibc.close(descriptor) }

    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Says a line.
    func say(_ line: String) { send(Array((line + "\n").utf8)) }

    /// Sends bytes; what the peer no longer takes is dropped.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Takes in what has come, waiting up to `milliseconds` for something.
    func listen(_ milliseconds: Int32 = 20) {
        guard !isClosed else { return }
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, milliseconds) > 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else {
            isClosed = true
            return
        }
        buffer += chunk[..<count]
        while let end = buffer.firstIndex(of: 0x0A) {
            lines.append(String(decoding: buffer[..<end], as: UTF8.self))
            buffer.removeFirst(end + 1)
        }
    }

    /// Waits for a line that holds `text`; it.
    @discardableResult
    func waitFor(
        _ text: String, seconds: Double = 10, at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        var found: String?
        try within(seconds, "the peer says \"\(text)\", not only \(lines.suffix(8))", at: location)
        {
            listen()
            found = lines.first { $0.contains(text) }
            return found != nil
        }
        return try need(found, text, at: location)
    }

    /// Waits until the peer closes.
    func waitForEnd(
        seconds: Double = 10, at location: SourceLocation = #_sourceLocation
    ) throws {
        try within(seconds, "the peer closes; it said \(lines.suffix(8))", at: location) {
            listen()
            return isClosed
        }
    }
}

/// A listening socket on a port of its own.
final class RawListener {
    let port: UInt16
    private let descriptor: Int32

    init(at location: SourceLocation = #_sourceLocation) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = RawClient.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && Glibc.listen(listener, 16) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try check(isBound, "a port to listen on", at: location)
    }

    deinit { _ = Glibc.close(descriptor) }

    /// The next connection.
    func accept(
        seconds: Double = 15, at location: SourceLocation = #_sourceLocation
    ) throws -> RawClient {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let isThere = poll(&polled, 1, Int32(seconds * 1_000)) > 0
        let peer = isThere ? Glibc.accept(descriptor, nil, nil) : -1
        try check(peer >= 0, "nobody connected within \(seconds) s", at: location)
        return RawClient(descriptor: peer)
    }
}
