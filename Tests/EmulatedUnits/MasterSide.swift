// SPDX-License-Identifier: Apache-2.0

// Where a bus master plugs in: a pseudo-terminal, as an adapter's device would be, or a TCP port, as a
// device server's is.

import Foundation

/// The master's end of an emulated bus. Not to be shared between threads.
final class MasterSide {
    /// How the master reaches the bus.
    enum Kind {
        case terminal(link: String?)
        case server
    }

    /// `/dev/pts/3`, the link, or `tcp://127.0.0.1:port`.
    let address: String
    private let listener: Int32
    private var peer: Int32
    /// The other side of a pseudo-terminal, held open: reads here then outlive the master's program.
    private let far: Int32
    private let link: String?

    init(_ kind: Kind) throws(EmulatorError) {
        switch kind {
        case .terminal(let link):
            self.link = link
            listener = -1
            var near: Int32 = -1
            var other: Int32 = -1
            guard openpty(&near, &other, nil, nil, nil) == 0, let name = ttyname(other) else {
                throw EmulatorError("no pseudo-terminal: \(String(cString: strerror(errno)))")
            }
            let path = String(cString: name)
            (peer, far) = (near, other)
            for descriptor in [near, other] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            _ = fcntl(near, F_SETFL, O_NONBLOCK)
            var settings = termios()
            tcgetattr(far, &settings)
            cfmakeraw(&settings)
            tcsetattr(far, TCSANOW, &settings)
            if let link {
                unlink(link)
                symlink(path, link)
            }
            address = link ?? path
        case .server:
            link = nil
            far = -1
            peer = -1
            let made = try Self.listen()
            listener = made.0
            address = "tcp://127.0.0.1:\(made.1)"
        }
    }

    deinit {
        for descriptor in [listener, peer, far] where descriptor >= 0 { close(descriptor) }
        if let link { unlink(link) }
    }

    /// The descriptors to wait for.
    var awaited: [Int32] { [listener, peer].filter { $0 >= 0 } }

    /// What the master has sent; a master that comes takes the place of the one before.
    func take(_ ready: Set<Int32>) -> [UInt8] {
        if listener >= 0, ready.contains(listener) {
            let next = accept(listener, nil, nil)
            if next >= 0 {
                if peer >= 0 { close(peer) }
                peer = next
                var on: Int32 = 1
                setsockopt(
                    peer, Int32(IPPROTO_TCP), TCP_NODELAY, &on,
                    socklen_t(MemoryLayout<Int32>.size))
            }
            return []
        }
        guard peer >= 0, ready.contains(peer) else { return [] }
        var chunk = [UInt8](repeating: 0, count: 4_096)
        let count = read(peer, &chunk, chunk.count)
        if count <= 0, listener >= 0 {
            close(peer)
            peer = -1
        }
        return Array(chunk.prefix(max(0, count)))
    }

    /// Sends bytes to the master; what nobody takes is lost, as on a wire.
    func give(_ bytes: [UInt8]) {
        guard peer >= 0 else { return }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(peer, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func listen() throws(EmulatorError) -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 4) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else {
            throw EmulatorError("no port to listen on: \(String(cString: strerror(errno)))")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
