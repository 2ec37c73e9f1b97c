// SPDX-License-Identifier: Apache-2.0

// The bounds of the pages' server, each with the reason for its figure.

import QueueCore

/// The bounds of the pages' server.
public enum PagesLimits {
    /// Connections at once: the boards below, each with one more for its page, and some people.
    public static let connectionsMax = 640
    /// Boards and other live pages of one feed: ten times the largest clinic.
    public static let readersMax = 500
    /// A connection without a request, or with half of one, is closed after this time.
    public static let idleSeconds = 15
    /// A peer that takes nothing any more (a television switched off) is given up after this time.
    public static let deadPeerSeconds = 30
    /// The largest request's headers, in bytes: browsers send some 600.
    public static let headersMax = 8 * 1_024
    /// The most header fields of a request.
    public static let headerCountMax = 64
    /// A live page hears something this often; it takes twice the time and a little more to be silence.
    public static let beat = TimeSpan.seconds(5)
    /// How soon a page that lost its connection comes back, in milliseconds.
    public static let retryMs = 1_000
    /// A port that can't be opened is tried again after this time; calls go on meanwhile.
    public static let retryListen = TimeSpan.seconds(10)
    /// At an orderly end connections have this long to finish before they are cut.
    public static let farewell = TimeSpan.milliseconds(500)
    /// The largest font file: the fonts of a whole script have less than 1 MiB.
    public static let fontBytesMax = 4 << 20
}
