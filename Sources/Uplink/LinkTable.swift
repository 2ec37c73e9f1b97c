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
        var isStopped = false
    }

    private let connectionsMax: Int
    private let links = NIOLockedValueBox(Links())

    init(connectionsMax: Int) { self.connectionsMax = connectionsMax }

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
            self.links.withLockedValue { _ = $0.byID.removeValue(forKey: id) }
        }
        return admission
    }

    func link(_ id: ConnectionID) -> Link? { links.withLockedValue { $0.byID[id] } }

    /// Queues lines, then wakes who has to write them.
    func send(_ lines: [(line: String, id: ConnectionID)]) {
        var waking: [Link] = []
        for (line, id) in lines {
            if let link = link(id), link.put(line).isWakeDue { waking.append(link) }
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
