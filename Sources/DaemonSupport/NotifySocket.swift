// SPDX-License-Identifier: Apache-2.0

// How a daemon tells systemd that it is ready, alive, or stopping: lines of text in one datagram to the
// socket that the environment names. Source: sd_notify(3).

import Glibc

/// The socket of the service manager that started this program.
public struct NotifySocket: Sendable {
    /// A path, or a name in the abstract namespace after an "@".
    let address: String
    /// Within which time the manager wants to hear of this program again, in microseconds; nil when it
    /// does not watch.
    public let watchdogMicroseconds: Int64?

    /// The socket that `environment` names; nil when nobody waits to be told. `process` is this process:
    /// a watchdog that is meant for another one is none.
    public init?(environment: [String: String], process: Int32 = getpid()) {
        guard let address = environment["NOTIFY_SOCKET"], address.utf8.count > 1,
            address.hasPrefix("/") || address.hasPrefix("@")
        else { return nil }
        self.address = address
        let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let span = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogMicroseconds = isOurs && span > 0 ? span : nil
    }

    /// Tells lines such as `READY=1`; false when nobody took them.
    @discardableResult
    public func tell(_ lines: String...) -> Bool {
        guard let target = Self.address(of: address) else { return false }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Self.send(Array(lines.joined(separator: "\n").utf8), over: descriptor, to: target)
    }

    /// The address of a socket; nil when its name is too long.
    static func address(of name: String) -> (address: sockaddr_un, size: socklen_t)? {
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: target.sun_path) else {
            return nil
        }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: bytes) }
        let head = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        return (target, socklen_t(head + bytes.count))
    }

    /// Sends one datagram; false when nobody took it whole.
    static func send(
        _ bytes: [UInt8], over descriptor: Int32,
        to target: (address: sockaddr_un, size: socklen_t)
    ) -> Bool {
        var address = target.address
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), pointer,
                    target.size)
            }
        }
        return sent == bytes.count
    }
}
