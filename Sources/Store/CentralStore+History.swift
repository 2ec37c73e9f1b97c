// SPDX-License-Identifier: Apache-2.0

// The central's history: appended with the changes that it tells of, read by page for reports, and
// pruned by whole service days.

import QueueCore

/// A line of the history as it stands on disk.
public struct HistoryLine: Hashable, Sendable {
    /// Its place in the history: counts up from 1 and never comes again.
    public let sequence: UInt64
    /// The service day that it belongs to.
    public let day: ServiceDay
    /// When it happened.
    public let time: HistoryTime
    /// What it tells.
    public let entry: HistoryEntry

    /// A line from its parts.
    public init(
        sequence: UInt64, day: ServiceDay, time: HistoryTime = .unknown, entry: HistoryEntry
    ) {
        self.sequence = sequence
        self.day = day
        self.time = time
        self.entry = entry
    }
}

extension CentralStore {
    /// The lines of a service day, or of all days, in order, after the sequence number `after`: at
    /// most `limit`, and never more than ``StoreLimits/historyPageMax``.
    public func history(
        day: ServiceDay? = nil, limit: Int = StoreLimits.historyPageMax, after: UInt64 = 0
    ) throws(StoreError) -> [HistoryLine] {
        let count = min(max(limit, 0), StoreLimits.historyPageMax)
        let which = day == nil ? "" : " AND day = ?"
        var arguments = [ColumnValue(after.clamped)]
        if let day { arguments.append(ColumnValue(day.count)) }
        arguments.append(ColumnValue(count))
        return try rows.read { db in
            try CentralTable.historyLines.rows(
                in: db, " WHERE sequence > ?\(which) ORDER BY sequence LIMIT ?", arguments
            ) { row in
                let (sequence, day) = (try row.counter(), ServiceDay(try row.integer()))
                let text = try HistoryText(&row)
                return HistoryLine(
                    sequence: sequence, day: day, time: text.time, entry: try text.entry())
            }
        }
    }

    /// The sequence number before the first line of the first service day from `day` to `last` that
    /// has any; nil when none has.
    public func historyBegins(
        day: ServiceDay, last: ServiceDay
    ) throws(StoreError) -> UInt64? {
        let first = try rows.read { db in
            try db.integer(
                "SELECT sequence FROM history WHERE day BETWEEN ? AND ? ORDER BY day, sequence "
                    + "LIMIT 1", [ColumnValue(day.count), ColumnValue(last.count)])
        }
        return first.map { UInt64(clamping: $0 - 1) }
    }

    /// The newest lines of a service day, in order: at most ``StoreLimits/historyPageMax``.
    public func newestHistory(day: ServiceDay) throws(StoreError) -> [HistoryLine] {
        let surplus = try historyCount(day: day) - StoreLimits.historyPageMax
        guard surplus > 0 else { return try history(day: day) }
        let after = try rows.read { db in
            try db.integer(
                "SELECT sequence FROM history WHERE day = ? ORDER BY sequence LIMIT 1 OFFSET ?",
                [ColumnValue(day.count), ColumnValue(surplus - 1)])
        }
        return try history(day: day, after: UInt64(clamping: after ?? 0))
    }

    /// How many lines the history of a service day, or of all days, has.
    public func historyCount(day: ServiceDay? = nil) throws(StoreError) -> Int {
        try rows.read { db in
            if let day {
                let sql = "SELECT count(*) FROM history WHERE day = ?"
                return Int(try db.integer(sql, [ColumnValue(day.count)]) ?? 0)
            }
            return Int(try db.integer("SELECT count(*) FROM history") ?? 0)
        }
    }

    /// Removes lines of service days before `day`, oldest first: at most
    /// ``StoreLimits/pruneBatchMax`` at once, so that nothing waits long; call it again until it
    /// returns 0. A line of an unknown day, from before the clock was known to be right, is as old as
    /// the dated line behind it, and goes with that one: until then it may tell of a call or of the
    /// central's own start. Only history is removed: what is not acknowledged, or alive, is in other
    /// tables.
    ///
    /// - Returns: how many lines were removed.
    @discardableResult
    public func pruneHistory(before day: ServiceDay) throws(StoreError) -> Int {
        let limit = ColumnValue(StoreLimits.pruneBatchMax)
        return try rows.write { db in
            let undated = try db.change(
                """
                DELETE FROM history WHERE sequence IN (
                    SELECT sequence FROM history WHERE day = 0 AND sequence < (
                        SELECT max(sequence) FROM history WHERE day < ? AND day <> 0)
                    ORDER BY sequence LIMIT ?)
                """, [ColumnValue(day.count), limit])
            guard undated == 0 else { return undated }
            return try db.change(
                """
                DELETE FROM history WHERE sequence IN (
                    SELECT sequence FROM history WHERE day < ? AND day <> 0
                    ORDER BY day, sequence LIMIT ?)
                """, [ColumnValue(day.count), limit])
        }
    }

    /// The oldest service day that is kept when `today` is the present one and `days` are kept.
    public static func oldestDayKept(
        today: ServiceDay, days: Int32 = StoreLimits.historyDaysKept
    ) -> ServiceDay {
        let (oldest, overflows) = today.count.subtractingReportingOverflow(max(days, 1) - 1)
        return overflows ? .unknown : ServiceDay(oldest)
    }
}
