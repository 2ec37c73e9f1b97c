// SPDX-License-Identifier: Apache-2.0

// The door of the pages: it knows who has shown the key, and who asks too often.

import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import QueueCore
import Synchronization

/// Keeps the sessions of a daemon, and its limits.
final class PagesDoor: Sendable {
    private struct State {
        var sessions = SessionTable()
        var requests = RateTable(
            burst: PagesLimits.requestBurst, interval: PagesLimits.requestInterval,
            placesMax: PagesLimits.placesMax)
        var logins = RateTable(
            burst: PagesLimits.loginBurst, interval: PagesLimits.loginInterval,
            placesMax: PagesLimits.placesMax)
    }

    /// What came of showing the key.
    enum Login {
        case opened(PageSession)
        case wrong
        case tooOften(seconds: Int64)
    }

    let settings: PagesSettings
    let counts = PeerCounts()
    private let now: @Sendable () -> Moment
    private let state = Mutex(State())

    init(_ settings: PagesSettings, now: @escaping @Sendable () -> Moment) {
        self.settings = settings
        self.now = now
    }

    /// The address that a connection counts for; nil for this machine itself, where a proxy may
    /// stand for many.
    func counted(_ peer: PeerAddress) -> String? {
        peer.isLoopback && !settings.countsLoopback ? nil : peer.text
    }

    /// Whether an address may ask once more; else after how many seconds.
    func mayAsk(_ address: String?) -> Int64? {
        guard let address else { return nil }
        let now = now()
        return state.withLock { state in
            if state.requests.take(address, at: now) { return nil }
            return Self.seconds(state.requests.wait(address, at: now))
        }
    }

    /// Somebody shows the key.
    func login(_ shown: some StringProtocol, from peer: PeerAddress) -> Login {
        let now = now()
        return state.withLock { state in
            guard state.logins.take(peer.text, at: now) else {
                return .tooOften(seconds: Self.seconds(state.logins.wait(peer.text, at: now)))
            }
            guard let key = settings.key, key.matches(shown) else { return .wrong }
            state.logins.forget(peer.text)
            return .opened(
                state.sessions.open(
                    token: Self.secret(), pageToken: Self.secret(), at: now))
        }
    }

    /// Whether a program has shown the key itself; wrong ones count as logins that failed.
    func hasKey(_ shown: some StringProtocol, from peer: PeerAddress) -> Bool {
        let now = now()
        return state.withLock { state in
            guard state.logins.take(peer.text, at: now) else { return false }
            guard let key = settings.key, key.matches(shown) else { return false }
            state.logins.forget(peer.text)
            return true
        }
    }

    /// The session of a request's cookie.
    func session(of request: Request) -> PageSession? {
        let now = now()
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == cookieName else {
                    continue
                }
                if let found = state.withLock({ $0.sessions.use(String(parts[1]), at: now) }) {
                    return found
                }
            }
        }
        return nil
    }

    /// Ends a session.
    func end(_ session: PageSession) { state.withLock { $0.sessions.close(session.token) } }

    /// Whether a session may act now.
    func mayAct(_ session: PageSession) -> Bool { session.mayAct(at: now()) }

    /// Cookies are of a host, not of a port: each daemon has one of its own name.
    var cookieName: String { "nobat-\(settings.name)" }

    private static func seconds(_ span: TimeSpan) -> Int64 {
        max(1, (span.milliseconds + 999) / 1_000)
    }

    /// 256 bits from the system's own source.
    private static func secret() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let part = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - part.count) + part
        }.joined()
    }
}

/// Lets in whom the rules let in.
struct Gate: RouterMiddleware {
    let door: PagesDoor

    func handle(
        _ request: Request, context: PagesContext,
        next: (Request, PagesContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let peer = PeerAddress(context.remoteAddress)
        context.counted = door.counted(peer)
        let isReading = request.method == .get || request.method == .head
        let isCounted = Access.isCounted(path: request.uri.path, isReading: isReading)
        if isCounted, let seconds = door.mayAsk(context.counted) {
            return Answers.tooOften(seconds)
        }
        let need = Access.need(path: request.uri.path, isReading: isReading)
        var shown = Access.Shown()
        context.session = door.session(of: request)
        if let session = context.session {
            shown.hasSession = true
            shown.mayAct = door.mayAct(session)
            shown.hasPageToken = request.headers[.pageToken] == session.pageToken
        }
        shown.isFromElsewhere = Access.isFromElsewhere(
            origin: request.headers[.origin], site: request.headers[.fetchSite],
            host: request.head.authority)
        if need == .reading, door.settings.reading == .key, context.session == nil,
            let word = request.headers[.authorization], word.hasPrefix("Bearer ")
        {
            shown.hasKey = door.hasKey(word.dropFirst(7), from: peer)
        }
        let verdict = Access.verdict(
            need, rule: door.settings.reading, isKeyed: door.settings.key != nil, shown: shown)
        guard verdict == .allowed else {
            return Answers.refusal(verdict, to: request)
        }
        return try await next(request, context)
    }
}

extension HTTPField.Name {
    private static func named(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no field") }
        return name
    }

    /// The page token of everything that acts.
    static let pageToken = named("X-Nobat-Token")
    /// From where a browser sends a request.
    static let fetchSite = named("Sec-Fetch-Site")
    /// What is told of where one came from.
    static let referrerPolicy = named("Referrer-Policy")
    /// Which features a page may use.
    static let permissionsPolicy = named("Permissions-Policy")
    /// Who may hold a page in a window.
    static let openerPolicy = named("Cross-Origin-Opener-Policy")
    /// Who may draw with a file.
    static let resourcePolicy = named("Cross-Origin-Resource-Policy")
}
