// SPDX-License-Identifier: Apache-2.0

// Each change of the central's rows as a statement, and all rows back.

import QueueCore

enum CentralRows {
    /// What is read at the start: the snapshot, and the span of each controller's orders.
    typealias Loaded = (snapshot: CentralSnapshot, spans: [Name: LogSpan])

    /// Writes one change; the transaction is the caller's.
    static func apply(_ change: CentralChange, in db: any RowBase) throws {
        var row = RowWriter()
        switch change {
        case .meta(let meta):
            row.add(1)
            row.add(meta.epoch)
            row.add(meta.day)
            row.add(meta.rank)
            row.add(meta.unsettledRank)
            row.add(meta.closedThrough.minute)
            row.add(meta.aliveAt.seconds)
            try CentralTable.meta.replace(row, in: db)
        case .controller(let record):
            try CentralTable.controllers.replace(self.row(record), in: db)
        case .booth(let booth):
            row.add(booth.controller)
            row.add(booth.booth)
            try CentralTable.booths.replace(row, in: db)
        case .ticket(let ticket):
            row.add(ticket.ticket)
            row.add(ticket.state.word)
            row.add(ticket.holder)
            row.add(ticket.booth)
            row.add(ticket.isWithdrawing)
            row.add(ticket.dealtBy)
            try CentralTable.tickets.replace(row, in: db)
        case .forget(let ticket):
            try db.run("DELETE FROM tickets WHERE ticket = ?", [ColumnValue(ticket.description)])
        case .block(let block):
            row.add(block.holder)
            row.add(block.block)
            try CentralTable.blocks.replace(row, in: db)
        case .dropBlock(let key): try db.dropBlock(key)
        case .counter(let counter):
            row.add(counter.day)
            row.add(counter.series)
            row.add(counter.through)
            row.add(counter.hasWrapped)
            try CentralTable.counters.replace(row, in: db)
        case .dropCounter(let day, let series):
            try db.run(
                "DELETE FROM counters WHERE day = ? AND series = ?",
                [ColumnValue(day.description), ColumnValue(series.description)])
        case .appointment(let change): try AppointmentTable.apply(change, in: db)
        case .order, .trimOrders, .history: try append(change, in: db)
        }
    }

    private static func append(_ change: CentralChange, in db: any RowBase) throws {
        var row = RowWriter()
        switch change {
        case .order(let controller, let order):
            row.add(controller)
            row.add(order.number)
            RecordText(order.record).add(to: &row)
            try CentralTable.orders.insert(row, in: db)
        case .trimOrders(let controller, let through):
            try db.run(
                "DELETE FROM orders WHERE controller = ? AND number <= ?",
                [ColumnValue(controller.description), ColumnValue(through.clamped)])
        case .history(let day, let time, let entry):
            row.add(day.count)
            HistoryText(entry, time).add(to: &row)
            try CentralTable.history.insert(row, in: db)
        default: preconditionFailure("not a log's change")
        }
    }

    /// Reads everything but the history.
    static func load(_ db: any RowBase) throws -> Loaded {
        let meta = try CentralTable.meta.rows(in: db) { row in
            _ = try row.integer(Int64.self)
            var meta = CentralMeta(epoch: try row.epoch())
            meta.day = try row.day()
            meta.rank = try row.counter()
            meta.unsettledRank = try row.counter()
            meta.closedThrough = LocalTime(minute: try row.integer())
            meta.aliveAt = try row.time()
            return meta
        }
        guard let meta = meta.first else { throw BadRow(what: "the table meta is empty") }
        var snapshot = CentralSnapshot(epoch: meta.epoch)
        snapshot.meta = meta
        snapshot.controllers = try CentralTable.controllers.rows(in: db, read: record)
        snapshot.booths = try CentralTable.booths.rows(in: db) { row in
            CentralBooth(controller: try row.name(), booth: try row.booth())
        }
        snapshot.tickets = try CentralTable.tickets.rows(in: db) { row in
            CentralTicket(
                ticket: try row.ticket(), state: try row.parsed { TicketState(word: $0) },
                holder: try row.holder(), booth: try row.integerIfAny(),
                isWithdrawing: try row.flag(), dealtBy: try row.counter())
        }
        snapshot.blocks = try CentralTable.blocks.rows(in: db) { row in
            CentralBlock(holder: try row.holder(), block: try row.block())
        }
        snapshot.counters = try CentralTable.counters.rows(in: db) { row in
            SeriesCounter(
                day: try row.day(), series: try row.series(), through: try row.integer(),
                hasWrapped: try row.flag())
        }
        snapshot.orders = try orders(db)
        snapshot.appointments = try AppointmentTable.load(db)
        return (snapshot, try spans(of: snapshot))
    }

    private static func orders(_ db: any RowBase) throws -> [Name: [Numbered<Order>]] {
        var orders: [Name: [Numbered<Order>]] = [:]
        let suffix = " ORDER BY controller, number"
        _ = try CentralTable.orders.rows(in: db, suffix) { row in
            let name = try row.name()
            let number = try row.counter()
            orders[name, default: []].append(Numbered(number, try RecordText(&row).order()))
        }
        return orders
    }

    private static func spans(of snapshot: CentralSnapshot) throws(BadRow) -> [Name: LogSpan] {
        var spans: [Name: LogSpan] = [:]
        for record in snapshot.controllers {
            spans[record.name] = LogSpan(emptyAfter: record.lastOrder)
        }
        for (name, orders) in snapshot.orders {
            guard let span = LogSpan(orders.map(\.number)) else {
                throw BadRow(what: "the numbers of the orders of \(name) have a gap")
            }
            spans[name] = span
        }
        return spans
    }

    private static func row(_ record: ControllerRecord) -> RowWriter {
        var row = RowWriter()
        row.add(record.name)
        row.add(record.epoch)
        row.add(listText(record.oldLogs.map(text)))
        row.add(record.have)
        row.add(record.lastOrder)
        row.add(record.ordersAcknowledged)
        row.add(record.isFenced)
        row.add(record.hasReported)
        row.add(record.localFirst)
        row.add(record.localDay)
        row.add(record.localLost)
        row.add(record.copied.map(copyText) ?? "")
        row.add(record.heard)
        return row
    }

    /// `EPOCH:HEARD`, and of a copy `:EPOCH:THROUGH` of what it is a copy of.
    private static func text(_ log: OldLog) -> String {
        "\(log.epoch):\(log.heard)" + (log.copied.map { ":" + copyText($0) } ?? "")
    }

    private static func oldLog(_ text: String) -> OldLog? {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 2, let epoch = Epoch(parts[0]), let heard = UInt64(parts[1]) else {
            return nil
        }
        guard parts.count == 3 else { return OldLog(epoch: epoch, heard: heard) }
        guard let copied = copy(parts[2]) else { return nil }
        return OldLog(epoch: epoch, heard: heard, copied: copied)
    }

    private static func record(_ row: inout RowReader) throws -> ControllerRecord {
        var record = ControllerRecord(name: try row.name())
        record.epoch = try row.epochIfAny()
        record.oldLogs = try row.parsed { list($0, oldLog).flatMap { .init(exactly: $0) } }
        record.have = try row.counter()
        record.lastOrder = try row.counter()
        record.ordersAcknowledged = try row.counter()
        record.isFenced = try row.flag()
        record.hasReported = try row.flag()
        record.localFirst = try row.integer()
        record.localDay = try row.day()
        record.localLost = try row.integer()
        record.copied = try row.parsed { list($0, copy).map { $0.first } }
        record.heard = try row.counter()
        return record
    }
}
