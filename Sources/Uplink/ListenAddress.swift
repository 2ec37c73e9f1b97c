// SPDX-License-Identifier: Apache-2.0

// Where a listener takes connections.

/// A listener's place.
public enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A TCP port on loopback; of a name the first address.
    case tcp(HostPort)
    /// A unix-domain socket; only its owner and group may connect.
    case unix(path: String)

    /// As `UplinkEvent.listening(at:)` shows it.
    public var description: String {
        switch self {
        case .tcp(let address): address.description
        case .unix(let path): "unix:\(path)"
        }
    }
}
