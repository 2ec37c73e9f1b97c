// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// Bounds of this module, each with the reason for its figure.
public enum SupportLimits {
    /// Inputs that wait for the core: a second of the heaviest load measured, many times over.
    public static let mailbox = 16_384

    /// Inputs waiting for the core above which a peer is not read from until they are fewer than
    /// ``backlogLow``: it is slowed down long before anything would be refused.
    public static let backlogHigh = 4_096

    /// Inputs waiting for the core below which slowed peers are read from again.
    public static let backlogLow = 1_024

    /// Inputs that share a commit: enough to keep up with a slow disk, few enough for a press to be
    /// answered soon.
    public static let batch = 64

    /// Inputs that share a commit while more than ``backlogLow`` wait: a commit costs the disk as much
    /// for many as for few, and nobody is answered sooner by smaller ones.
    public static let batchBehind = 512

    /// Inputs, changes and effects of a batch whose room is kept for the next one.
    static let batchRoom = 2_048

    /// Times kept for percentiles.
    public static let samples = 10_000

    /// Events kept for a watcher that comes later.
    public static let events = 200

    /// Watchers of one daemon at a time.
    public static let watchers = 32

    /// Log lines that wait for whoever reads them; beyond that they are counted, not kept.
    public static let logLines = 4_096

    /// A core that has not turned for so long is told to be stuck: the line protocol's own measure of a
    /// peer that is gone.
    public static let stallMax = TimeSpan.seconds(4)

    /// How often a database that can't be read is tried, a fifth of a second apart, before the daemon
    /// gives up and lets itself be started anew: within the two seconds of an orderly stop.
    public static let recoveriesMax = 5

    /// Pieces of memory from this many bytes on are mappings of their own: the smaller one of a TLS
    /// link's buffers.
    static let mappingBytesMin: Int32 = 16 * 1_024

    /// Heaps that threads take their memory from: the core's and that of the links.
    static let arenasMax: Int32 = 2

    /// Of those who are refused for their key, one in so long is a row of the audit.
    public static let refusalsPerRow = TimeSpan.seconds(60)
}
