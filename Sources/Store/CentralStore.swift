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

    let rows: any RowKeeper
    private var orders: [Name: LogSpan]

    init(rows: any RowKeeper, orders: [Name: LogSpan]) {
        self.rows = rows
        self.orders = orders
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
        let store = CentralStore(rows: opened.file, orders: opened.rows.spans)
        return (store, opened.rows.snapshot, opened.report)
    }

    /// Writes the changes in their order, all or none, and returns when they are durable.
    ///
    /// An order whose number does not follow the controller's last one is refused with
    /// ``StoreError/Kind/inconsistent``, unless it is number 1 and the orders before it were all
    /// trimmed away: so a new epoch begins. A fact that is in the history already is refused
    /// likewise.
    public func commit(_ changes: [CentralChange]) throws(StoreError) {
        guard !changes.isEmpty else { return }
        var spans: [Name: LogSpan] = [:]
        try rows.write { db in
            for change in changes {
                try follow(change, &spans)
                try CentralRows.apply(change, in: db)
            }
        }
        orders.merge(spans) { $1 }
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

    private func follow(_ change: CentralChange, _ spans: inout [Name: LogSpan]) throws {
        switch change {
        case .order(let controller, let order):
            var span = spans[controller] ?? orders[controller] ?? LogSpan()
            if span.isEmpty, order.number == 1 { span = LogSpan() }
            let last = span.last
            guard span.accept(order.number) else {
                throw Contradiction(
                    what: "order \(order.number) of \(controller) can't follow order \(last)")
            }
            spans[controller] = span
        case .trimOrders(let controller, let through):
            var span = spans[controller] ?? orders[controller] ?? LogSpan()
            span.trim(through: through)
            spans[controller] = span
        default: break
        }
    }
}
