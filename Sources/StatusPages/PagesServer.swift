// SPDX-License-Identifier: Apache-2.0

// The server of the pages. It is a convenience of the hall: when its port can't be had, or it ends by
// itself, that is told and tried again, and calling goes on.

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import QueueCore
import ServiceLifecycle

/// Pages that add themselves to a server.
public protocol PageRoutes: Sendable {
    /// Adds the routes of the page.
    func add(to router: Router<PagesContext>)
}

/// What a server of pages is told.
public struct PagesSettings: Sendable {
    /// The host or number address to listen on.
    public var host: String
    /// The port; 0 for any free one.
    public var port: Int
    /// Who may read.
    public var reading: ReadingRule
    /// The daemon's name, of small letters, digits and `-`: its cookie has it.
    public var name: String
    /// What acting is done with; nil when nobody acts here.
    public var key: AccessKey?
    /// Whether this machine's own address is limited like any other; a proxy on it stands for many.
    public var countsLoopback = false

    /// Settings from their parts.
    public init(
        host: String, port: Int, reading: ReadingRule, name: String, key: AccessKey? = nil
    ) {
        self.host = host
        self.port = port
        self.reading = reading
        self.name = name
        self.key = key
    }

    /// Settings with an address that has been checked: `host:port` or `[IPv6]:port`.
    public init(address: String, reading: ReadingRule, name: String, key: AccessKey?) {
        let colon = address.lastIndex(of: ":") ?? address.endIndex
        let host = address[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        self.init(
            host: String(host), port: Int(address[colon...].dropFirst()) ?? 0, reading: reading,
            name: name, key: key)
    }
}

/// The server of the pages.
public struct PagesServer: ServiceLifecycle.Service {
    private let settings: PagesSettings
    private let door: PagesDoor
    private let pages: [any PageRoutes]
    private let feeds: [LiveFeed]
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void
    private let noteLogin: @Sendable (_ isRight: Bool, _ address: String) -> Void

    /// A server of `pages`; `feeds` are closed when it ends for good, and `now` reads the monotonic
    /// clock.
    public init(
        settings: PagesSettings, pages: [any PageRoutes], feeds: [LiveFeed],
        now: @escaping @Sendable () -> Moment,
        tell: @escaping @Sendable (String, _ isWarning: Bool) -> Void,
        noteLogin: @escaping @Sendable (_ isRight: Bool, _ address: String) -> Void = { _, _ in }
    ) {
        self.noteLogin = noteLogin
        self.settings = settings
        door = PagesDoor(settings, now: now)
        self.pages = pages
        self.feeds = feeds
        self.tell = tell
    }

    /// Serves until the group is shut down or cancelled.
    public func run() async throws {
        await withGracefulShutdownHandler {
            var lastFailure: String?
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                do {
                    try await serve()
                } catch {
                    let failure = "\(error)"
                    if failure != lastFailure {
                        tell(
                            "the pages can't be served at \(settings.host):\(settings.port): "
                                + "\(failure); tried again every "
                                + "\(PagesLimits.retryListen.milliseconds / 1_000) s", true)
                    }
                    lastFailure = failure
                }
                try? await cancelWhenGracefulShutdown {
                    try await Task.sleep(
                        for: .microseconds(PagesLimits.retryListen.microseconds))
                }
            }
        } onGracefulShutdown: {
            for feed in feeds { feed.close() }
        }
    }

    /// Serves until the end; a peer that takes nothing may not hold up the end of the daemon.
    private func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application().run() }
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: .microseconds(PagesLimits.farewell.microseconds))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// The ways to all pages, through the gate.
    package func router() -> Router<PagesContext> {
        let router = Router(context: PagesContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: Gate(door: door))
        let login = LoginPage(door: door, tell: tell, note: noteLogin)
        for page in pages + [login] { page.add(to: router) }
        return router
    }

    private func application() -> some ApplicationProtocol {
        let router = router()
        let (tell, door) = (tell, door)
        let host = settings.host
        return Application(
            router: router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [PeerHandler(door: door)],
                    idleTimeout: .seconds(Int64(PagesLimits.idleSeconds)),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: PagesLimits.headersMax,
                        maxHeaderListSize: PagesLimits.headersMax,
                        maxHeaderFieldCount: PagesLimits.headerCountMax))),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil,
                backlog: PagesLimits.connectionsMax,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    PagesLimits.connectionsMax, logger: Self.quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                let shown = host.contains(":") ? "[\(host)]" : host
                tell("http://\(shown):\(port)/", false)
            },
            logger: Self.quiet)
    }

    /// What the library logs of single requests is nobody's concern.
    private static let quiet = Logger(label: "nobat.pages") { _ in SwiftLogNoOpLogHandler() }
}

/// Lets go of peers that take nothing any more, and of those that have too many connections.
final class PeerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let door: PagesDoor
    private var counted: String?
    private var isTooMuch = false

    init(door: PagesDoor) { self.door = door }

    /// Not before: a channel that ends while it is being made ends the program.
    func channelActive(context: ChannelHandlerContext) {
        if isTooMuch { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if let address = door.counted(PeerAddress(context.channel.remoteAddress)) {
            if door.counts.enter(address) { counted = address } else { isTooMuch = true }
        }
        let milliseconds = PagesLimits.deadPeerSeconds * 1_000
        context.channel.setOption(.socketOption(.so_keepalive), value: 1)
            .and(
                context.channel.setOption(
                    ChannelOptions.Types.SocketOption(
                        level: .tcp, name: .init(rawValue: Self.tcpUserTimeout)),
                    value: milliseconds)
            ).whenFailure { _ in }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let counted { door.counts.leave(counted) }
        counted = nil
    }

    /// `TCP_USER_TIMEOUT` of Linux's tcp(7).
    private static let tcpUserTimeout: CInt = 18
}
