// SPDX-License-Identifier: Apache-2.0

// Who has shown the key lately. The table forgets: it is bounded, and it begins empty.

import QueueCore

/// Somebody who has shown the key.
public struct PageSession: Sendable, Equatable {
    /// Unique within the program's run.
    public let serial: UInt64
    /// The secret of the cookie.
    let token: String
    /// The secret of the page, which no other site can read: it goes with everything that acts.
    let pageToken: String
    /// When the key was shown.
    let since: Moment
    /// When it was last used.
    var seen: Moment

    /// Whether it may act: a key that was shown this morning is nobody's standing licence.
    func mayAct(at now: Moment) -> Bool { now - since <= PagesLimits.actingSpan }
}

/// The sessions of a daemon.
struct SessionTable: Sendable {
    private var sessions: [String: PageSession] = [:]
    private var lastSerial: UInt64 = 0

    /// How many there are.
    var count: Int { sessions.count }

    /// Opens one with secrets that nobody can guess; the one that was not used for longest goes when
    /// there are too many.
    mutating func open(token: String, pageToken: String, at now: Moment) -> PageSession {
        forgetOld(at: now)
        if sessions.count >= PagesLimits.sessionsMax,
            let oldest = sessions.values.min(by: { ($0.seen, $0.serial) < ($1.seen, $1.serial) })
        {
            sessions[oldest.token] = nil
        }
        lastSerial += 1
        let session = PageSession(
            serial: lastSerial, token: token, pageToken: pageToken, since: now, seen: now)
        sessions[token] = session
        return session
    }

    /// The session of a cookie, used now; nil when there is none any more.
    mutating func use(_ token: String, at now: Moment) -> PageSession? {
        guard let session = sessions[token], now - session.seen <= PagesLimits.readingSpan else {
            sessions[token] = nil
            return nil
        }
        sessions[token]?.seen = now
        return session
    }

    /// Ends one.
    mutating func close(_ token: String) { sessions[token] = nil }

    private mutating func forgetOld(at now: Moment) {
        sessions = sessions.filter { now - $0.value.seen <= PagesLimits.readingSpan }
    }
}
