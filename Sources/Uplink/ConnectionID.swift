// SPDX-License-Identifier: Apache-2.0

// The name of one connection from its first byte to its last. No two connections of a process share
// one, so that an answer meant for a connection that is gone reaches nobody.

import Synchronization

/// One connection of a client or a listener; unique within the process.
public struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
    /// Counts up from 1 over all clients and listeners of the process.
    public let number: UInt64

    private static let last = Atomic<UInt64>(0)

    /// A name that no connection has had: also for who asks without one, such as a page.
    public static func next() -> ConnectionID {
        ConnectionID(number: last.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// The number after a `#`, for logs.
    public var description: String { "#\(number)" }
}
