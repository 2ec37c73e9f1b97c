// SPDX-License-Identifier: Apache-2.0

// What a client or a listener tells its owner. Of one connection the first event is `connected`,
// the last is `lost`, and its lines come between in the order in which they were sent.

import QueueCore

/// One report to the owner of a client or a listener.
public enum UplinkEvent: Equatable, Sendable {
    /// The listener accepts connections at this address (`127.0.0.1:4810`, `[::1]:4810`,
    /// `unix:/run/nobat/control.sock`); with port 0 it shows the port that was given.
    case listening(at: String)
    /// A connection stands. `peer` is an address as in `listening(at:)`, on a unix-domain
    /// socket with the user who connected: `unix:/run/nobat/control.sock, uid 1000`.
    case connected(ConnectionID, peer: String)
    /// Right after `connected`, at an encrypted listener: which key it was opened with.
    case identified(ConnectionID, ShownKey)
    /// One line without its end. Control characters are left to the codec.
    case line(ConnectionID, String)
    /// A line that is none; `count` is the number of such lines of this connection so far.
    case malformed(ConnectionID, MalformedLine, count: Int)
    /// The connection is gone, and with it what was queued and not sent.
    case lost(ConnectionID, LossReason)
    /// The listener turned a peer away before it was a connection.
    case refused(peer: String, UplinkError)
    /// A peer that did not get through its handshake; nothing else is said of it. `identity` is what
    /// it called itself, if that is an identity.
    case turnedAway(peer: String, HandshakeFault, identity: String?)
    /// More peers came to an encrypted listener than it could begin handshakes with, and now nobody
    /// waits any more: `most` stood in the line at once, `through` came in, `lasted` is how long somebody
    /// waited.
    case rush(most: Int, through: Int, lasted: TimeSpan)
    /// The client got no connection; it tries its next address after `retryAfter`.
    case unreachable(peer: String, UplinkError, retryAfter: TimeSpan)
}

/// Why bytes up to a newline are not a line.
public enum MalformedLine: Hashable, Sendable {
    /// Longer than `UplinkLimits.lineBytesMax`; that many bytes, newline included, were discarded.
    case overlong(bytesDiscarded: Int)
    /// Not UTF-8; that many bytes, newline included, were discarded.
    case notUTF8(bytesDiscarded: Int)
}

/// Why a connection ended.
public enum LossReason: Hashable, Sendable, CustomStringConvertible {
    /// The other end closed it.
    case peerClosed
    /// Nothing was received for `KeepAlive.silenceMax`, or no first line in time.
    case silentPeer
    /// The peer took its lines too slowly: `LinkSettings.outgoingBytesMax` was reached.
    case slowPeer
    /// The client or listener was stopped.
    case stopped
    /// The owner closed it, with the owner's own word for why.
    case owner(String)
    /// The operating system ended it; the text is the system's.
    case transport(String)

    /// The name for logs, counters and pages.
    public var name: String {
        switch self {
        case .peerClosed: "peer-closed"
        case .silentPeer: "silent-peer"
        case .slowPeer: "slow-peer"
        case .stopped: "stopped"
        case .owner(let reason): reason
        case .transport: "transport"
        }
    }

    /// The name, with the system's text where there is one.
    public var description: String {
        if case .transport(let text) = self { "transport: \(text)" } else { name }
    }
}

/// What became of a line given to `send`.
public enum SendResult: Hashable, Sendable {
    /// It is queued behind the lines sent before it.
    case queued
    /// There is no such connection any more; the line went nowhere.
    case stale
    /// The outgoing queue was full; the connection closes as `LossReason.slowPeer`.
    case slowPeer
    /// It holds a newline, ends in a carriage return or is longer than `UplinkLimits.lineBytesMax`:
    /// the peer could not have read it as this line. The connection stays.
    case unsendable
}
