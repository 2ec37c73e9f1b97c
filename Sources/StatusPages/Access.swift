// SPDX-License-Identifier: Apache-2.0

// Who may do what with the pages: decided from what a request shows, without asking anybody.

import QueueCore

/// Who may read the pages.
public enum ReadingRule: String, CaseIterable, Sendable {
    /// Whoever reaches the port.
    case open
    /// Who has shown the key.
    case key
}

/// The rules of access.
enum Access {
    /// Whether a request counts among those that an address may make: the files that pages are drawn
    /// with, and the clips of a call, are asked for by the dozen.
    static func isCounted(path: String, isReading: Bool) -> Bool {
        !isReading || !(path.hasPrefix("/assets/") || path.hasPrefix("/voice/"))
    }

    /// What a request needs.
    enum Need: Equatable {
        /// Nothing: the way to show the key, and the files that any page is drawn with.
        case nothing
        /// Leave to read.
        case reading
        /// Leave to act.
        case acting
    }

    /// What becomes of a request.
    enum Verdict: Equatable {
        case allowed
        /// The key must be shown first.
        case keyIsWanted
        /// The key was shown too long ago to act.
        case keyIsOld
        /// It does not come from one of our own pages.
        case isForeign
        /// Nobody acts here: the daemon has no key.
        case hasNoKey
    }

    /// What a request shows of itself.
    struct Shown: Equatable {
        /// It has the cookie of a session.
        var hasSession = false
        /// That session may act.
        var mayAct = false
        /// It has shown the key itself, as programs do.
        var hasKey = false
        /// It bears the session's page token.
        var hasPageToken = false
        /// The browser says that another site sent it.
        var isFromElsewhere = false
    }

    /// What a request to a path needs.
    static func need(path: String, isReading: Bool) -> Need {
        if path == "/login" || path == "/session" || path.hasPrefix("/assets/") { return .nothing }
        return isReading ? .reading : .acting
    }

    /// Whether a request may do what it needs.
    static func verdict(
        _ need: Need, rule: ReadingRule, isKeyed: Bool, shown: Shown
    ) -> Verdict {
        switch need {
        case .nothing: return .allowed
        case .reading:
            guard rule == .key else { return .allowed }
            return shown.hasSession || shown.hasKey ? .allowed : .keyIsWanted
        case .acting:
            guard isKeyed else { return .hasNoKey }
            guard shown.hasSession else { return .keyIsWanted }
            guard shown.hasPageToken, !shown.isFromElsewhere else { return .isForeign }
            return shown.mayAct ? .allowed : .keyIsOld
        }
    }

    /// Where a login leads: a path of our own, whatever was asked for.
    static func destination(_ wanted: String?) -> String {
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789-/")
        guard let wanted, wanted.hasPrefix("/"), !wanted.hasPrefix("//"), wanted.utf8.count <= 200,
            wanted.allSatisfy(letters.contains)
        else { return "/" }
        return wanted
    }

    /// Whether a browser says that a request was made by another site's page. `origin` and `site` are
    /// the fields Origin and Sec-Fetch-Site; programs send neither, and browsers send the second one
    /// only where the address is a safe one, as this machine's own is.
    static func isFromElsewhere(origin: String?, site: String?, host: String?) -> Bool {
        if let site { return site != "same-origin" && site != "none" }
        guard let origin else { return false }
        guard let host, let place = origin.firstRange(of: "://") else { return true }
        return origin[place.upperBound...] != host
    }
}
