// SPDX-License-Identifier: Apache-2.0

// One connection, as every thread may hold it: lines go into its outbox, commands to its event
// loop, where `LinkHandler` carries them out.

import NIOConcurrencyHelpers
import NIOCore

/// What a link's event loop is asked to do, as a user event of its pipeline.
enum LinkCommand: Sendable {
    case drain
    case close(LossReason, flush: Bool)
    case read(Bool)
}

final class Link: Sendable {
    let id = ConnectionID.next()
    let channel: any Channel
    private let outbox: NIOLockedValueBox<Outbox>
    private let lineBytesMax: Int

    init(_ channel: any Channel, settings: LinkSettings) {
        self.channel = channel
        lineBytesMax = settings.outgoingLineBytesMax
        outbox = NIOLockedValueBox(Outbox(bytesMax: settings.outgoingBytesMax))
    }

    func send(_ line: String) -> SendResult {
        let (result, isWakeDue) = put(line)
        if isWakeDue { command(.drain) }
        return result
    }

    /// Queues a line; whether the caller has to see to it that ``drain(_:)`` comes.
    func put(_ line: String) -> (SendResult, isWakeDue: Bool) {
        guard line.utf8.count < lineBytesMax,
            !line.utf8.contains(UInt8(ascii: "\n")), line.utf8.last != UInt8(ascii: "\r")
        else { return (.unsendable, false) }
        switch outbox.withLockedValue({ $0.put(line) }) {
        case .wake: return (.queued, true)
        case .queued: return (.queued, false)
        case .full:
            command(.close(.slowPeer, flush: false))
            return (.slowPeer, false)
        case .shut: return (.stale, false)
        }
    }

    /// Has the event loops of links write what waits, each woken once.
    static func drain(_ links: [Link]) {
        guard let first = links.first else { return }
        let loop = first.channel.eventLoop
        loop.execute {
            for link in links where link.channel.eventLoop === loop {
                link.channel.pipeline.fireUserInboundEventTriggered(LinkCommand.drain)
            }
        }
        drain(links.filter { $0.channel.eventLoop !== loop })
    }

    /// Takes no lines from now on; closes when those before are flushed.
    func close(_ reason: LossReason) {
        if outbox.withLockedValue({ $0.shut() }) { command(.close(reason, flush: true)) }
    }

    func read(_ isOn: Bool) { command(.read(isOn)) }

    var unsentBytes: Int { outbox.withLockedValue { $0.unsentBytes } }

    /// For the event loop: the bytes to write now.
    func take() -> ByteBuffer? { outbox.withLockedValue { $0.take() } }

    /// For the event loop: the kernel took that many bytes.
    func wrote(_ bytes: Int) { outbox.withLockedValue { $0.wrote(bytes) } }

    /// For the event loop: no line can be sent any more.
    func shut() { outbox.withLockedValue { _ = $0.shut() } }

    /// Always by way of the event loop's queue: lines of one turn go out in one write, and an owner
    /// that sends from within its callback does not re-enter the handler.
    private func command(_ command: LinkCommand) {
        channel.eventLoop.execute { [channel] in
            channel.pipeline.fireUserInboundEventTriggered(command)
        }
    }
}
