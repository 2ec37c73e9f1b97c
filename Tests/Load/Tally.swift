// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What has happened so far, counted by all threads.
final class Tally: Sendable {
    enum Kind: CaseIterable {
        case connected, lost, facts, orders, tickets
        /// The central was reached, and the handshake came to nothing.
        case notAdmitted
        /// It was not reached.
        case unreachable
    }

    private struct State {
        var counts: [Kind: Int] = [:]
        var live = 0
        var notes: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func count(_ kind: Kind) { state.withLock { $0.counts[kind, default: 0] += 1 } }

    subscript(kind: Kind) -> Int { state.withLock { $0.counts[kind] ?? 0 } }

    /// A controller's link stands, or is gone.
    func live(_ isLive: Bool) { state.withLock { $0.live += isLive ? 1 : -1 } }

    /// Controllers whose logs flow.
    var live: Int { state.withLock { $0.live } }

    /// Something that is worth a line at the end, however often it happened.
    func note(_ text: String) {
        state.withLock { state in
            guard state.notes.count < 100 || state.notes[text] != nil else { return }
            state.notes[text, default: 0] += 1
        }
    }

    /// The notes, the most frequent first.
    var notes: [(text: String, count: Int)] {
        state.withLock { $0.notes }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { ($0.key, $0.value) }
    }
}
