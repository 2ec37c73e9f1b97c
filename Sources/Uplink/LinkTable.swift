// SPDX-License-Identifier: Apache-2.0

// The connections of one client or listener by their IDs; who is not in it is stale.

import NIOConcurrencyHelpers
import NIOCore

final class LinkTable: Sendable {
    /// Whether a new connection may be one.
    enum Admission {
        case admitted
        /// It is told why, then closed.
        case full
        /// It is closed without a word.
        case turnedAway
    }

    private struct Links {
        var byID: [ConnectionID: Link] = [:]
        /// Those whose handshake is done.
        var open: Set<ConnectionID> = []
        var isStopped = false
    }

    private let connectionsMax: Int
    private let openMax: Int
    private let links = NIOLockedValueBox(Links())

    /// A table of at most so many connections. With handshakes before them those that are at theirs, or
    /// wait for it, come on top: whoever only stands at the door takes nobody's place inside.
    init(connectionsMax: Int, handshakes: Int = 0) {
        self.connectionsMax = connectionsMax + handshakes
        openMax = connectionsMax
    }

    /// Counts a connection whose handshake is done; false when there are as many as there may be.
    func open(_ id: ConnectionID) -> Bool {
        links.withLockedValue { links in
            guard links.open.count < openMax, links.byID[id] != nil else { return false }
            links.open.insert(id)
            return true
        }
    }

    /// Holds the link until its channel is closed.
    func admit(_ link: Link) -> Admission {
        let admission: Admission = links.withLockedValue { links in
            let count = links.byID.count
            if links.isStopped || count >= connectionsMax + UplinkLimits.refusalsAtOnceMax {
                return .turnedAway
            }
            links.byID[link.id] = link
            return count < connectionsMax ? .admitted : .full
        }
        link.channel.closeFuture.whenComplete { [id = link.id] _ in
            self.links.withLockedValue {
                $0.byID[id] = nil
                $0.open.remove(id)
            }
        }
        return admission
    }

    func link(_ id: ConnectionID) -> Link? { links.withLockedValue { $0.byID[id] } }

    /// Queues lines, then wakes who has to write them.
    func send(_ lines: [(line: String, id: ConnectionID)]) {
        var waking: [Link] = []
        var bytes = 0
        for (line, id) in lines {
            guard let link = link(id) else { continue }
            if link.put(line).isWakeDue { waking.append(link) }
            bytes += line.utf8.count
            // What waits on a link is bounded: its thread begins to write while the rest is put.
            guard bytes >= UplinkLimits.unwokenBytesMax else { continue }
            Link.drain(waking)
            (waking, bytes) = ([], 0)
        }
        Link.drain(waking)
    }

    func start() { links.withLockedValue { $0.isStopped = false } }

    /// Admits no more and begins to close all.
    func stop() {
        for link in stopAdmitting() { link.close(.stopped) }
    }

    /// Returns when all are closed, each within its `LinkSettings.closeMax`.
    func stopAndWait() async {
        stop()
        for link in stopAdmitting() { try? await link.channel.closeFuture.get() }
    }

    private func stopAdmitting() -> [Link] {
        links.withLockedValue { links in
            links.isStopped = true
            return Array(links.byID.values)
        }
    }
}
