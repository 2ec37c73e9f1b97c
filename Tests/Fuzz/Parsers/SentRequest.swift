// SPDX-License-Identifier: Apache-2.0

// A request as an input tells it: method and path, fields, an empty line, a body.

import HTTPTypes

/// The secrets of somebody who is logged in.
struct PageSecrets: Sendable {
    /// `NAME=VALUE` of the session's cookie.
    var cookie: String
    /// The token that acting takes.
    var token: String
}

/// A request to the pages.
struct SentRequest: Sendable {
    let head: HTTPRequest
    let body: String
    private let secrets: PageSecrets?

    /// `@C` and `@T` stand for the cookie and the token of whoever logged in before. Nil when it is
    /// nothing that HTTP lets through.
    init?(_ text: Substring, secrets: PageSecrets?) {
        var text = String(text)
        if let secrets {
            text = text.replacing("@C", with: secrets.cookie)
            text = text.replacing("@T", with: secrets.token)
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let first = lines.popFirst()?.split(separator: " ", maxSplits: 1) ?? []
        guard first.count == 2, let method = HTTPRequest.Method(String(first[0])),
            first[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        var head = HTTPRequest(
            method: method, scheme: "http", authority: nil, path: String(first[1]))
        while let line = lines.popFirst(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"),
                let name = HTTPField.Name(String(line[..<colon]))
            else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            if name.canonicalName == "host" {
                head.authority = String(value)
            } else {
                head.headerFields.append(HTTPField(name: name, value: String(value)))
            }
        }
        self.head = head
        self.body = lines.joined(separator: "\n")
        self.secrets = secrets
    }

    /// It has the cookie of a session.
    var hasCookie: Bool {
        guard let secrets else { return false }
        return head.headerFields[values: .cookie].contains { $0.contains(secrets.cookie) }
    }

    /// It has the token of that session.
    var hasToken: Bool {
        guard let secrets else { return false }
        return head.headerFields.contains { $0.value == secrets.token }
    }

    /// It shows the key as programs do.
    var bearsKey: Bool { head.headerFields[.authorization] == "Bearer \(Site.key)" }

    /// Its form may have the key.
    var showsKey: Bool {
        head.method == .post && head.path?.hasPrefix("/login") == true
    }
}
