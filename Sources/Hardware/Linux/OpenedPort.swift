// SPDX-License-Identifier: Apache-2.0

// What opening a port of any kind results in.

/// A port that was just opened, before a channel takes it over.
struct OpenedPort: ~Copyable {
    /// What is behind the descriptor.
    enum Kind {
        /// A terminal that sends so many bytes a second.
        case terminal(bytesPerSecond: Int)
        /// A TCP connection.
        case socket
        /// The master side of a pseudo-terminal.
        case master
    }

    var descriptor: Descriptor
    let kind: Kind
    let remarks: [String]
}
