// SPDX-License-Identifier: Apache-2.0

// A controller's rows on disk. The daemon commits what a step of the machine returned before it
// carries out any of the step's effects: a press is on disk before a display changes.

import GRDB
import QueueCore

/// The database of one controller. Use it from one thread at a time.
public final class ControllerStore {
    let file: DatabaseFile
    private var facts: LogSpan

    private init(file: DatabaseFile, facts: LogSpan) {
        self.file = file
        self.facts = facts
    }

    /// The absolute path of the database.
    public var path: String { file.path }

    /// Opens the database at `path`, in a directory that exists, for this process alone.
    ///
    /// A missing database is made, and begins with `freshEpoch`. One that is damaged or foreign is
    /// renamed, and replaced in the same way; the report tells it. A directory that is missing or
    /// may not be written, a full disk and a second process are errors and change nothing.
    public static func open(
        path: String, freshEpoch: Epoch
    ) throws(StoreError) -> (
        store: ControllerStore, snapshot: ControllerSnapshot, report: OpeningReport
    ) {
        let opening = Opening(
            schema: .controller,
            fresh: { db in
                try ControllerRows.apply(.meta(ControllerMeta(epoch: freshEpoch)), in: db)
            },
            load: ControllerRows.load)
        let opened = try opening.open(path: path)
        let store = ControllerStore(file: opened.file, facts: opened.rows.span)
        return (store, opened.rows.snapshot, opened.report)
    }

    /// Writes the changes in their order, all or none, and returns when they are durable.
    ///
    /// A fact whose number does not follow the last one is refused with
    /// ``StoreError/Kind/inconsistent``.
    public func commit(_ changes: [ControllerChange]) throws(StoreError) {
        guard !changes.isEmpty else { return }
        var span = facts
        try file.write { db in
            for change in changes {
                try follow(change, &span)
                try ControllerRows.apply(change, in: db)
            }
        }
        facts = span
    }

    /// Reads all rows again.
    public func snapshot() throws(StoreError) -> ControllerSnapshot {
        try file.read { db in try ControllerRows.load(db).snapshot }
    }

    /// Runs SQL outside of a transaction; for tests.
    func execute(_ sql: String) throws {
        try file.direct { db in try db.execute(sql: sql) }
    }

    private func follow(_ change: ControllerChange, _ span: inout LogSpan) throws {
        switch change {
        case .fact(let fact):
            let last = span.last
            guard span.accept(fact.number) else {
                throw Contradiction(what: "fact \(fact.number) can't follow fact \(last)")
            }
        case .trimFacts(let through): span.trim(through: through)
        case .clearFacts: span = LogSpan()
        default: break
        }
    }
}
