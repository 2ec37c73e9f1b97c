// SPDX-License-Identifier: Apache-2.0

// Where a connection comes from, as far as limits are concerned: one machine of IPv4, one network of
// IPv6, which its owner has in plenty.

import Glibc
import NIOCore
import Synchronization

/// The address that a connection counts for.
struct PeerAddress: Sendable, Equatable {
    /// The address, or the first half of an IPv6 one.
    let text: String
    /// This machine itself, or a proxy on it.
    let isLoopback: Bool

    init(_ address: SocketAddress?) {
        guard let shown = address?.ipAddress else {
            self.init(text: "local", isLoopback: true)
            return
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, shown, &bytes) == 1 else {
            self.init(text: shown, isLoopback: shown.hasPrefix("127."))
            return
        }
        self.init(v6: bytes)
    }

    private init(text: String, isLoopback: Bool) {
        self.text = text
        self.isLoopback = isLoopback
    }

    /// Of the sixteen bytes of an IPv6 address.
    init(v6 bytes: [UInt8]) {
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11] == [0xFF, 0xFF]
        if isMapped {
            let value = bytes[12...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            text = Self.dotted(value)
            isLoopback = value >> 24 == 127
            return
        }
        isLoopback = bytes.prefix(15).allSatisfy { $0 == 0 } && bytes[15] == 1
        text = stride(from: 0, to: 8, by: 2).map {
            String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
        }.joined(separator: ":")
    }

    private static func dotted(_ value: UInt32) -> String {
        [24, 16, 8, 0].map { String(value >> $0 & 0xFF) }.joined(separator: ".")
    }
}

/// Connections at once of each address.
final class PeerCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// One more; false when the address has too many.
    func enter(_ address: String) -> Bool {
        counts.withLock { counts in
            guard counts[address, default: 0] < PagesLimits.connectionsPerAddress else {
                return false
            }
            counts[address, default: 0] += 1
            return true
        }
    }

    /// One less.
    func leave(_ address: String) {
        counts.withLock { counts in
            let count = counts[address, default: 0]
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
