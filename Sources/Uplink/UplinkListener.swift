// SPDX-License-Identifier: Apache-2.0

// The end that is connected to: the central's listener, and the control socket of either daemon.

import Glibc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import QueueCore

/// A listener of the line protocol: over TLS with keys, or over plain TCP on loopback, or over a
/// unix-domain socket.
public final class UplinkListener: LineTransport {
    private let address: ListenAddress
    private let settings: LinkSettings
    private let keys: KeyRing?
    private let connectionsMax: Int
    private let group: any EventLoopGroup
    private let report: @Sendable (UplinkEvent) -> Void
    private let table: LinkTable
    /// Not private, so that a test can have a smaller one; nobody else touches it.
    let room = NIOLockedValueBox(HandshakeRoom())

    /// A listener at `address`. With `keys` it speaks TLS alone. Without, it throws
    /// `UplinkError.notLoopback` for a number address that is not loopback; a name is resolved, and
    /// refused, by `run`.
    public init(
        at address: ListenAddress,
        keys: KeyRing? = nil,
        settings: LinkSettings = .central,
        connectionsMax: Int = UplinkLimits.connectionsMax,
        group: any EventLoopGroup = UplinkThread.shared,
        onEvent report: @escaping @Sendable (UplinkEvent) -> Void
    ) throws(UplinkError) {
        precondition(connectionsMax > 0, "a listener takes connections")
        if keys == nil, case .tcp(let hostPort) = address { try Loopback.checkLiteral(hostPort) }
        self.address = address
        self.keys = keys
        self.settings = settings
        self.connectionsMax = connectionsMax
        self.group = group
        self.report = report
        table = LinkTable(
            connectionsMax: connectionsMax,
            handshakes: keys == nil
                ? 0 : UplinkLimits.handshakesMax + UplinkLimits.handshakeLineMax)
    }

    /// Listens until the task is cancelled; returns when every connection is flushed and closed,
    /// within `LinkSettings.closeMax`. Throws when the address can't be had (`notLoopback`, `inUse`,
    /// `unbound`, …), and `listenerFailed` when the system ends it. One run at a time.
    public func run() async throws(UplinkError) {
        table.start()
        guard let (server, file) = try await listen() else { return }
        report(.listening(at: Loopback.text(server.localAddress, unix: unixPath)))
        let look = TimeAmount.microseconds(UplinkLimits.handshakeLook.microseconds)
        let looks =
            keys == nil
            ? nil
            : server.eventLoop.scheduleRepeatedTask(initialDelay: look, delay: look) { _ in
                self.lookAtLine()
            }
        let failure = await withTaskCancellationHandler {
            let end = await Self.end(of: server)
            return Task.isCancelled ? nil : end
        } onCancel: {
            server.close(promise: nil)
        }
        looks?.cancel()
        file?.remove()
        await table.stopAndWait()
        if let failure { throw .listenerFailed(address: address.description, why: failure) }
    }

    private var unixPath: String {
        if case .unix(let path) = address { path } else { "" }
    }

    private static func end(of server: any Channel) async -> String {
        do {
            try await server.closeFuture.get()
            return "its socket was closed"
        } catch {
            return "\(error)"
        }
    }

    /// Nil when the task was cancelled before it stood.
    private func listen() async throws(UplinkError) -> (any Channel, UnixSocketFile?)? {
        switch address {
        case .unix(let path):
            let (file, descriptor) = try UnixSocketFile.bind(path: path)
            let result = await Self.result(of: bootstrap().withBoundSocket(descriptor))
            if case .failure = result { file.remove() }
            return (try Self.server(result, address), file)
        case .tcp(let hostPort):
            let loop = group.next()
            let found = try await Loopback.resolve(hostPort, anywhere: keys != nil, on: loop)
            guard let found else { return nil }
            let result = await Self.result(of: bootstrap().bind(to: found[0]))
            return (try Self.server(result, address), nil)
        }
    }

    private static func result<Value: Sendable>(
        of future: EventLoopFuture<Value>
    ) async -> Result<Value, any Error> {
        do { return .success(try await future.get()) } catch { return .failure(error) }
    }

    private static func server(
        _ result: Result<any Channel, any Error>, _ address: ListenAddress
    ) throws(UplinkError) -> any Channel {
        switch result {
        case .success(let channel):
            return channel
        case .failure(let error as IOError) where error.errnoCode == EADDRINUSE:
            throw .inUse(address.description)
        case .failure(let error):
            throw .unbound(address: address.description, why: "\(error)")
        }
    }

