// SPDX-License-Identifier: Apache-2.0

// Why a peer did not get through the door of an encrypted listener, or was thrown out for what came
// over the wire. Each has a name, for logs, counters and pages.

/// What was wrong with an attempt to connect with a key.
public enum HandshakeFault: String, Hashable, Sendable, CaseIterable {
    /// It spoke without TLS.
    case noKey = "no-key"
    /// It spoke TLS, but none with pre-shared keys as it is wanted here.
    case otherTLS = "other-tls"
    /// No valid key has its identity: it never had one, or it was revoked.
    case unknownName = "unknown-name"
    /// The identity is known, and the secret is not the one of its key; or it was a handshake of old,
    /// sent again by somebody who had recorded it.
    case wrongKey = "wrong-key"
    /// It did not come to an end with its handshake in time.
    case late = "handshake-late"
    /// Others came while it did nothing, and there was no more room.
    case pushedOut = "pushed-out"
    /// So many waited for their handshakes that it could not be one of them, or no longer: they were
    /// of hosts with fewer in the line than its own. Or as many were connected as there may be.
    case crowded
    /// It went away before the end of its handshake.
    case left = "handshake-left"
    /// What it sent is no handshake.
    case broken = "handshake-broken"
    /// A record that is not the next one of its connection: forged, changed or sent again.
    case badRecord = "bad-record"

    /// What it means, in a sentence's end.
    public var meaning: String {
        switch self {
        case .noKey: "it spoke plain lines where TLS with a key is needed"
        case .otherTLS: "it offered no TLS 1.2 with ECDHE-PSK-CHACHA20-POLY1305"
        case .unknownName: "no valid key has its name: make one with 'nobatctl key new'"
        case .wrongKey:
            "its key is not the one that is known here for its name, or it sent an old handshake "
                + "again"
        case .late: "its handshake was not done in time"
        case .pushedOut: "it did nothing while others came"
        case .crowded: "too many came; it comes again by itself"
        case .left: "it went away before its handshake was done"
        case .broken: "what it sent is no handshake"
        case .badRecord: "what it sent was forged, changed or sent again on the way"
        }
    }
}
