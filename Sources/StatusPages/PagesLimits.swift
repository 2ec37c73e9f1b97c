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
    /// Connections at once of one address: a browser opens six for each of its pages.
    public static let connectionsPerAddress = 64
    /// Live pages of one feed on one address: a wall of televisions behind one box.
    public static let readersPerAddress = 32
    /// Addresses that are told apart when they ask too often; a hall's network has some dozens.
    public static let placesMax = 1_024
    /// Requests of an address at once, besides the files of pages and clips: many televisions
    /// behind one address come back together after a cut.
    public static let requestBurst = 120
    /// One more request each such time.
    public static let requestInterval = TimeSpan.milliseconds(50)
    /// Wrong keys of an address at once: people mistype.
    public static let loginBurst = 5
    /// One more wrong key each such time: a key of 64 random bits then lasts for ever.
    public static let loginInterval = TimeSpan.seconds(30)
    /// The length of a key: 64 random bits at least, as 16 digits of hexadecimal have.
    public static let keyLengths = 16...128
    /// Sessions at once: every technician with every device, and some televisions.
    public static let sessionsMax = 64
    /// A session reads until it has not been used for so long: a television is off in the holidays.
    public static let readingSpan = TimeSpan.seconds(30 * 86_400)
    /// A session acts for so long: a working day.
    public static let actingSpan = TimeSpan.seconds(12 * 3_600)
    /// The largest body of a request, in bytes: a few words of JSON.
    public static let bodyMax = 4 * 1_024
    /// What is done is answered within this time, or later by what the page shows.
    public static let actSpan = TimeSpan.seconds(8)
    /// A core that has not told of itself after this time is stuck.
    public static let reportSpan = TimeSpan.seconds(3)
    /// The largest font file: the fonts of a whole script have less than 1 MiB.
    public static let fontBytesMax = 4 << 20
}
