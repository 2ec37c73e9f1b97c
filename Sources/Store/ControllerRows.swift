// SPDX-License-Identifier: Apache-2.0

// Each change of a controller's rows as a statement, and all rows back.

import QueueCore

enum ControllerRows {
    /// Writes one change; the transaction is the caller's.
    static func apply(_ change: ControllerChange, in db: any RowBase) throws {
        switch change {
        case .meta(let meta): try ControllerTable.meta.replace(row(meta), in: db)
        case .ticket(let held): try ControllerTable.tickets.replace(row(held), in: db)
        case .forget(let ticket):
            try db.run("DELETE FROM tickets WHERE ticket = ?", [ColumnValue(ticket.description)])
        case .booth(let booth):
            var row = RowWriter()
            row.add(booth)
            try ControllerTable.booths.replace(row, in: db)
        case .forgetBooth(let booth):
            try db.run("DELETE FROM booths WHERE booth = ?", [ColumnValue(booth)])
        case .block(let block):
            var row = RowWriter()
            row.add(block)
            try ControllerTable.blocks.replace(row, in: db)
        case .dropBlock(let key): try db.dropBlock(key)
        case .mark(let mark):
            var row = RowWriter()
            row.add(mark.day)
            row.add(mark.series)
            row.add(mark.through)
            try ControllerTable.marks.replace(row, in: db)
        case .dropMark(let day, let series):
            try db.run(
                "DELETE FROM marks WHERE day = ? AND series = ?",
                [ColumnValue(day.description), ColumnValue(series.description)])
        case .passedOver(let count):
            var row = RowWriter()
            row.add(count.service)
            row.add(count.priority.word)
            row.add(count.calls)
            try ControllerTable.passedOver.replace(row, in: db)
        case .slip(let slip):
            var row = RowWriter()
            row.add(slip.ticket)
            row.add(slip.ahead)
            row.add(slip.wait)
            row.add(slip.code?.description)
            row.add(slip.isUnchecked)
            try ControllerTable.slips.replace(row, in: db)
        case .dropSlip(let ticket):
            try db.run("DELETE FROM slips WHERE ticket = ?", [ColumnValue(ticket.description)])
        case .fact(let fact):
            var row = RowWriter()
            row.add(fact.number)
            row.add(fact.at.seconds)
            RecordText(fact.record).add(to: &row)
            try ControllerTable.facts.insert(row, in: db)
        case .stamp(let number, let time):
            try db.run(
                "UPDATE facts SET at = ? WHERE number = ?",
                [ColumnValue(time.seconds), ColumnValue(number.clamped)])
        case .trimFacts(let through):
            try db.run("DELETE FROM facts WHERE number <= ?", [ColumnValue(through.clamped)])
        case .clearFacts: try db.run("DELETE FROM facts", [])
        }
    }

    /// Reads everything, and the span of the facts.
    static func load(_ db: any RowBase) throws -> (snapshot: ControllerSnapshot, span: LogSpan) {
        guard let meta = try ControllerTable.meta.rows(in: db, read: meta).first else {
            throw BadRow(what: "the table meta is empty")
        }
        var snapshot = ControllerSnapshot(epoch: meta.epoch)
        snapshot.meta = meta
        snapshot.tickets = try ControllerTable.tickets.rows(in: db, read: held)
        snapshot.booths = try ControllerTable.booths.rows(in: db) { row in try row.booth() }
        snapshot.blocks = try ControllerTable.blocks.rows(in: db) { row in try row.block() }
        snapshot.marks = try ControllerTable.marks.rows(in: db) { row in
            SeriesMark(day: try row.day(), series: try row.series(), through: try row.integer())
        }
        snapshot.passedOver = try ControllerTable.passedOver.rows(in: db) { row in
            PassedOver(
                service: try row.name(),
                priority: try row.parsed { PriorityClass(word: $0) }, calls: try row.integer())
        }
        snapshot.slips = try ControllerTable.slips.rows(in: db, read: slip)
        snapshot.facts = try ControllerTable.facts.rows(in: db, " ORDER BY number") { row in
            let (number, at) = (try row.counter(), try row.time())
            return Numbered(number, try RecordText(&row).fact(), at: at)
        }
        guard !snapshot.facts.isEmpty else { return (snapshot, LogSpan(emptyAfter: meta.lastFact)) }
        guard let span = LogSpan(snapshot.facts.map(\.number)) else {
            throw BadRow(what: "the numbers of the table facts have a gap")
        }
        return (snapshot, span)
    }

    private static func row(_ meta: ControllerMeta) -> RowWriter {
        var row = RowWriter()
        row.add(1)
        row.add(meta.epoch)
        row.add(meta.central)
        row.add(meta.ordersApplied)
        row.add(meta.lastFact)
        row.add(meta.factsAcknowledged)
        row.add(meta.factsTold)
        row.add(meta.rank)
        row.add(meta.day)
        row.add(meta.closedThrough.minute)
        row.add(listText(meta.copied.map(copyText)))
        return row
    }

    private static func meta(_ row: inout RowReader) throws -> ControllerMeta {
        _ = try row.integer(Int64.self)
        var meta = ControllerMeta(epoch: try row.epoch())
        meta.central = try row.epochIfAny()
        meta.ordersApplied = try row.counter()
        meta.lastFact = try row.counter()
        meta.factsAcknowledged = try row.counter()
        meta.factsTold = try row.counter()
        meta.rank = try row.counter()
        meta.day = try row.day()
        meta.closedThrough = LocalTime(minute: try row.integer())
        meta.copied = try row.parsed { list($0, copy).flatMap { .init(exactly: $0) } }
        return meta
    }

    private static func row(_ held: HeldTicket) -> RowWriter {
        var row = RowWriter()
        row.add(held.ticket)
        row.add(held.state.word)
        row.add(held.booth)
        row.add(held.recalls)
        row.add(held.parkedForSeconds)
        row.add(held.leftAt.seconds)
        return row
    }

    private static func slip(_ row: inout RowReader) throws -> Slip {
        Slip(
            ticket: try row.ticket(), ahead: try row.integerIfAny(), wait: try row.integerIfAny(),
            code: try row.codeIfAny(),
            isUnchecked: try row.flag())
    }

    private static func held(_ row: inout RowReader) throws -> HeldTicket {
        HeldTicket(
            ticket: try row.ticket(), state: try row.parsed { TicketState(word: $0) },
            booth: try row.integerIfAny(), recalls: try row.integer(),
            parkedForSeconds: try row.integer(), leftAt: WallTime(try row.integer()))
    }
}

extension UInt64 {
    /// The nearest integer that SQLite has; for comparisons.
    var clamped: Int64 { Int64(clamping: self) }
}

extension RowBase {
    /// Deletes a row of the table of blocks, which both machines have.
    func dropBlock(_ key: BlockKey) throws {
        try run(
            "DELETE FROM blocks WHERE day = ? AND series = ? AND first = ?",
            [
                ColumnValue(key.day.description), ColumnValue(key.series.description),
                ColumnValue(key.first),
            ])
    }
}
