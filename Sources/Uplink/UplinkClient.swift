// SPDX-License-Identifier: Apache-2.0

// The controller's end: keeps one connection to one of the central's addresses, and when it is gone
// comes back by itself.

import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import QueueCore

/// Where a client's key is to be had at the moment; throws `UplinkError.noKey`.
public typealias KeySource = @Sendable () throws(UplinkError) -> LinkKey

/// A client of the line protocol, over TLS with a key or, on loopback, over plain TCP; it has at most
/// one connection.
public final class UplinkClient: LineTransport {
    private let addresses: [HostPort]
    private let key: KeySource?
    private let settings: LinkSettings
    private let backOff: BackOff
    private let random: any RandomNumberGenerator & Sendable
    private let group: any EventLoopGroup
    private let source: String?
    private let report: @Sendable (UplinkEvent) -> Void
    private let table = LinkTable(connectionsMax: 1)

    /// A client that tries `addresses` in turn. With a `key`, asked for at each attempt, it speaks
    /// TLS. Without one it speaks plainly, and throws `UplinkError.notLoopback` for a number address
    /// that is not loopback (a name is resolved, and refused, at each attempt). It comes `from` that
    /// address of this machine, in numbers; from one that the system chooses when it is nil. Throws
    /// `addressCount`.
    public init(
        addresses: [HostPort],
        key: KeySource? = nil,
        settings: LinkSettings = .uplink,
        backOff: BackOff = BackOff(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        group: any EventLoopGroup = UplinkThread.shared,
        from source: String? = nil,
        onEvent report: @escaping @Sendable (UplinkEvent) -> Void
    ) throws(UplinkError) {
        guard (1...UplinkLimits.addressesMax).contains(addresses.count) else {
            throw .addressCount(addresses.count)
        }
        if key == nil { for address in addresses { try Loopback.checkLiteral(address) } }
        self.addresses = addresses
        self.key = key
        self.settings = settings
        self.backOff = backOff
        self.random = random
        self.group = group
        self.source = source
        self.report = report
    }

    /// Connects, and again whenever the connection is gone, until the task is cancelled; returns
    /// when the last connection is closed. One run at a time.
    public func run() async {
        table.start()
        await withTaskCancellationHandler {
            await connectInTurn()
        } onCancel: {
            table.stop()
        }
        await table.stopAndWait()
    }

    private func connectInTurn() async {
        var backOff = self.backOff
        var random = self.random
        var turn = 0
        while !Task.isCancelled {
            let address = addresses[turn % addresses.count]
            turn += 1
            var failure: UplinkError?
            do {
                if let lasted = try await connect(to: address), lasted >= UplinkLimits.lastedMin {
                    backOff.reset()
                }
            } catch {
                failure = error
            }
            if Task.isCancelled { return }
            let wait = backOff.next(using: &random)
            if let failure {
                report(.unreachable(peer: address.description, failure, retryAfter: wait))
            }
            try? await Task.sleep(for: .microseconds(wait.microseconds))
        }
    }

    /// Returns how long the connection lasted, nil when the task was cancelled before it stood.
    private func connect(to address: HostPort) async throws(UplinkError) -> TimeSpan? {
        let loop = group.next()
        let key = try key?()
        guard
            let found = try await Loopback.resolve(address, anywhere: key != nil, on: loop)
        else { return nil }
        var why = "it has no address"
        for candidate in found {
            let handshake = Handshake()
            let attempt = bootstrap(loop, key, handshake).connect(to: candidate)
            switch await firstResult(of: attempt) {
            case nil:
                return nil
            case .failure(let error):
                why = Self.text(of: error)
            case .success(let channel):
                let start = NIODeadline.now()
                try? await channel.closeFuture.get()
                let lasted = NIODeadline.now() - start
                if let why = handshake.failure.withLockedValue({ $0 }) {
                    throw .notAdmitted(address: address.description, why: why)
                }
                return .microseconds(lasted.nanoseconds / 1_000)
            }
        }
        throw .unconnected(address: address.description, why: why)
    }

    /// How a handshake went, for the one who waits for the end of its connection.
    private final class Handshake: Sendable {
        let failure = NIOLockedValueBox<String?>(nil)
    }

    private func bootstrap(
        _ loop: any EventLoop, _ key: LinkKey?, _ handshake: Handshake
    ) -> ClientBootstrap {
        let buffer = ChannelOptions.Types.SocketOption.Value(UplinkLimits.kernelBufferBytes)
        let read = FixedSizeRecvByteBufferAllocator(capacity: UplinkLimits.readBytesMax)
        var bootstrap = ClientBootstrap(group: loop)
        if let source, let own = try? SocketAddress(ipAddress: source, port: 0) {
            bootstrap = bootstrap.bind(to: own)
        }
        return
            bootstrap
            .connectTimeout(.microseconds(UplinkLimits.connectMax.microseconds))
            .channelOption(.socketOption(.so_rcvbuf), value: buffer)
            .channelOption(.socketOption(.so_sndbuf), value: buffer)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: read)
            .channelInitializer { [settings, table, report] channel in
                channel.eventLoop.makeCompletedFuture {
                    let link = Link(channel, settings: settings)
                    guard case .admitted = table.admit(link) else { throw CancellationError() }
                    if let key { try Self.encrypt(channel, key, handshake) }
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(LineFraming()),
                        LinkHandler(link, settings: settings, report: report))
                }
            }
    }

    private static func encrypt(
        _ channel: any Channel, _ key: LinkKey, _ handshake: Handshake
    ) throws {
        let fail = { @Sendable (why: String) in
            handshake.failure.withLockedValue { $0 = $0 ?? why }
        }
        let span = UplinkLimits.admissionSpan
        let late = channel.eventLoop.scheduleTask(in: .microseconds(span.microseconds)) {
            fail("the handshake was not done within \(span.milliseconds / 1_000) s")
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in late.cancel() }
        try channel.pipeline.syncOperations.addHandlers(
            try LinkTLS.client(key),
            HandshakeHandler(
                opened: {
                    late.cancel()
                    return nil
                }, failed: { fail(LinkTLS.reason(of: $0, key)) }))
    }

    private static func text(of error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "it did not answer in time"
        default: "\(error)"
        }
    }

    /// See `LineTransport`.
    @discardableResult
    public func send(_ line: String, on id: ConnectionID) -> SendResult {
        table.link(id)?.send(line) ?? .stale
    }

    /// See `LineTransport`.
    public func send(_ lines: [(line: String, id: ConnectionID)]) { table.send(lines) }

    /// See `LineTransport`.
    public func close(_ id: ConnectionID, reason: String) {
        table.link(id)?.close(.owner(reason))
    }

    /// See `LineTransport`.
    public func pauseReading(_ id: ConnectionID) { table.link(id)?.read(false) }

    /// See `LineTransport`.
    public func resumeReading(_ id: ConnectionID) { table.link(id)?.read(true) }

    /// See `LineTransport`.
    public func queuedBytes(on id: ConnectionID) -> Int? { table.link(id)?.unsentBytes }
}
