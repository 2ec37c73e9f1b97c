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
    /// nowhere, and TLS says no goodbye. False when there is none.
    static func cutOne(to port: UInt16, using random: inout SplitMix) -> Bool {
        let links = descriptors().shuffled(using: &random)
        guard let one = links.first(where: { peerPort($0) == port }) else { return false }
        return shutdown(one, Int32(SHUT_RDWR)) == 0
    }

    /// What this process has open. The limit of open files may be a thousand times higher: guessing
    /// below it finds next to nothing.
    private static func descriptors() -> [Int32] {
        guard let entries = opendir("/proc/self/fd") else { return [] }
        defer { closedir(entries) }
        var numbers: [Int32] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { text in
                text.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
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
