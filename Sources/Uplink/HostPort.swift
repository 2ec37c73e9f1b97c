// SPDX-License-Identifier: Apache-2.0

// Where a central is, as a person writes it: host and port.

/// A host name or number address, and a TCP port.
public struct HostPort: Hashable, Sendable, CustomStringConvertible {
    /// A name, an IPv4 address or an IPv6 address without brackets.
    public let host: String
    /// 0 lets a listener be given any free port.
    public let port: Int

    /// An address from its parts; throws `UplinkError.badAddress`.
    public init(host: String, port: Int) throws(UplinkError) {
        let isText = host.utf8.allSatisfy { 0x20 < $0 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        guard !host.isEmpty, host.utf8.count <= 253, isText, (0...65_535).contains(port) else {
            throw .badAddress("\(host):\(port)")
        }
        self.host = host
        self.port = port
    }

    /// Reads `host:port` or `[IPv6]:port`; throws `UplinkError.badAddress`.
    public init(_ text: String) throws(UplinkError) {
        guard let colon = text.lastIndex(of: ":"), text.last != ":",
            text[colon...].dropFirst().allSatisfy({ ("0"..."9").contains($0) }),
            let port = UInt16(text[colon...].dropFirst())
        else { throw .badAddress(text) }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .badAddress(text)
        }
        guard !host.contains(where: { $0 == "[" || $0 == "]" }) else { throw .badAddress(text) }
        do {
            try self.init(host: String(host), port: Int(port))
        } catch {
            throw .badAddress(text)
        }
    }

    /// Refuses a number address off this machine, where plain lines may not go, with
    /// `UplinkError.notLoopback`; a name is looked up, and refused, when it is used.
    public func checkLoopback() throws(UplinkError) { try Loopback.checkLiteral(self) }

    /// As a person writes it.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
