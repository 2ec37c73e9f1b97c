// SPDX-License-Identifier: Apache-2.0

// The other end of a link as a bare socket, which does only what a test tells it to: it answers no
// PING, and may read nothing at all.

import Glibc
import NIOCore
import Testing

struct RawPeer: ~Copyable {
    struct Failure: Error {
        let call: String
        let code = errno
    }

    let descriptor: CInt
    private(set) var received: [UInt8] = []

    init(descriptor: CInt) { self.descriptor = descriptor }

    init(port: Int, from source: String? = nil, receiveBuffer: CInt? = nil) throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try self.init(address, from: source, receiveBuffer: receiveBuffer)
    }

    init(path: String) throws { try self.init(SocketAddress(unixDomainSocketPath: path)) }

    /// Connects, from the address `source` where one is given.
    private init(
        _ address: SocketAddress, from source: String? = nil, receiveBuffer: CInt? = nil
    ) throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        var family = AF_INET
        if case .unixDomainSocket = address { family = AF_UNIX }
        descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw Failure(call: "socket") }
        if var receiveBuffer {
            let size = socklen_t(MemoryLayout<CInt>.size)
            _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, size)
        }
        if let source {
            let code = try SocketAddress(ipAddress: source, port: 0).withSockAddr {
                bind(descriptor, $0, socklen_t($1))
            }
            guard code == 0 else { throw Failure(call: "bind") }
        }
        let code = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        guard code == 0 else { throw Failure(call: "connect") }
    }

    deinit { _ = Glibc.close(descriptor) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard count == bytes.count else { throw Failure(call: "send") }
    }

    func shutWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    var text: String { String(decoding: received, as: UTF8.self) }

    /// Reads until `text` holds `wanted` or the end; false at the end, and after 20 s.
    mutating func reads(_ wanted: String) async -> Bool {
        for _ in 0..<4_000 {
            let more = readOnce()
            if text.contains(wanted) { return true }
            if more == 0 { return false }
            if more < 0 { try? await Task.sleep(for: .milliseconds(5)) }
        }
        return false
    }

    /// Reads and drops until the other end closes; false after 20 s.
    mutating func readsEnd() async -> Bool {
        for _ in 0..<4_000 {
            let more = readOnce()
            if more == 0 || (more < 0 && errno == ECONNRESET) { return true }
            if more < 0 { try? await Task.sleep(for: .milliseconds(5)) }
        }
        return false
    }

    private mutating func readOnce() -> Int {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
        if count > 0 { received += chunk[..<count] }
        return count
    }
}

/// A bare listening socket on a port of its own.
struct RawListener: ~Copyable {
    let descriptor: CInt
    let port: Int

    init() throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let server = socket(AF_INET, type, 0)
        let bound = try SocketAddress(ipAddress: "127.0.0.1", port: 0).withSockAddr {
            bind(server, $0, socklen_t($1))
        }
        // A sockaddr_in: family, port in network order, address.
        var address = [UInt8](repeating: 0, count: 16)
        var length = socklen_t(address.count)
        let named = address.withUnsafeMutableBytes { raw in
            getsockname(server, raw.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
        }
        guard bound == 0, named == 0, listen(server, 16) == 0 else {
            throw RawPeer.Failure(call: "listen")
        }
        descriptor = server
        port = Int(address[2]) << 8 | Int(address[3])
    }

    deinit { _ = Glibc.close(descriptor) }

    /// The next connection; waits up to 20 s.
    func accept() async throws -> RawPeer {
        let found = await eventually { () -> CInt? in
            let peer = Glibc.accept(descriptor, nil, nil)
            return peer >= 0 ? peer : nil
        }
        return RawPeer(descriptor: try #require(found, "nobody connected"))
    }
}
