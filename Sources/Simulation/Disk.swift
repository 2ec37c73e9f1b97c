// SPDX-License-Identifier: Apache-2.0

// A database as SQLite promises it: a transaction is there whole or not at all, and for ever once its
// commit has returned; and as cards break that promise: lost, put back from an old copy, or the last
// commits gone after a power cut.

import QueueCore

/// What a disk keeps of a machine.
protocol Rows: Sendable {
    associatedtype Change: Sendable
    mutating func apply(_ changes: [Change])
}

/// A disk: the rows as they were, and every change since.
struct Disk<Kept: Rows>: Sendable {
    private var base: Kept
    private var log: [Kept.Change] = []
    private var commits: [Int32] = []
    /// An old copy that somebody made.
    var backup: Kept?

    init(_ rows: Kept) {
        base = rows
        log.reserveCapacity(4_096)
        commits.reserveCapacity(2_048)
    }

    mutating func commit(_ changes: [Kept.Change]) {
        log.append(contentsOf: changes)
        commits.append(Int32(log.count))
    }

    /// The rows as they are now.
    mutating func rows() -> Kept {
        fold()
        return base
    }

    /// The last commits are gone, as on a card that only pretends to write; at least as many as asked
    /// for when there are.
    mutating func forget(commits count: Int) {
        let left = max(0, commits.count - count)
        let end = left == 0 ? 0 : Int(commits[left - 1])
        log.removeSubrange(end...)
        commits.removeSubrange(left...)
    }

    mutating func replace(with rows: Kept) {
        base = rows
        log.removeAll(keepingCapacity: true)
        commits.removeAll(keepingCapacity: true)
    }

    /// Shortens the log of changes when it has grown long.
    mutating func fold(above length: Int = 0) {
        guard log.count > length else { return }
        base.apply(log)
        log.removeAll(keepingCapacity: true)
        commits.removeAll(keepingCapacity: true)
    }
}

extension ControllerSnapshot: Rows {
    mutating func apply(_ changes: [ControllerChange]) {
        apply(contentsOf: changes)
    }
}

extension CentralSnapshot: Rows {
    mutating func apply(_ changes: [CentralChange]) {
        apply(contentsOf: changes)
    }
}
