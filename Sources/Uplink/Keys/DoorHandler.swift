// SPDX-License-Identifier: Apache-2.0

// The door of an encrypted listener, in front of TLS: looks at the first byte of who comes. Plain
// lines are answered with a sentence; only for TLS is anything set up, and it must be done in time.

import NIOCore
import QueueCore

/// What the listener asks of a door.
enum DoorCommand: Sendable {
    /// There is no more room: who has not shown a key by now must go.
    case pushOut
}

final class DoorHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case waiting, handshaking, open, refusing, over
    }

    /// The first byte of a TLS record that begins a handshake. (RFC 5246, 6.2.1)
    private static let handshakeRecord: UInt8 = 22

    private let closeMax: TimeSpan
    private let begin: (ChannelHandlerContext, DoorHandler) throws -> Void
    private let report: (HandshakeFault) -> Void
    private var state = State.waiting
    private var timer: Scheduled<Void>?

    /// `begin` puts TLS behind this handler; `report` is told at most once why nobody was let in.
    init(
        closeMax: TimeSpan,
        begin: @escaping (ChannelHandlerContext, DoorHandler) throws -> Void,
        report: @escaping (HandshakeFault) -> Void
    ) {
        self.closeMax = closeMax
        self.begin = begin
        self.report = report
    }

    func channelActive(context: ChannelHandlerContext) {
        // Nobody has connected yet, for those behind the door.
        after(UplinkLimits.handshakeSpan, context) { self.fail(.late, context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            let bytes = Self.unwrapInboundIn(data)
            guard let first = bytes.readableBytesView.first else { return }
            guard first == Self.handshakeRecord else { return refuse(context) }
            state = .handshaking
            do {
                try begin(context, self)
                context.fireChannelRead(data)
            } catch {
                fail(.broken, context)
            }
        case .handshaking, .open: context.fireChannelRead(data)
        case .refusing, .over: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if state == .waiting { over(.left) }
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case DoorCommand.pushOut = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        fail(.pushedOut, context)
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
        guard state == .waiting || state == .handshaking else { return }
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
