// SPDX-License-Identifier: Apache-2.0

// The audit beside the rows of both machines: an act on tickets and its row are one transaction.

import QueueCore

extension RowKeeper {
    /// Runs `body`, whose one commit takes the rows of the audit with it; without a commit of its
    /// own they are written by themselves.
    fileprivate func write(
        _ audit: [AuditEntry], with body: (() throws(StoreError) -> Void)?
    ) throws(StoreError) {
        guard !audit.isEmpty else { return try body?() ?? () }
        guard let body else {
            return try write { db in try AuditTable.append(audit, in: db) }
        }
        alongside = audit
        defer { alongside = [] }
        try body()
    }

    fileprivate func audit(
        after: UInt64, from: Int64, to: Int64, limit: Int
    ) throws(StoreError) -> [AuditLine] {
        let limit = min(max(limit, 0), StoreLimits.auditPageMax)
        return try read { db in
            try AuditTable.lines(after: after, from: from, to: to, limit: limit, in: db)
        }
    }

    fileprivate func lastAct(
        _ act: AuditAct, on subject: String
    ) throws(StoreError) -> AuditEntry? {
        try read { db in try AuditTable.last(act, on: subject, in: db) }
    }
}

extension ControllerStore {
    /// Writes the changes and what the audit says of them, all or none.
    public func commit(
        _ changes: [ControllerChange], audit: [AuditEntry]
    ) throws(StoreError) {
        let body = { () throws(StoreError) in try self.commit(changes) }
        try file.write(audit, with: changes.isEmpty ? nil : body)
    }

    /// Rows of the audit after a number, from one time of the wall clock to another (seconds, both
    /// included), oldest first; at most ``StoreLimits/auditPageMax``.
    public func audit(
        after: UInt64 = 0, from: Int64 = .min, to: Int64 = .max, limit: Int
    ) throws(StoreError) -> [AuditLine] {
        try file.audit(after: after, from: from, to: to, limit: limit)
    }

    /// The last act of a kind on a subject, if the audit still has it.
    public func lastAct(_ act: AuditAct, on subject: String) throws(StoreError) -> AuditEntry? {
        try file.lastAct(act, on: subject)
    }
}

extension CentralStore {
    /// Writes the changes and what the audit says of them, all or none.
    public func commit(_ changes: [CentralChange], audit: [AuditEntry]) throws(StoreError) {
        let body = { () throws(StoreError) in try self.commit(changes) }
        try rows.write(audit, with: changes.isEmpty ? nil : body)
    }

    /// Rows of the audit after a number, from one time of the wall clock to another (seconds, both
    /// included), oldest first; at most ``StoreLimits/auditPageMax``.
    public func audit(
        after: UInt64 = 0, from: Int64 = .min, to: Int64 = .max, limit: Int
    ) throws(StoreError) -> [AuditLine] {
        try rows.audit(after: after, from: from, to: to, limit: limit)
    }

    /// The last act of a kind on a subject, if the audit still has it.
    public func lastAct(_ act: AuditAct, on subject: String) throws(StoreError) -> AuditEntry? {
        try rows.lastAct(act, on: subject)
    }
}
