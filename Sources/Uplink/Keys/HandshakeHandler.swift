// SPDX-License-Identifier: Apache-2.0

// Behind TLS: for those behind it a link is connected when its handshake is done, not before, and
// what goes wrong with the encryption has a name.

import NIOCore
import NIOSSL
import NIOTLS
import QueueCore

/// What the wire brought is not the next record of its connection.
struct BadRecord: Error, CustomStringConvertible {
    let description = HandshakeFault.badRecord.rawValue
}

final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let opened: () -> ShownKey?
    private let mayOpen: () -> Bool
    private let failed: (any Error) -> Void
    private let forged: () -> Void
    private var isOpen = false
    private var isOver = false

    /// - Parameters:
    ///   - mayOpen: asked when the handshake is done; false ends the connection
    ///   - opened: then; the key that was shown, at the listener's end
    ///   - failed: told once, when the handshake fails
    ///   - forged: told once, when a later record is not what the peer sent
    init(
        mayOpen: @escaping () -> Bool = { true }, opened: @escaping () -> ShownKey?,
        failed: @escaping (any Error) -> Void, forged: @escaping () -> Void = {}
    ) {
        self.mayOpen = mayOpen
        self.opened = opened
        self.failed = failed
        self.forged = forged
    }

    func channelActive(context: ChannelHandlerContext) {
        // Held back until the handshake is done.
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        guard !isOpen, !isOver else { return }
        guard mayOpen() else {
            isOver = true
            return context.close(promise: nil)
        }
        isOpen = true
        let shown = opened()
        context.fireChannelActive()
        if let shown { context.fireUserInboundEventTriggered(shown) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver else { return }
        guard isOpen else {
            isOver = true
            failed(error)
            return context.close(promise: nil)
        }
        switch error {
        // A peer that just closes its socket: the end of the link tells as much.
        case NIOSSLError.uncleanShutdown: break
        case is BoringSSLError, is NIOSSLError:
            isOver = true
            forged()
            context.fireErrorCaught(BadRecord())
        default: context.fireErrorCaught(error)
        }
    }
}
