// SPDX-License-Identifier: Apache-2.0

// What a central tells of its keys and of those who came without one. No secret stands in it.

/// The keys that a central takes, and whom it turned away.
public struct KeysReport: Codable, Sendable, Equatable {
    /// A key.
    public struct Row: Codable, Sendable, Equatable {
        /// How its owner calls itself in the handshake: `hall-a`, `hall-a.2`.
        public var identity: String
        /// The name that the owner greets by.
        public var name: String
        /// What the owner may be.
        public var role: String
        /// How many connections it has.
        public var connections: Int
        /// When a connection was last opened with it, in this run of the central.
        public var lastOpened: String?

        /// A key.
        public init(
            identity: String, name: String, role: String, connections: Int, lastOpened: String?
        ) {
            self.identity = identity
            self.name = name
            self.role = role
            self.connections = connections
            self.lastOpened = lastOpened
        }
    }

    /// The keys, in order.
    public var keys: [Row]
    /// Files that are no keys, in sentences.
    public var faults: [String]
    /// Identities that were revoked just now.
    public var revoked: [String]
    /// Whether other nodes may take the halls of this central, each with a folder of keys of its own; nil
    /// when it is the only one.
    public var isOfOneNode: Bool?

    /// A report.
    public init(keys: [Row], faults: [String], revoked: [String] = []) {
        self.keys = keys
        self.faults = faults
        self.revoked = revoked
    }
}

/// Who came to a central's door and was turned away, in this run of it.
public struct StrangersReport: Codable, Sendable, Equatable {
    /// Attempts of one kind from one place.
    public struct Row: Codable, Sendable, Equatable {
        /// What was wrong, by its name in the protocol's page.
        public var reason: String
        /// The host that it came from.
        public var host: String
        /// What it called itself.
        public var identity: String?
        /// How often.
        public var count: Int
        /// Since when.
        public var since: String
        /// When it last happened.
        public var last: String

        /// A row.
        public init(
            reason: String, host: String, identity: String?, count: Int, since: String,
            last: String
        ) {
            self.reason = reason
            self.host = host
            self.identity = identity
            self.count = count
            self.since = since
            self.last = last
        }
    }

    /// All attempts, by what was wrong.
    public var totals: [String: Int]
    /// Where they came from, the newest first.
    public var rows: [Row]

    /// A report.
    public init(totals: [String: Int], rows: [Row]) {
        self.totals = totals
        self.rows = rows
    }
}
