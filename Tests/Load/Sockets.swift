// SPDX-License-Identifier: Apache-2.0

// This process's sockets behind the back of those who use them.

import Glibc

enum Sockets {
    /// Raises the limit of open files as far as the system lets a program raise it.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(limit.rlim_cur)
    }

    /// Cuts one connection to a port without a word, as when a program is killed: what is queued goes
    /// nowhere, and TLS says no goodbye. False when none was found in some attempts.
    static func cutOne(to port: UInt16, using random: inout SplitMix) -> Bool {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        for _ in 0..<1_000 {
            let descriptor = Int32.random(in: 3..<Int32(clamping: limit.rlim_cur), using: &random)
            guard peerPort(descriptor) == port else { continue }
            return shutdown(descriptor, Int32(SHUT_RDWR)) == 0
        }
        return false
    }

    private static func peerPort(_ descriptor: Int32) -> UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getpeername(descriptor, $0, &size)
            }
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return UInt16(bigEndian: address.sin_port)
    }
}
