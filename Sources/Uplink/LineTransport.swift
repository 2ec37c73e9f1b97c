// SPDX-License-Identifier: Apache-2.0

// What an owner can do with connections, whichever end it is.

import NIOCore
import NIOPosix

/// Sends lines and ends connections; from any thread, never waiting.
///
/// Events come on the event loop's thread, one at a time for each connection: the owner's callback
/// must hand on and return. IDs of connections that are gone are ignored.
public protocol LineTransport: Sendable {
    /// Queues `line` (without its newline) behind those sent before on that connection.
    @discardableResult
    func send(_ line: String, on id: ConnectionID) -> SendResult

    /// Queues lines on their connections, in order: each connection's event loop is woken once for
    /// all of them.
    func send(_ lines: [(line: String, id: ConnectionID)])

    /// Sends what was queued, then closes, within `LinkSettings.closeMax`. No line of this
    /// connection is reported from now on but those already on their way to the owner; its last
    /// event is `.lost(id, .owner(reason))`.
    func close(_ id: ConnectionID, reason: String)

    /// Stops reading, so that the peer is slowed down. Lines of at most
    /// `UplinkLimits.readBytesMax` bytes already read (16 KiB of an encrypted link) still come; if the peer closes, so do those
    /// the kernel holds, at most `UplinkLimits.kernelBufferBytes` (doubled by Linux).
    func pauseReading(_ id: ConnectionID)

    /// Reads on.
    func resumeReading(_ id: ConnectionID)

    /// Bytes queued and not yet taken by the kernel; nil when the connection is gone. An owner that
    /// replays a long log sends the next part when this is low.
    func queuedBytes(on id: ConnectionID) -> Int?
}

/// The threads of links.
public enum UplinkThread {
    /// One thread for all clients and listeners that are given no other group; it lives as long as
    /// the process. One served 15,000 lines a second and more.
    public static let shared: any EventLoopGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}
