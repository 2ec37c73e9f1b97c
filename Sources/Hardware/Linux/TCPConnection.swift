// SPDX-License-Identifier: Apache-2.0

// Connects to a device server within a time, and sets what makes its silence and its loss known.

import CSerialPort
import Glibc
import QueueCore

/// The steps of a TCP connection.
enum TCPConnection {
    /// The first address of the host that answers before the deadline.
    static func open(
        host: String, port: UInt16, address: String, until deadline: Moment, wake: WakeUp
    ) throws(PortError) -> OpenedPort {
        var last = PortError.notFound(port: address)
        for target in try resolve(host: host, port: port, address: address) {
            do throws(Errno) {
                let socket = try connect(to: target, until: deadline, wake: wake)
                try tune(socket)
                return OpenedPort(descriptor: socket, kind: .socket, remarks: [])
            } catch {
                if error.code == ECANCELED {
                    throw .failed(port: address, operation: "connect", reason: "it was interrupted")
                }
                last = .opening(error, port: address, operation: "connect")
            }
        }
        throw last
    }

    /// The bytes of a socket address and its family.
    private struct Target {
        let family: Int32
        let bytes: [UInt8]
    }

    private static func resolve(
        host: String, port: UInt16, address: String
    ) throws(PortError) -> [Target] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard result == 0 else {
            if result == EAI_NONAME { throw .notFound(port: address) }
            throw .failed(
                port: address, operation: "looking up the host",
                reason: String(cString: gai_strerror(result)))
        }
        var targets: [Target] = []
        var next = list
        while let entry = next?.pointee {
            let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            targets.append(Target(family: entry.ai_family, bytes: Array(bytes)))
            next = entry.ai_next
        }
        return targets
    }

    private static func connect(
        to target: Target, until deadline: Moment, wake: WakeUp
    ) throws(Errno) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(try Posix.call { Glibc.socket(target.family, type, 0) })
        let number = socket.number
        do throws(Errno) {
            _ = try Posix.call {
                target.bytes.withUnsafeBytes { bytes in
                    Glibc.connect(
                        number, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                        socklen_t(bytes.count))
                }
            }
        } catch {
            guard error.code == EINPROGRESS || error.code == EALREADY else { throw error }
            try finish(number, until: deadline, wake: wake)
        }
        return socket
    }

    private static func finish(
        _ number: Int32, until deadline: Moment, wake: WakeUp
    ) throws(Errno) {
        var set = [
            pollfd(fd: number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0),
        ]
        guard try Posix.poll(&set, until: deadline) else { throw Errno(ETIMEDOUT) }
        if set[1].revents != 0, wake.take() { throw Errno(ECANCELED) }
        var outcome: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = try Posix.call { getsockopt(number, SOL_SOCKET, SO_ERROR, &outcome, &size) }
        guard outcome == 0 else { throw Errno(outcome) }
    }

    private static func tune(_ socket: borrowing Descriptor) throws(Errno) {
        let number = socket.number
        let tcp = Int32(IPPROTO_TCP)
        let options: [(level: Int32, name: Int32, value: Int32)] = [
            (tcp, TCP_NODELAY, 1),
            (SOL_SOCKET, SO_KEEPALIVE, 1),
            (tcp, TCP_KEEPIDLE, HardwareLimits.keepAliveIdleSeconds),
            (tcp, TCP_KEEPINTVL, HardwareLimits.keepAliveEverySeconds),
            (tcp, TCP_KEEPCNT, HardwareLimits.keepAliveProbes),
            (tcp, TCP_USER_TIMEOUT, HardwareLimits.unacknowledgedMilliseconds),
        ]
        for option in options {
            var value = option.value
            let size = socklen_t(MemoryLayout<Int32>.size)
            _ = try Posix.call { setsockopt(number, option.level, option.name, &value, size) }
        }
    }
}
