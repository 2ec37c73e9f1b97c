// SPDX-License-Identifier: Apache-2.0

/// Every bound of the core, in one place, each with the reason for its figure. At a bound the
/// caller gets a visible refusal; nothing is dropped in silence.
public enum Limits {
    /// The largest value of a ticket number: a letter and three digits fill a four-digit display.
    public static let numberValueMax: UInt16 = 999

    /// Booths of one controller: a 24-booth hall is the largest that the field knows.
    public static let boothsMax = 24

    /// The largest booth number: two digits on a hall board.
    public static let boothNumberMax: UInt8 = 99

    /// Services that one booth may serve, in order of preference.
    public static let boothServicesMax = 8

    /// Services of one central: as many as there are series letters.
    public static let servicesMax = 26

    /// Controllers of one central (issue of load: 5,000 on one node, with room).
    public static let controllersMax = 8_192

    /// Links that are open with one key: a hospital's system may have some, a kiosk has one.
    public static let keyLinksMax = 16

    /// Who has not said `HELLO` for so long is turned away: time enough to type it by hand.
    public static let greetingSpan = TimeSpan.seconds(30)

    /// Copies of copies that a log's greeting tells of: nobody restores from a backup of a restored card
    /// four times before the central is met.
    public static let copiesMax = 4

    /// Entries of links that have ended, beyond those of open ones, until they are swept out.
    public static let newcomersSpare = 1_024

    /// Tickets that one controller keeps, alive and ended: three busy days of a large hall.
    public static let controllerTicketsMax = 4_000

    /// Waiting tickets in one tray: two days' patients of a large hall.
    public static let trayMax = 2_000

    /// Tickets that the central keeps in memory: the service day of a large site.
    public static let centralTicketsMax = 100_000

    /// Facts that wait for their acknowledgement. A press needs four at most; 300 patients a day make
    /// some 1,500 facts, so this is a fortnight without a central.
    public static let outboxMax = 20_000

    /// Acknowledged facts kept for a central that comes back from a backup: more than a busy day.
    public static let retainedFactsMax = 4_000

    /// Facts sent and not yet acknowledged: enough to fill a slow link, small enough to buffer.
    public static let factsInFlightMax = 256

    /// Orders sent and not yet acknowledged, for the same reasons.
    public static let ordersInFlightMax = 256

    /// Orders that wait for one controller's acknowledgement; beyond it the central deals no more to it.
    public static let ordersMax = 8_192

    /// Number blocks that one controller holds: two for each service and day, and some over.
    public static let blocksMax = 128

    /// Lines of one full statement: every ticket, block and mark that a controller may hold.
    public static let reportMax = 8_192

    /// Controllers whose blocks are looked after in one step: when a day turns at a large site the others
    /// wait for the next ones, so that no press waits for all of them.
    public static let refillsAtOnce = 64

    /// Controllers of a hall that are asked to remember how far its numbers are lent: as many as never
    /// lose their cards together with the central, and more than most halls have. Where there are more
    /// controllers than these, marks run ahead of the numbers.
    public static let markWitnesses = 8

    /// Conflicts kept in memory for the supervisor; the history on disk has them all.
    public static let conflictsMax = 1_000

    /// Calls that wait to be spoken: with more, the last one would be spoken a minute late.
    public static let announcementsMax = 12

    /// A call that could not be spoken within this time is spoken no more: the patient has seen the
    /// number or has been called again.
    public static let announcementAgeMax = TimeSpan.seconds(60)

    /// The silence between two calls, so that nobody hears one number with another's booth.
    public static let announcementGap = TimeSpan.milliseconds(700)

    /// The longest call: three languages of six seconds each, and the chime.
    public static let announcementMax = TimeSpan.seconds(20)

    /// Calls told to hall boards when they connect: the newest, and the last four before it.
    public static let newsMax = 5

    /// Epochs of one controller that the central remembers after newer ones: lost cards are rare.
    public static let oldEpochsMax = 16

    /// A standing lease of the local series: three losses of a database in a day are covered.
    public static let localLeaseSize: UInt16 = 333

    /// The farthest that a trusted clock may carry the service day forward by itself: the longest
    /// holidays are a fortnight; beyond that an operator confirms.
    public static let dayJumpMax: Int32 = 60

    /// How far ahead the next opening of a closed service is looked for, in days: beyond the longest
    /// holidays a sentence without a date is as useful.
    public static let openingSearchMax = 60

    /// How long a central without memory waits for controllers that may remember the day.
    public static let settleSpan = TimeSpan.seconds(6)

    /// How long after its call a number is passed over by a series that wraps.
    public static let numberRest = TimeSpan.seconds(3_600)

    /// How long a sent record waits for its acknowledgement before the connection is given up: the peer
    /// answers within a commit, so the record or the answer is lost.
    public static let acknowledgeSpan = TimeSpan.seconds(30)

    /// How long a ticket stays at the controller where a finger is on a button: a gesture is told apart
    /// within 1.2 s, and the news of its call takes a while.
    public static let reachSpan = TimeSpan.seconds(3)

    /// How many later tickets may be called before a waiting one, until it is moved to the caller.
    public static let overtakenMax: UInt16 = 1

    /// How often, in seconds, the central notes that it runs: reports of its own absence are true to this.
    public static let aliveSeconds: Int64 = 60

    /// Tracking codes that the central is asked about at a time: a hall has a kiosk or two.
    public static let codeChecksMax = 16

    /// How long the central may take to answer about a code before it is taken as one to be checked: a
    /// patient does not wait at a kiosk.
    public static let codeCheckSpan = TimeSpan.seconds(3)

    /// The longest timed return of a parked ticket.
    public static let parkMax = TimeSpan.seconds(4 * 3_600)

    /// Bytes of one text of the audit: a name, an address or a sentence.
    public static let auditTextMax = 200
}
