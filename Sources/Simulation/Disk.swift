// SPDX-License-Identifier: Apache-2.0

// A database as SQLite promises it: a transaction is there whole or not at all, and for ever once its
// commit has returned; and as cards break that promise: lost, put back from an old copy, or the last
// commits gone after a power cut.

import QueueCore

/// What a disk keeps of a machine, at hand for the next change.
protocol Rows: Sendable {
    associatedtype Change: Sendable
    associatedtype Snapshot: Sendable

    init(_ snapshot: Snapshot)
    var snapshot: Snapshot { get }
    mutating func apply(_ change: Change)
}

/// A disk: the rows as they are, and the last commits where a card only pretends to have written them.
struct Disk<Kept: Rows>: Sendable {
    private var rows: Kept
    /// Commits that a power cut would undo, oldest first.
    private var unwritten: [[Kept.Change]] = []
    /// How many commits a power cut can undo.
    var unwrittenMax = 0
    /// An old copy that somebody made.
    var backup: Kept.Snapshot?

    init(_ snapshot: Kept.Snapshot) { rows = Kept(snapshot) }

    mutating func commit(_ changes: [Kept.Change]) {
        guard unwrittenMax > 0 else { return write(changes) }
        unwritten.append(changes)
        if unwritten.count > unwrittenMax { write(unwritten.removeFirst()) }
    }

    private mutating func write(_ changes: [Kept.Change]) {
        changes.forEachInPlace { rows.apply($0) }
    }

    /// The rows as they are now; they are safe from a power cut once they are read.
    mutating func read() -> Kept.Snapshot {
        for changes in unwritten { write(changes) }
        unwritten = []
        return rows.snapshot
    }

    /// The last commits are gone, as on a card that only pretends to write.
    mutating func forget(commits count: Int) { unwritten.removeLast(min(count, unwritten.count)) }

    mutating func replace(with snapshot: Kept.Snapshot) {
        rows = Kept(snapshot)
        unwritten = []
    }
}

/// What is on the disk of a controller.
struct ControllerRows: Rows {
    /// All but the tickets.
    private var others: ControllerSnapshot
    private var tickets: KeyedRows<TicketID, HeldTicket>

    init(_ snapshot: ControllerSnapshot) {
        others = snapshot
        others.tickets = []
        tickets = KeyedRows(snapshot.tickets, by: \.ticket.id)
    }

    var snapshot: ControllerSnapshot {
        var whole = others
        whole.tickets = tickets.values
        return whole
    }

    mutating func apply(_ change: ControllerChange) {
        switch change {
        case .ticket(let held): tickets[held.ticket.id] = held
        case .forget(let id): tickets.remove(id)
        default: others.apply(change)
        }
    }
}

/// What is on the disk of the central.
struct CentralRows: Rows {
    /// All but the tickets.
    private var others: CentralSnapshot
    private var tickets: KeyedRows<TicketID, CentralTicket>

    init(_ snapshot: CentralSnapshot) {
        others = snapshot
        others.tickets = []
        tickets = KeyedRows(snapshot.tickets, by: \.ticket.id)
    }

    var snapshot: CentralSnapshot {
        var whole = others
        whole.tickets = tickets.values
        return whole
    }

    mutating func apply(_ change: CentralChange) {
        switch change {
        case .ticket(let held): tickets[held.ticket.id] = held
        case .forget(let id): tickets.remove(id)
        case .history: break
        default: others.apply(change)
        }
    }
}
