// SPDX-License-Identifier: Apache-2.0

// A row of the audit with its place in the chain.

import QueueCore

/// A row of the audit as it is read back.
public struct AuditLine: Hashable, Sendable {
    /// Its number, without gaps.
    public let sequence: UInt64
    /// What was done.
    public let entry: AuditEntry
    /// The digest over this row and the one before.
    public let chain: String
    /// Whether the digest is that of the rows as they stand.
    public let isWhole: Bool
}
