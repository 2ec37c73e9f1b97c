// SPDX-License-Identifier: Apache-2.0

// What counts as one host at the door: one machine of IPv4, one network of IPv6, whose owner has as
// many addresses as it likes.

import Glibc
import NIOCore

enum PeerHost {
    /// The address in numbers, also of an IPv4 one that comes as IPv6; of another IPv6 address its first
    /// 64 bits. Nil for what is no IP address.
    static func text(of address: SocketAddress) -> String? {
        guard let shown = address.ipAddress else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, shown, &bytes) == 1 else { return shown }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes[12...].map { "\($0)" }.joined(separator: ".")
        }
        let parts = stride(from: 0, to: 8, by: 2).map { place in
            String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
        }
        return parts.joined(separator: ":") + "::/64"
    }
}
