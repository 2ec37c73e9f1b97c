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

extension ControllerSnapshot: Rows {}

extension CentralSnapshot: Rows {}

/// A disk: the rows as they are, and the last commits where a card only pretends to have written them.
struct Disk<Kept: Rows>: Sendable {
    private var rows: Kept
    /// Commits that a power cut would undo, oldest first.
    private var unwritten: [[Kept.Change]] = []
    /// How many commits a power cut can undo.
    var unwrittenMax = 0
    /// An old copy that somebody made.
    var backup: Kept?

    init(_ rows: Kept) { self.rows = rows }

    mutating func commit(_ changes: [Kept.Change]) {
        guard unwrittenMax > 0 else { return rows.apply(changes) }
        unwritten.append(changes)
        if unwritten.count > unwrittenMax { rows.apply(unwritten.removeFirst()) }
    }

    /// The rows as they are now; they are safe from a power cut once they are read.
    mutating func read() -> Kept {
        for changes in unwritten { rows.apply(changes) }
        unwritten = []
        return rows
    }

    /// The last commits are gone, as on a card that only pretends to write.
    mutating func forget(commits count: Int) { unwritten.removeLast(min(count, unwritten.count)) }

    mutating func replace(with rows: Kept) {
        self.rows = rows
        unwritten = []
    }
}
