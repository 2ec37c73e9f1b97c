// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// What one batch of inputs has the central say, link by link in order. Of acknowledgements that follow
/// one another on a link the last says all.
struct OutgoingMessages {
    /// A message and whom it goes to: a link, and the others that are told the same.
    struct Entry {
        let id: LinkID
        let others: [LinkID]
        fileprivate(set) var message: CentralMessage
    }

    private(set) var entries: [Entry] = []
    /// How many lines they are.
    private(set) var count = 0
    /// Where the last message of each link stands, when that acknowledges something.
    private var acknowledging: [LinkID: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ message: CentralMessage, to id: LinkID) {
        guard case .acknowledge = message else { return add(message, to: [], after: id) }
        if let place = acknowledging[id] {
            entries[place].message = message
        } else {
            acknowledging[id] = entries.count
            count += 1
            entries.append(Entry(id: id, others: [], message: message))
        }
    }

    /// To each of these.
    mutating func add(_ message: CentralMessage, to ids: [LinkID]) {
        if let first = ids.first { add(message, to: Array(ids.dropFirst()), after: first) }
    }

    private mutating func add(
        _ message: CentralMessage, to others: [LinkID], after id: LinkID
    ) {
        if !acknowledging.isEmpty {
            acknowledging[id] = nil
            for other in others { acknowledging[other] = nil }
        }
        count += 1 + others.count
        entries.append(Entry(id: id, others: others, message: message))
    }

    mutating func removeAll() {
        count = 0
        entries.removeAll(keepingCapacity: entries.count <= Self.room)
        acknowledging.removeAll(keepingCapacity: acknowledging.count <= Self.room)
    }

    /// Messages whose room is kept for the next batch.
    private static let room = 2_048

    /// Lines after which a batch does not wait for its end.
    static let countMax = 8_192
}
