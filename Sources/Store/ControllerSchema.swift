// SPDX-License-Identifier: Apache-2.0

// The tables of a controller's database.

extension Schema {
    /// The tables of a controller; its mark is `NBCT`.
    static let controller = Schema(
        owner: "a Nobat controller", applicationID: 0x4E42_4354,
        steps: [
            Step(name: "1-rows-and-facts", sql: controllerRows),
            AuditTable.step,
            // What a log from a backup began as a copy of.
            Step(
                name: "3-copied-log",
                sql: "ALTER TABLE meta ADD COLUMN copied TEXT NOT NULL DEFAULT ''"),
        ],
        liveTables: [
            ControllerTable.meta, ControllerTable.tickets, ControllerTable.booths,
            ControllerTable.blocks, ControllerTable.marks, ControllerTable.passedOver,
            ControllerTable.slips, ControllerTable.facts,
        ])

    private static let controllerRows = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL, central TEXT, orders_applied INTEGER NOT NULL,
            last_fact INTEGER NOT NULL, facts_acknowledged INTEGER NOT NULL,
            facts_told INTEGER NOT NULL,
            rank INTEGER NOT NULL, day TEXT NOT NULL, closed_through INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE tickets (
            ticket TEXT PRIMARY KEY, number TEXT NOT NULL, day TEXT NOT NULL,
            service TEXT NOT NULL, class TEXT NOT NULL, rank INTEGER NOT NULL,
            returned INTEGER NOT NULL, dealt_again INTEGER NOT NULL, sender TEXT,
            state TEXT NOT NULL,
            booth INTEGER, recalls INTEGER NOT NULL, parked_seconds INTEGER NOT NULL,
            left_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE booths (
            booth INTEGER PRIMARY KEY, is_open INTEGER NOT NULL, services TEXT NOT NULL,
            current TEXT
        ) STRICT;
        CREATE TABLE blocks (
            day TEXT NOT NULL, series TEXT NOT NULL, service TEXT, first INTEGER NOT NULL,
            last INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (day, series, first)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE marks (
            day TEXT NOT NULL, series TEXT NOT NULL, through INTEGER NOT NULL,
            PRIMARY KEY (day, series)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE passed_over (
            service TEXT NOT NULL, class TEXT NOT NULL, calls INTEGER NOT NULL,
            PRIMARY KEY (service, class)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE slips (
            ticket TEXT PRIMARY KEY, number TEXT NOT NULL, day TEXT NOT NULL,
            service TEXT NOT NULL, class TEXT NOT NULL, rank INTEGER NOT NULL,
            returned INTEGER NOT NULL, dealt_again INTEGER NOT NULL, sender TEXT,
            ahead INTEGER, wait INTEGER, code TEXT, is_unchecked INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE facts (
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, booth INTEGER,
            ticket TEXT, ticket_number TEXT, service TEXT, detail TEXT NOT NULL
        ) STRICT;
        """
}

/// The controller's tables as the present version uses them.
enum ControllerTable {
    static let meta = Table(
        "meta", "id", "epoch", "central", "orders_applied", "last_fact", "facts_acknowledged",
        "facts_told", "rank", "day", "closed_through", "copied")
    static let tickets = Table(
        "tickets", "ticket", "number", "day", "service", "class", "rank", "returned",
        "dealt_again", "sender", "state", "booth", "recalls", "parked_seconds",
        "left_at")
    static let booths = Table("booths", "booth", "is_open", "services", "current")
    static let blocks = Table(
        "blocks", key: ["day", "series", "first"],
        ["day", "series", "service", "first", "last", "next"])
    static let marks = Table("marks", keys: 2, "day", "series", "through")
    static let passedOver = Table("passed_over", keys: 2, "service", "class", "calls")
    static let slips = Table(
        "slips", "ticket", "number", "day", "service", "class", "rank", "returned", "dealt_again",
        "sender", "ahead", "wait", "code", "is_unchecked")
    static let facts = Table("facts", ["number", "at"] + RecordText.columns)
}
