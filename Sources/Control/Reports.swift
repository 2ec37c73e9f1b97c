// SPDX-License-Identifier: Apache-2.0

// What daemons tell of themselves: the shapes behind `nobatctl … --json`. Times are ISO 8601 in UTC;
// they are for people and order nothing.

/// What a press or a command did.
public struct ActionResult: Codable, Sendable, Equatable {
    /// `called`, `recalled`, `nobody-waits`, `finished`, `no-show`, `parked`, `transferred`, `undone`,
    /// `opened`, `closed`, `issued`, `cancelled`, `fenced`, `day`, `sent-on`, `readmitted`.
    public var outcome: String
    /// The booth it happened at.
    public var booth: Int?
    /// The ticket number it is about.
    public var number: String?
    /// The identity of an issued ticket.
    public var ticket: String?
    /// How many wait before an issued ticket.
    public var ahead: Int?
    /// The expected seconds until an issued ticket's call; nil when nobody can say.
    public var wait: Int?
    /// How often the ticket has been recalled.
    public var count: Int?
    /// The service day in words.
    public var date: String?
    /// The controller it is about.
    public var controller: String?
    /// How many tickets a fence took.
    public var tickets: Int?
    /// The service that the ticket goes on to.
    public var service: String?
    /// Its number there, when it has a new one.
    public var next: String?

    /// A result; the other values are set as they apply.
    public init(outcome: String, booth: Int? = nil, number: String? = nil) {
        self.outcome = outcome
        self.booth = booth
        self.number = number
    }
}

/// A booth's display and lamp.
public struct DisplayRow: Codable, Sendable, Equatable {
    /// The booth.
    public var booth: Int
    /// The four characters that the unit shows, as read back; as ordered when it can't be read.
    public var shows: String
    /// The four characters that it was ordered to show.
    public var ordered: String
    /// Whether `shows` was read back from the unit and agrees with `ordered`.
    public var verified: Bool
    /// Since when it shows that.
    public var since: String
    /// Whether the unit answers; nil when the booth has no display.
    public var online: Bool?
    /// The bus of the unit.
    public var bus: String?
    /// Its address on the bus.
    public var address: Int?
    /// What the lamp in the button tells.
    public var lamp: String
    /// Whether the booth is open.
    public var open: Bool
    /// The version of the unit's firmware.
    public var firmware: String?
    /// The name of what is wrong with it: `old-firmware` or `new-firmware`.
    public var finding: String?
    /// False for a display that can't be asked what it shows: it is never verified, `shows` is what
    /// it was ordered to, and `online` may only mean that its port is open. Else nil.
    public var readBack: Bool?

    /// A row; the other values are set as they apply.
    public init(
        booth: Int, shows: String, ordered: String, verified: Bool, since: String, online: Bool?,
        bus: String?, address: Int?, lamp: String, open: Bool
    ) {
        self.booth = booth
        self.shows = shows
        self.ordered = ordered
        self.verified = verified
        self.since = since
        self.online = online
        self.bus = bus
        self.address = address
        self.lamp = lamp
        self.open = open
    }
}

/// A ticket.
public struct TicketRow: Codable, Sendable, Equatable {
    /// The number on the slip.
    public var number: String
    /// `waiting`, `called`, `parked`, `finished`, `no-show`, `transferred` or `cancelled`.
    public var state: String
    /// The booth it was last called at.
    public var booth: Int?
    /// The queue it stands in.
    public var service: String
    /// The controller that alone may call it, or `central`.
    public var heldBy: String
    /// The priority class.
    public var priority: String
    /// Its identity.
    public var id: String
    /// The order of issue.
    public var rank: Int
    /// Whether it was dealt again after a controller had lost its memory.
    public var dealtAgain: Bool

    /// A row.
    public init(
        number: String, state: String, booth: Int?, service: String, heldBy: String,
        priority: String, id: String, rank: Int, dealtAgain: Bool
    ) {
        self.number = number
        self.state = state
        self.booth = booth
        self.service = service
        self.heldBy = heldBy
        self.priority = priority
        self.id = id
        self.rank = rank
        self.dealtAgain = dealtAgain
    }
}

/// A line of what just happened.
public struct EventRow: Codable, Sendable, Equatable {
    /// When it happened.
    public var at: String
    /// What kind of thing it is, for programs.
    public var kind: String
    /// What happened, for people.
    public var text: String
    /// Whether somebody should look into it.
    public var isWarning: Bool

    /// A row.
    public init(at: String, kind: String, text: String, isWarning: Bool = false) {
        self.at = at
        self.kind = kind
        self.text = text
        self.isWarning = isWarning
    }
}

/// A line of the central's history.
public struct HistoryRow: Codable, Sendable, Equatable {
    /// Its place in the history.
    public var sequence: Int
    /// The service day it was recorded in.
    public var day: Int
    /// The controller, or nil when it happened at the central.
    public var controller: String?
    /// The epoch of the controller's log.
    public var epoch: String?
    /// The number in that log.
    public var fact: Int?
    /// What kind of thing it is.
    public var kind: String
    /// What happened, for people.
    public var text: String
    /// When it happened, in seconds since 1970-01-01 00:00 UTC; nil when nobody knows.
    public var at: Int?
    /// True when that is only the time at which the central heard of it.
    public var isArrival: Bool?

    /// A row.
    public init(
        sequence: Int, day: Int, controller: String?, epoch: String?, fact: Int?, kind: String,
        text: String
    ) {
        self.sequence = sequence
        self.day = day
        self.controller = controller
        self.epoch = epoch
        self.fact = fact
        self.kind = kind
        self.text = text
    }
}