    private func bootstrap() -> ServerBootstrap {
        let buffer = ChannelOptions.Types.SocketOption.Value(UplinkLimits.kernelBufferBytes)
        let read = FixedSizeRecvByteBufferAllocator(capacity: UplinkLimits.readBytesMax)
        var isUnix = false
        if case .unix = address { isUnix = true }
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(UplinkLimits.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_rcvbuf), value: buffer)
            .childChannelOption(.socketOption(.so_sndbuf), value: buffer)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: read)
            // The kernel tells a half-closed unix-domain peer from a closed one, but not a TCP one.
            .childChannelOption(.allowRemoteHalfClosure, value: isUnix)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.admit(channel) }
            }
    }

    private func admit(_ channel: any Channel) throws {
        let link = Link(channel, settings: settings)
        let peer = Loopback.text(channel.remoteAddress, unix: unixPath)
        var refusal: UplinkError?
        if keys == nil, let remote = channel.remoteAddress, !Loopback.holds(remote) {
            refusal = .notLoopback(peer)
        }
        switch table.admit(link) {
        case .admitted:
            break
        case .full:
            refusal = refusal ?? .tooManyConnections(max: connectionsMax)
        case .turnedAway:
            report(.refused(peer: peer, .tooManyConnections(max: connectionsMax)))
            throw UplinkError.tooManyConnections(max: connectionsMax)
        }
        if let refusal { report(.refused(peer: peer, refusal)) }
        if let keys {
            // Nothing may be said before the handshake, and none is begun with one too many.
            if let refusal { throw refusal }
            try guardDoor(of: channel, link, peer, keys)
            // Who comes first in an empty line comes in at once.
            channel.eventLoop.execute { self.moveUp() }
        }
        try channel.pipeline.syncOperations.addHandlers(
            ByteToMessageHandler(LineFraming()),
            LinkHandler(
                link, settings: settings, unixPath: unixPath,
                refusal: refusal.map { Self.refusalLine($0) }, report: report))
    }

    /// Puts a door into the pipeline; TLS goes behind it when it is wanted. Who stands before it is not
    /// read until there is room.
    private func guardDoor(
        of channel: any Channel, _ link: Link, _ peer: String, _ keys: KeyRing
    ) throws {
        let host = channel.remoteAddress.flatMap { PeerHost.text(of: $0) } ?? peer
        let (room, table, id) = (room, table, link.id)
        guard room.withLockedValue({ $0.lineUp(id, from: host) }) else {
            report(.turnedAway(peer: peer, .crowded, identity: nil))
            throw UplinkError.tooManyConnections(max: UplinkLimits.handshakeLineMax)
        }
        try channel.syncOptions?.setOption(.autoRead, value: false)
        let leave = { @Sendable [self] in
            room.withLockedValue { $0.leave(id) }
            moveUp()
        }
        channel.closeFuture.whenComplete { _ in leave() }
        let shown = NIOLockedValueBox(LinkTLS.Shown())
        let report = report
        let tell = { (fault: HandshakeFault) in
            leave()
            let identity = shown.withLockedValue { $0.identity }
            report(.turnedAway(peer: peer, fault, identity: identity))
        }
        let door = DoorHandler(
            closeMax: settings.closeMax,
            begin: { context, door in
                let handshake = HandshakeHandler(
                    mayOpen: {
                        let key = shown.withLockedValue { $0.key }
                        guard let key, keys.holds(key) else {
                            door.over(.unknownName)
                            return false
                        }
                        if table.open(id) { return true }
                        door.over(.crowded)
                        return false
                    },
                    opened: {
                        door.open()
                        leave()
                        return shown.withLockedValue { $0.key }
                    },
                    failed: { error in
                        door.over(LinkTLS.fault(of: error, shown.withLockedValue { $0 }))
                    },
                    forged: { tell(.badRecord) })
                try context.pipeline.syncOperations.addHandlers(
                    [try LinkTLS.server(keys, shown: shown), handshake], position: .after(door))
            }, heard: { room.withLockedValue { $0.heard(id, at: Self.now()) } }, report: tell)
        try channel.pipeline.syncOperations.addHandler(door)
    }

    /// Lets in who has waited for the place that is free, and has those go who only hold one.
    private func moveUp() {
        let moves = room.withLockedValue { $0.turn(at: Self.now()) }
        for id in moves.out { tellDoor(of: id, .pushOut) }
        for id in moves.come { tellDoor(of: id, .comeIn) }
    }

    private func lookAtLine() {
        moveUp()
        guard let rush = room.withLockedValue({ $0.endedRush(at: Self.now()) }) else { return }
        report(.rush(most: rush.most, through: rush.through, lasted: rush.span))
    }

    private func tellDoor(of id: ConnectionID, _ command: DoorCommand) {
        guard let channel = table.link(id)?.channel else { return }
        channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(command) }
    }

    private static func now() -> Moment {
        Moment(microseconds: Int64(NIODeadline.now().uptimeNanoseconds / 1_000))
    }

    private static func refusalLine(_ error: UplinkError) -> String {
        if case .notLoopback = error {
            return "ERROR name=not-loopback detail=plain%20lines%20are%20for%20loopback%20only"
        }
        return "ERROR name=too-many-connections detail=too%20many%20are%20connected;%20try%20later"
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
