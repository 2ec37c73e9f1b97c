// SPDX-License-Identifier: Apache-2.0

// Who is at the other end of a unix-domain socket, as the kernel knows it (unix(7), SO_PEERCRED).

import Glibc
import NIOCore

enum PeerUser {
    /// `struct ucred`, which Glibc shows only to those that ask for all of GNU's names.
    private struct Credentials {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// The number of the user who connected; nil for another kind of socket. On the channel's event loop.
    static func of(_ channel: any Channel) -> UInt32? {
        guard channel.remoteAddress?.ipAddress == nil, channel.localAddress?.ipAddress == nil,
            let provider = channel as? any SocketOptionProvider
        else { return nil }
        let asked: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        var user: UInt32?
        // The answer is there at once: this is the channel's own event loop.
        asked.assumeIsolated().whenSuccess { user = $0.user }
        return user
    }
}
