// SPDX-License-Identifier: Apache-2.0

// The central's rows, on this machine's disk or on a server. A change is durable before the central acknowledges the fact that
// caused it or sends the order that follows from it.

import QueueCore

/// The database of the central. Use it from one thread at a time.
public final class CentralStore {
    /// A store, the rows that the machine starts from, and what was found.
    public typealias Opened = (
        store: CentralStore, snapshot: CentralSnapshot, report: OpeningReport
    )

    /// What is known of logs, to be kept when a commit has succeeded.
    private struct Logs {
        var orders: [Name: LogSpan] = [:]
        /// How far the present log of each controller is told, and the earlier ones that are remembered.
        var told: [Name: [Epoch: UInt64]] = [:]
        /// The epoch of each controller's present log.
        var present: [Name: Epoch] = [:]

        /// A log takes the place of another, of a controller: from where it says. Who comes back with one
        /// that is no longer remembered begins it anew.
        mutating func begin(_ record: ControllerRecord) {
            guard let epoch = record.epoch else { return }
            present[record.name] = epoch
            var told: [Epoch: UInt64] = [:]
            for old in record.oldLogs { told[old.epoch] = old.heard }
            told[epoch] = record.have
            self.told[record.name] = told
        }
    }

    let rows: any RowKeeper
    private var logs = Logs()

    init(rows: any RowKeeper, _ loaded: CentralRows.Loaded) {
        self.rows = rows
        logs.orders = loaded.spans
        for record in loaded.snapshot.controllers { logs.begin(record) }
    }

    /// Where the database is, for a person: its absolute path, or the address of a server.
    public var place: String { rows.place }

    /// Opens the database at `path`, in a directory that exists, for this process alone.
    ///
    /// A missing database is made, and begins with `freshEpoch`. One that is damaged or foreign is
    /// renamed, and replaced in the same way; the report tells it. A directory that is missing or
    /// may not be written, a full disk and a second process are errors and change nothing.
    public static func open(
        path: String, freshEpoch: Epoch
    ) throws(StoreError) -> Opened {
        let opening = Opening(
            schema: .central,
            fresh: { db in try CentralRows.apply(.meta(CentralMeta(epoch: freshEpoch)), in: db) },
            load: CentralRows.load)
        let opened = try opening.open(path: path)
        let store = CentralStore(rows: opened.file, opened.rows)
        return (store, opened.rows.snapshot, opened.report)
    }

    /// Writes the changes in their order, all or none, and returns when they are durable. Of several
    /// changes of one row the last one is written.
    ///
    /// An order whose number does not follow the controller's last one is refused with
    /// ``StoreError/Kind/inconsistent``, unless it is number 1 and the orders before it were all
    /// trimmed away: so a new epoch begins. A fact is refused likewise whose number is not beyond
    /// what is told of its log, the present one of its controller or one that is remembered.
    public func commit(_ changes: [CentralChange]) throws(StoreError) {
        guard !changes.isEmpty else { return }
        var fresh = Logs()
        let stands = CentralRows.standing(changes)
        try rows.write { db in
            for (change, stands) in zip(changes, stands) {
                try follow(change, &fresh)
                if stands { try CentralRows.apply(change, in: db) }
            }
        }
        logs.orders.merge(fresh.orders) { $1 }
        logs.told.merge(fresh.told) { $1 }
        logs.present.merge(fresh.present) { $1 }
    }

    /// Reads all rows again, but for the history.
    public func snapshot() throws(StoreError) -> CentralSnapshot {
        try rows.read { db in try CentralRows.load(db).snapshot }
    }

    /// Runs SQL outside of a transaction; for tests.
    func execute(_ sql: String) throws { try rows.execute(sql) }

    /// Tells other nodes, if there may be any, that this one lives; an error of the kind
    /// ``StoreError/Kind/lost`` says that it may not go on.
    public func beat() throws(StoreError) {
        if let server = rows as? ServerKeeper { try server.beat() }
    }

    private func follow(_ change: CentralChange, _ fresh: inout Logs) throws {
        switch change {
        case .order(let controller, let order):
            var span = fresh.orders[controller] ?? logs.orders[controller] ?? LogSpan()
            if span.isEmpty, order.number == 1 { span = LogSpan() }
            let last = span.last
            guard span.accept(order.number) else {
                throw Contradiction(
                    what: "order \(order.number) of \(controller) can't follow order \(last)")
            }
            fresh.orders[controller] = span
        case .trimOrders(let controller, let through):
            var span = fresh.orders[controller] ?? logs.orders[controller] ?? LogSpan()
            span.trim(through: through)
            fresh.orders[controller] = span
        case .history(_, _, .fact(let controller, let epoch, let fact)):
            var told = fresh.told[controller] ?? logs.told[controller] ?? [:]
            let last = told[epoch] ?? 0
            guard fact.number > last else {
                throw Contradiction(
                    what: "fact \(fact.number) of \(controller) can't follow fact \(last)")
            }
            told[epoch] = fact.number
            fresh.told[controller] = told
        case .controller(let record)
        where record.epoch != fresh.present[record.name] ?? logs.present[record.name]:
            fresh.begin(record)
        default: break
        }
    }
}
