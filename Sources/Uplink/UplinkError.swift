// SPDX-License-Identifier: Apache-2.0

// What keeps a client from its central, or a listener from its address: each in a sentence for the
// clinic's IT that says what happened, where, and what to do next.

/// A failure to connect, to listen or to be let in.
public enum UplinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address (or peer), as text, is not 127.0.0.0/8 or ::1.
    case notLoopback(String)
    /// The key of the client's link can't be had.
    case noKey(why: String)
    /// The address was reached, and the handshake failed.
    case notAdmitted(address: String, why: String)
    /// Text that is not `host:port`.
    case badAddress(String)
    /// A client was given no address, or more than `UplinkLimits.addressesMax`.
    case addressCount(Int)
    /// The resolver's answer for a host name.
    case unresolved(host: String, why: String)
    /// The system's answer to an attempt to connect.
    case unconnected(address: String, why: String)
    /// Someone listens at the address or socket path.
    case inUse(String)
    /// The file at the path of a unix-domain socket is something else; it was left alone.
    case notASocket(path: String)
    /// The path has more than `UplinkLimits.unixPathBytesMax` bytes, or a zero byte.
    case badSocketPath(String)
    /// The system's answer to an attempt to listen.
    case unbound(address: String, why: String)
    /// The system ended a listener that stood.
    case listenerFailed(address: String, why: String)
    /// A listener has as many connections as it may have.
    case tooManyConnections(max: Int)

    /// What happened, where, and what to do next.
    public var description: String {
        switch self {
        case .notLoopback(let address):
            "\(address) is not on this machine: plain TCP is accepted on loopback only; "
                + "use an address in 127.0.0.0/8 or ::1, or keys ('nobatctl key new')."
        case .noKey(let why): why
        case .notAdmitted(let address, let why): "\(address) was reached, but \(why)."
        case .badAddress(let text):
            "\"\(text)\" is not an address: write host:port, as in 127.0.0.1:4810 or [::1]:4810."
        case .addressCount(let count):
            "\(count) addresses of a central are given: "
                + "give at least one and at most \(UplinkLimits.addressesMax)."
        case .unresolved(let host, let why):
            "The host name \(host) was not resolved: \(why); correct it, or write a number address."
        case .unconnected(let address, let why):
            "No connection to \(address): \(why); check that the central runs and listens there."
        case .inUse(let address):
            "\(address) is already in use by a running daemon: stop that one, "
                + "or give this one another address."
        case .notASocket(let path):
            "\(path) exists and is not a socket: it was left alone; move it, or choose another path."
        case .badSocketPath(let path):
            "\"\(path)\" can't be a socket's path: give 1 to \(UplinkLimits.unixPathBytesMax) bytes."
        case .unbound(let address, let why):
            "Can't listen at \(address): \(why); check the address, "
                + "that its folder exists, and the rights of this user."
        case .listenerFailed(let address, let why):
            "Listening at \(address) has ended: \(why); restart the daemon and report this."
        case .tooManyConnections(let max):
            "There are \(max) connections, the most this listener takes: "
                + "close some, or raise its limit."
        }
    }
}
