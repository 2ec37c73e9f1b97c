// SPDX-License-Identifier: Apache-2.0

// The address of a PostgreSQL server that several nodes of a central share, as a connection URI.
// Source: "Connection URIs", postgresql.org, 34.1.1.2.

/// A database on a PostgreSQL server.
public struct DatabaseServer: Sendable, Equatable {
    /// The URI as it was written, perhaps with a password; for the server alone.
    public let url: String
    /// The URI without its password and its query; for logs and reports.
    public let shown: String

    /// What is wrong with an address: what, and what to do. Neither quotes it.
    struct Fault: Error, Equatable {
        let what: String
        let advice: String
    }

    /// Whether a text is meant as the address of a server and not as a path.
    static func isMeant(_ text: String) -> Bool {
        text.hasPrefix("postgresql:") || text.hasPrefix("postgres:")
    }

    private static let form = "write postgresql://USER@HOST/DATABASE"

    /// Reads an address. Off this machine it must say `sslmode=verify-full`, `verify-ca` or
    /// `require`: patients' telephone numbers go over that wire.
    init(_ text: String) throws(Fault) {
        guard let scheme = ["postgresql://", "postgres://"].first(where: { text.hasPrefix($0) })
        else { throw Fault(what: "the server's address lacks \"//\"", advice: Self.form) }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Fault(
                what: "the server's address has a space or a letter that is not ASCII",
                advice: "write such a character as % and two digits")
        }
        guard Self.decoded(text[...]) != nil else {
            throw Fault(
                what: "the server's address has a % that is not followed by two digits",
                advice: "write a percent sign of a password as %25")
        }
        var rest = text.dropFirst(scheme.count)
        var query: [(key: String, value: String)] = []
        if let mark = rest.firstIndex(of: "?") {
            for part in rest[rest.index(after: mark)...].split(separator: "&") {
                let pair = part.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let parts = pair.map { Self.decoded($0) ?? "" }
                query.append((parts[0], parts.count == 2 ? parts[1] : ""))
            }
            rest = rest[..<mark]
        }
        guard let slash = rest.firstIndex(of: "/"), rest.index(after: slash) < rest.endIndex else {
            throw Fault(what: "the server's address names no database", advice: Self.form)
        }
        let database = rest[rest.index(after: slash)...]
        let authority = rest[..<slash]
        let at = authority.lastIndex(of: "@")
        let hosts = at.map { authority[authority.index(after: $0)...] } ?? authority
        let user = at.flatMap { authority[..<$0].prefix { $0 != ":" } } ?? ""
        guard authority.firstIndex(of: "@") == at, !database.contains("@") else {
            throw Fault(
                what: "the server's address has more than one \"@\", or one behind its host",
                advice: "write the one in a password as %40")
        }
        guard !query.contains(where: { $0.key == "service" }) else {
            throw Fault(
                what: "the server's address leads to a service file, where another host may stand",
                advice: "write the host into the address itself; \(Self.form)")
        }
        guard hosts.split(separator: ",").allSatisfy(Self.isWhole) else {
            throw Fault(
                what: "the server's address has a bracket that is not a pair around an address",
                advice: "write an IPv6 address as [fd00::5], and a port behind it as [fd00::5]:5432"
            )
        }
        let more = query.filter { ["host", "hostaddr"].contains($0.key) }.map(\.value)
        // A comma may hide behind a % too.
        let named = [Self.decoded(hosts) ?? ""] + more
        let isNear = named.flatMap { $0.split(separator: ",") }.allSatisfy(Self.isOfThisMachine)
        let mode = query.last { $0.key == "sslmode" }?.value
        guard isNear || ["require", "verify-ca", "verify-full"].contains(mode ?? "") else {
            throw Fault(
                what: "the server is another machine, and the way to it is not encrypted",
                advice: "add ?sslmode=verify-full to it, and where the server's certificate is by "
                    + "sslrootcert=/path")
        }
        url = text
        shown = "postgresql://" + (user.isEmpty ? "" : "\(user)@") + "\(hosts)/\(database)"
    }

    /// A text with its `%` and two hexadecimal digits as what they stand for; nil when one is followed by
    /// something else, or by what stands for no character.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            let isHex =
                digits.count == 2
                && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
            guard isHex, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
                value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether brackets are a pair around the address of a host.
    private static func isWhole(_ host: Substring) -> Bool {
        guard host.contains(where: { "[]".contains($0) }) else { return true }
        guard host.first == "[", let end = host.firstIndex(of: "]") else { return false }
        let inside = host[host.index(after: host.startIndex)..<end]
        let behind = host[host.index(after: end)...]
        return !inside.contains("[") && !behind.contains(where: { "[]".contains($0) })
            && (behind.isEmpty || behind.first == ":")
    }

    /// Whether a host, with or without its port, is a socket of this machine or its loopback.
    private static func isOfThisMachine(_ host: Substring) -> Bool {
        if host.hasPrefix("/") { return true }
        if host.hasPrefix("[") { return host.hasPrefix("[::1]") }
        let name = host.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        return name.isEmpty || name == "localhost" || name == "127.0.0.1" || host == "::1"
    }
}
