// SPDX-License-Identifier: Apache-2.0

// The life of one connection on its event loop: reports it, swallows PING and PONG, watches the
// time, writes what is queued, and ends it so that the last lines still arrive.

import NIOCore
import QueueCore

final class LinkHandler: ChannelInboundHandler {
    typealias InboundIn = LineFrame

    private let link: Link
    private let settings: LinkSettings
    private let unixPath: String
    private let refusal: String?
    private let report: @Sendable (UplinkEvent) -> Void
    private var watch: LinkWatch
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var deadline: Scheduled<Void>?
    private var malformedCount = 0
    private var isReported = false
    private var isInputClosed = false
    private var isOutputClosed = false
    /// Set once: the link is closing, or closed, for this.
    private var ending: LossReason?

    /// With a `refusal` the peer gets that line and an end, and the owner hears nothing of it.
    init(
        _ link: Link, settings: LinkSettings, unixPath: String = "", refusal: String? = nil,
        report: @escaping @Sendable (UplinkEvent) -> Void
    ) {
        self.link = link
        self.settings = settings
        self.unixPath = unixPath
        self.refusal = refusal
        self.report = report
        watch = LinkWatch(settings, now: Self.now())
    }

    private static func now() -> Moment {
        Moment(microseconds: Int64(NIODeadline.now().uptimeNanoseconds / 1_000))
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        stopWatch()
        deadline?.cancel()
    }

    func channelActive(context: ChannelHandlerContext) {
        guard ending == nil else { return }
        if let refusal {
            _ = link.send(refusal)
            link.close(.owner("refused"))
            return
        }
        isReported = true
        watch = LinkWatch(settings, now: Self.now())
        var peer = Loopback.text(context.remoteAddress, unix: unixPath)
        if let user = PeerUser.of(context.channel) { peer += ", uid \(user)" }
        report(.connected(link.id, peer: peer))
        keepWatch()
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.shut()
        stopWatch()
        deadline?.cancel()
        if isReported { report(.lost(link.id, ending ?? .peerClosed)) }
        ending = ending ?? .peerClosed
        isReported = false
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let reason = isInputClosed ? .peerClosed : LossReason.transport("\(error)")
        end(reason, flush: false)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard ending == nil, isReported else { return }
        let frame = Self.unwrapInboundIn(data)
        switch frame {
        case .line("PING"):
            watch.heard(isOwn: false, at: Self.now())
            _ = link.send("PONG")
        case .line("PONG"):
            watch.heard(isOwn: false, at: Self.now())
        case .line(let line):
            watch.heard(isOwn: true, at: Self.now())
            report(.line(link.id, line))
        case .malformed(let what):
            watch.heard(isOwn: true, at: Self.now())
            malformedCount += 1
            report(.malformed(link.id, what, count: malformedCount))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case LinkCommand.drain:
            drain()
        case LinkCommand.close(let reason, let flush):
            end(reason, flush: flush)
        case LinkCommand.read(let isOn):
            guard ending == nil else { return }
            watch.setPaused(!isOn, at: Self.now())
            setAutoRead(isOn)
            keepWatch()
        case let shown as ShownKey:
            if ending == nil { report(.identified(link.id, shown)) }
        case ChannelEvent.inputClosed:
            inputClosed()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }
}

// MARK: Time

extension LinkHandler {
    /// Does what is due and sets the timer for what is next.
    private func keepWatch() {
        stopWatch()
        guard ending == nil, isReported, let context else { return }
        let now = Self.now()
        switch watch.demand(at: now) {
        case .silentPeer:
            // Said without waiting: a peer that is gone won't read it.
            if let line = settings.silentPeerLine {
                _ = link.send(line)
                drain()
            }
            end(.silentPeer, flush: false)
        case .ping:
            watch.sent(at: now)
            _ = link.send("PING")
            keepWatch()
        case .nothing(until: let due?):
            let wait = TimeAmount.microseconds((due - now).microseconds)
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: wait) {
                self.timer = nil
                let woken = Self.now()
                if woken - due > UplinkLimits.oversleptMin { self.watch.overslept(at: woken) }
                self.keepWatch()
            }
        case .nothing(until: nil):
            break
        }
    }

    /// Ends the timer if it runs. The event loop looks through the timers of all links for one that is
    /// cancelled, and through all of them for one that has run already: that one is let go before.
    private func stopWatch() {
        timer?.cancel()
        timer = nil
    }

    private func within(_ span: TimeSpan, do task: @escaping () -> Void) {
        deadline?.cancel()
        deadline = context?.eventLoop.assumeIsolated().scheduleTask(
            in: .microseconds(span.microseconds), task)
    }
}

// MARK: Writing and ending

extension LinkHandler {
    private func drain() {
        guard let context, context.channel.isActive, let bytes = link.take() else { return }
        watch.sent(at: Self.now())
        let count = bytes.readableBytes
        context.writeAndFlush(NIOAny(bytes)).assumeIsolated().whenSuccess { [link] in
            link.wrote(count)
        }
    }

    private func setAutoRead(_ isOn: Bool) {
        try? context?.channel.syncOptions?.setOption(.autoRead, value: isOn)
    }

    /// A peer of a control socket that has said all (`echo … | nc -N`) still gets its answer.
    private func inputClosed() {
        isInputClosed = true
        if ending == nil {
            within(settings.closeMax) { self.end(.peerClosed, flush: true) }
        } else if isOutputClosed {
            context?.close(promise: nil)
        }
    }

    /// Ends the link; the first reason stays.
    ///
    /// With `flush` it writes what is queued, then closes its own direction only, and reads and
    /// drops until the peer closes too: closing with bytes unread would make the kernel reset the
    /// connection, and the peer might lose the last lines.
    private func end(_ reason: LossReason, flush: Bool) {
        guard let context else { return }
        if ending != nil {
            if !flush { context.close(promise: nil) }
            return
        }
        let isActive = context.channel.isActive
        if flush { drain() }
        ending = reason
        link.shut()
        stopWatch()
        guard flush, isActive else {
            context.close(promise: nil)
            return
        }
        within(settings.closeMax) { self.context?.close(promise: nil) }
        setAutoRead(true)
        context.writeAndFlush(NIOAny(ByteBuffer())).assumeIsolated().whenComplete { _ in
            guard let context = self.context else { return }
            self.isOutputClosed = true
            let closing = context.close(mode: self.isInputClosed ? .all : .output)
            closing.assumeIsolated().whenFailure { _ in self.context?.close(promise: nil) }
        }
    }
}
