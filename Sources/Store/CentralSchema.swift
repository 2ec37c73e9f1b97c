// SPDX-License-Identifier: Apache-2.0

// The tables of the central's database.

extension Schema {
    /// The tables of the central; its mark is `NBCN`.
    static let central = Schema(
        owner: "a Nobat central", applicationID: 0x4E42_434E,
        steps: [
            Step(
                name: "1-rows-orders-and-history",
                sql: centralRows + AppointmentTable.sql + centralHistory),
            AuditTable.step,
            // Of a log that ended it is kept how much of it was heard.
            Step(
                name: "3-old-logs",
                sql: """
                    UPDATE controllers SET old_epochs = replace(old_epochs, ',', ':0,') || ':0'
                    WHERE old_epochs <> '';
                    ALTER TABLE controllers RENAME COLUMN old_epochs TO old_logs;
                    ALTER TABLE controllers ADD COLUMN copied TEXT NOT NULL DEFAULT '';
                    ALTER TABLE controllers ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
                    UPDATE controllers SET heard = have;
                    """),
            // Each fact had a page of it written, far from the others'. `CentralStore` knows how far each
            // log is told; nobody else writes the file.
            Step(name: "4-history-without-its-index", sql: "DROP INDEX history_once"),
        ],
        liveTables: [
            CentralTable.meta, CentralTable.controllers, CentralTable.booths,
            CentralTable.tickets, CentralTable.blocks, CentralTable.counters, CentralTable.orders,
        ] + AppointmentTable.all)

    private static let centralRows = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch TEXT NOT NULL, day TEXT NOT NULL, rank INTEGER NOT NULL,
            unsettled_rank INTEGER NOT NULL, closed_through INTEGER NOT NULL,
            alive_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE controllers (
            name TEXT PRIMARY KEY, epoch TEXT, old_epochs TEXT NOT NULL, have INTEGER NOT NULL,
            last_order INTEGER NOT NULL, orders_acknowledged INTEGER NOT NULL,
            is_fenced INTEGER NOT NULL, has_reported INTEGER NOT NULL,
            local_first INTEGER NOT NULL, local_day TEXT NOT NULL,
            local_lost INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE booths (
            controller TEXT NOT NULL, booth INTEGER NOT NULL, is_open INTEGER NOT NULL,
            services TEXT NOT NULL, current TEXT, PRIMARY KEY (controller, booth)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tickets (
            ticket TEXT PRIMARY KEY, number TEXT NOT NULL, day TEXT NOT NULL,
            service TEXT NOT NULL, class TEXT NOT NULL, rank INTEGER NOT NULL,
            returned INTEGER NOT NULL, dealt_again INTEGER NOT NULL, sender TEXT,
            state TEXT NOT NULL,
            holder TEXT, booth INTEGER, is_withdrawing INTEGER NOT NULL, dealt_by INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE blocks (
            holder TEXT, day TEXT NOT NULL, series TEXT NOT NULL, service TEXT,
            first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL,
            PRIMARY KEY (day, series, first)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE counters (
            day TEXT NOT NULL, series TEXT NOT NULL, through INTEGER NOT NULL,
            has_wrapped INTEGER NOT NULL, PRIMARY KEY (day, series)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE orders (
            controller TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
            booth INTEGER, ticket TEXT, ticket_number TEXT, service TEXT, detail TEXT NOT NULL,
            PRIMARY KEY (controller, number)
        ) STRICT, WITHOUT ROWID;

        """

    // AUTOINCREMENT, so that a sequence number never comes again, even when all lines were pruned.
    // A fact stands in the history once, as long as its log is remembered; see `CentralStore`.
    private static let centralHistory = """
        CREATE TABLE history (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL,
            at INTEGER NOT NULL, is_arrival INTEGER NOT NULL, controller TEXT, epoch TEXT, fact INTEGER, kind TEXT NOT NULL, booth INTEGER,
            ticket TEXT, ticket_number TEXT, service TEXT, detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX history_of_day ON history (day);
        CREATE UNIQUE INDEX history_once ON history (controller, epoch, fact)
            WHERE fact IS NOT NULL;
        CREATE VIEW history_by_date AS
            SELECT sequence, date(day * 86400, 'unixepoch') AS date,
                time(nullif(at, 0), 'unixepoch') AS utc, is_arrival, controller, epoch, fact, kind,
                booth, ticket_number, ticket, service, detail
            FROM history;
        """
}

/// The central's tables as the present version uses them.
enum CentralTable {
    static let meta = Table(
        "meta", "id", "epoch", "day", "rank", "unsettled_rank", "closed_through", "alive_at")
    static let controllers = Table(
        "controllers", "name", "epoch", "old_logs", "have", "last_order",
        "orders_acknowledged", "is_fenced", "has_reported", "local_first", "local_day",
        "local_lost", "copied", "heard")
    static let booths = Table(
        "booths", keys: 2, "controller", "booth", "is_open", "services", "current")
    static let tickets = Table(
        "tickets", "ticket", "number", "day", "service", "class", "rank", "returned",
        "dealt_again", "sender", "state", "holder", "booth", "is_withdrawing", "dealt_by")
    static let blocks = Table(
        "blocks", key: ["day", "series", "first"],
        ["holder", "day", "series", "service", "first", "last", "next"])
    static let counters = Table("counters", keys: 2, "day", "series", "through", "has_wrapped")
    static let orders = Table("orders", keys: 2, ["controller", "number"] + RecordText.columns)
    static let history = Table(
        "history", ["day"] + HistoryText.columns)
    /// The history as it is read back, under its sequence numbers.
    static let historyLines = Table(
        "history", ["sequence", "day"] + HistoryText.columns)
}
