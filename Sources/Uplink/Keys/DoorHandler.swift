// SPDX-License-Identifier: Apache-2.0

// The door of an encrypted listener, in front of TLS. Who comes waits outside, unread, until there is
// room; then the first byte is looked at. Plain lines are answered with a sentence; only for TLS is
// anything set up, and it must be done in time.

import NIOCore
import QueueCore

/// What the listener asks of a door.
enum DoorCommand: Sendable {
    /// There is room: it may begin.
    case comeIn
    /// Others wait, and it says nothing, or has lost its place in their line: it must go.
    case pushOut
}

final class DoorHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case outside, waiting, handshaking, open, refusing, over
    }

    /// The first byte of a TLS record that begins a handshake. (RFC 5246, 6.2.1)
    private static let handshakeRecord: UInt8 = 22

    private let closeMax: TimeSpan
    private let begin: (ChannelHandlerContext, DoorHandler) throws -> Void
    private let heard: () -> Void
    private let report: (HandshakeFault) -> Void
    private var state = State.outside
    private var timer: Scheduled<Void>?

    /// `begin` puts TLS behind this handler; `heard` is told of every piece of a handshake, `report` at
    /// most once why nobody was let in. The channel must not read by itself.
    init(
        closeMax: TimeSpan,
        begin: @escaping (ChannelHandlerContext, DoorHandler) throws -> Void,
        heard: @escaping () -> Void,
        report: @escaping (HandshakeFault) -> Void
    ) {
        self.closeMax = closeMax
        self.begin = begin
        self.heard = heard
        self.report = report
    }

    func channelActive(context: ChannelHandlerContext) {
        // Nobody has connected yet, for those behind the door.
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            let bytes = Self.unwrapInboundIn(data)
            guard let first = bytes.readableBytesView.first else { return }
            guard first == Self.handshakeRecord else { return refuse(context) }
            state = .handshaking
            heard()
            do {
                try begin(context, self)
                context.fireChannelRead(data)
            } catch {
                fail(.broken, context)
            }
        case .handshaking:
            heard()
            context.fireChannelRead(data)
        case .open: context.fireChannelRead(data)
        // It has gone, and the system gives out the rest of what it sent.
        case .outside, .refusing, .over: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if state == .waiting || state == .outside { over(.left) }
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case DoorCommand.comeIn: comeIn(context)
        case DoorCommand.pushOut: fail(state == .outside ? .crowded : .pushedOut, context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// The time for the handshake begins now, however long it had to wait for it.
    private func comeIn(_ context: ChannelHandlerContext) {
        guard state == .outside else { return }
        state = .waiting
        after(UplinkLimits.handshakeSpan, context) { self.fail(.late, context) }
        try? context.channel.syncOptions?.setOption(.autoRead, value: true)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard state != .open else { return context.fireErrorCaught(error) }
        fail(.left, context)
    }

    /// The handshake is done.
    func open() {
        guard state == .handshaking else { return }
        timer?.cancel()
        state = .open
    }

    /// The handshake has failed.
    func over(_ fault: HandshakeFault) {
        guard [.outside, .waiting, .handshaking].contains(state) else { return }
        timer?.cancel()
        state = .over
        report(fault)
    }

    private func fail(_ fault: HandshakeFault, _ context: ChannelHandlerContext) {
        guard state != .open else { return }
        over(fault)
        context.close(promise: nil)
    }

    /// Says why in plain text, then reads and drops until the peer closes, for a while.
    private func refuse(_ context: ChannelHandlerContext) {
        over(.noKey)
        state = .refusing
        let line =
            "ERROR name=no-key detail=here%20TLS%201.2%20with%20a%20pre-shared%20key%20is%20spoken"
            + ";%20have%20one%20made%20with%20'nobatctl%20key%20new'\n"
        after(closeMax, context) { context.close(promise: nil) }
        let bytes = context.channel.allocator.buffer(string: line)
        context.writeAndFlush(Self.wrapOutboundOut(bytes)).assumeIsolated().whenComplete { _ in
            context.close(mode: .output, promise: nil)
        }
    }

    private func after(
        _ span: TimeSpan, _ context: ChannelHandlerContext, _ task: @escaping () -> Void
    ) {
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(
            in: .microseconds(span.microseconds), task)
    }
}
