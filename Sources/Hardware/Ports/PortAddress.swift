// SPDX-License-Identifier: Apache-2.0

// Where a serial port is, as a technician writes it: a device, a device server, a pseudo-terminal.

/// Where a serial port is.
public enum PortAddress: Hashable, Sendable, CustomStringConvertible {
    /// A device of this machine, best by its stable name in `/dev/serial/by-id`.
    case device(path: String)
    /// A device server (such as ser2net) that passes raw bytes.
    case tcp(host: String, port: UInt16)
    /// A pseudo-terminal, behind which a program stands instead of a wire.
    case pty(path: String)

    /// An address from its text: `/dev/ttyUSB0`, `tcp://host:port`, `tcp://[::1]:port` or
    /// `pty:/path`.
    public init(_ text: String) throws(PortSettingsError) {
        func wrong(_ reason: String) -> PortSettingsError {
            .address(text: String(text.prefix(80)), reason: reason)
        }
        guard text.utf8.count <= HardwareLimits.addressBytesMax else {
            throw wrong("it is longer than \(HardwareLimits.addressBytesMax) bytes")
        }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw wrong("it has a control character")
        }
        if text.hasPrefix("tcp://") {
            self = try Self.tcp(text.dropFirst(6), wrong)
        } else if text.hasPrefix("pty:") {
            let path = String(text.dropFirst(4))
            guard path.hasPrefix("/"), path.count > 1 else {
                throw wrong("a pseudo-terminal needs a full path")
            }
            self = .pty(path: path)
        } else if text.hasPrefix("/") {
            guard text.count > 1 else { throw wrong("the path names no device") }
            self = .device(path: text)
        } else {
            throw wrong(text.isEmpty ? "it is empty" : "its kind is not known")
        }
    }

    private static func tcp(
        _ rest: Substring, _ wrong: (String) -> PortSettingsError
    ) throws(PortSettingsError) -> PortAddress {
        guard let colon = rest.lastIndex(of: ":") else { throw wrong("the port number is missing") }
        var host = rest[..<colon]
        let digits = rest[rest.index(after: colon)...]
        guard digits.allSatisfy(\.isNumber), let port = UInt16(digits), port > 0 else {
            throw wrong("the port number is not 1 to 65535")
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw wrong("an IPv6 address stands in brackets")
        }
        guard !host.isEmpty, !host.contains(where: { " /[]@".contains($0) }) else {
            throw wrong("the host is missing or has a character that no host has")
        }
        return .tcp(host: String(host), port: port)
    }

    /// The text that `init` reads.
    public var description: String {
        switch self {
        case .device(let path): path
        case .tcp(let host, let port):
            host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
        case .pty(let path): "pty:\(path)"
        }
    }
}
