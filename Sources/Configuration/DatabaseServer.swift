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
        var rest = text.dropFirst(scheme.count)
        var query: [(key: Substring, value: Substring)] = []
        if let mark = rest.firstIndex(of: "?") {
            for part in rest[rest.index(after: mark)...].split(separator: "&") {
                let pair = part.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query.append((pair[0], pair.count == 2 ? pair[1] : ""))
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
        let more = query.filter { ["host", "hostaddr"].contains($0.key) }.map(\.value)
        let all = hosts.split(separator: ",") + more.flatMap { $0.split(separator: ",") }
        let isNear = all.allSatisfy(Self.isOfThisMachine)
        let mode = query.last { $0.key == "sslmode" }?.value
        guard isNear || ["require", "verify-ca", "verify-full"].contains(mode) else {
            throw Fault(
                what: "the server is another machine, and the way to it is not encrypted",
                advice: "add ?sslmode=verify-full to it, and where the server's certificate is by "
                    + "sslrootcert=/path")
        }
        url = text
        shown = "postgresql://" + (user.isEmpty ? "" : "\(user)@") + "\(hosts)/\(database)"
    }

    /// Whether a host, with or without its port, is a socket of this machine or its loopback.
    private static func isOfThisMachine(_ host: Substring) -> Bool {
        if host.hasPrefix("%2F") || host.hasPrefix("%2f") || host.hasPrefix("/") { return true }
        if host.hasPrefix("[") { return host.hasPrefix("[::1]") }
        let name = host.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
        return name.isEmpty || name == "localhost" || name == "127.0.0.1" || host == "::1"
    }
}
