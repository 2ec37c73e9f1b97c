// SPDX-License-Identifier: Apache-2.0

// What `nobatctl status` tells: a daemon's link, log, tray, buses and units, or its controllers.

/// The state of a daemon.
public struct StatusReport: Codable, Sendable, Equatable {
    /// `nobatd` or `nobat-central`.
    public var daemon: String
    /// The controller's name; `central` for the central.
    public var name: String
    /// The version of the program.
    public var version: String
    /// Since when it runs.
    public var startedAt: String
    /// The fingerprint of the configuration file as it was read.
    public var configuration: String?
    /// The service day, in days since 1970-01-01; 0 when none has begun.
    public var day: Int
    /// The service day in words, by the Jalali calendar.
    public var date: String?
    /// How services that follow the clinic's sessions stand; nil when none does, or no clock that is
    /// right has told the time.
    public var hours: [OpeningReport]?
    /// The epoch of its log or, at the central, of its orders.
    public var epoch: String
    /// Tickets that wait: in the controller's tray, or at the central in nobody's.
    public var tray: Int
    /// A controller's link; nil at the central.
    public var link: LinkReport?
    /// True while the disk refuses what a controller writes; else nil.
    public var diskFault: Bool?
    /// Facts that wait for the central's acknowledgement.
    public var outbox: Int?
    /// Numbers that can still be issued here, by series.
    public var blocks: [BlockReport]?
    /// A controller's buses and units.
    public var buses: [BusReport]?
    /// A controller's buttons and lamps.
    public var buttons: ButtonsReport?
    /// A controller's kiosk.
    public var kiosk: KioskReport?
    /// A controller's booths.
    public var booths: [BoothReport]?
    /// From a press to its text at the bus, without debounce, commit and the line itself.
    public var pressTimes: TimesReport?
    /// What of that the decision took.
    public var decideTimes: TimesReport?
    /// How long texts then waited for the line, while another exchange was on it.
    public var busTimes: TimesReport?
    /// How long commits took.
    public var commitTimes: TimesReport?
    /// The central's controllers.
    public var controllers: [ControllerReport]?
    /// Tickets that were called at two places, as far as this run of the central has seen.
    public var conflicts: [ConflictReport]?
    /// Who came to the central's door without a valid key; nil where none is needed.
    public var strangers: StrangersReport?
    /// The central waits for controllers that may remember what it has forgotten.
    public var settling: Bool?

    /// A report; the optional parts are set as they apply.
    public init(
        daemon: String, name: String, version: String, startedAt: String, day: Int, epoch: String,
        tray: Int
    ) {
        self.daemon = daemon
        self.name = name
        self.version = version
        self.startedAt = startedAt
        self.day = day
        self.epoch = epoch
        self.tray = tray
    }
}

/// A controller's link to the central.
public struct LinkReport: Codable, Sendable, Equatable {
    /// `up`, `greeting` or `down`.
    public var state: String
    /// Since when.
    public var since: String
    /// Where the central is, or was last tried.
    public var peer: String
    /// Why it is down.
    public var reason: String?
    /// By its name on the wire, why the central refused this controller; nil when it did not.
    public var refusal: String?

    /// A report.
    public init(state: String, since: String, peer: String, reason: String?) {
        self.state = state
        self.since = since
        self.peer = peer
        self.reason = reason
    }
}

/// Numbers that a controller may issue.
public struct BlockReport: Codable, Sendable, Equatable {
    /// The service, or nil for the local series.
    public var service: String?
    /// The service day, or 0 for the local series.
    public var day: Int
    /// The service day in words; nil for the local series.
    public var date: String?
    /// The next number.
    public var next: String
    /// How many are left.
    public var remaining: Int

    /// A report.
    public init(
        service: String?, day: Int, date: String? = nil, next: String, remaining: Int
    ) {
        self.date = date
        self.service = service
        self.day = day
        self.next = next
        self.remaining = remaining
    }
}

/// A bus and its units.
public struct BusReport: Codable, Sendable, Equatable {
    /// The bus's name.
    public var name: String
    /// The address of its port.
    public var port: String
    /// `open` or `closed`.
    public var state: String
    /// Since when.
    public var since: String
    /// Why it is closed.
    public var error: String?
    /// Its units.
    public var units: [UnitReport]
    /// Its speed, in bits a second.
    public var baud: Int?

    /// A report.
    public init(
        name: String, port: String, state: String, since: String, error: String?,
        units: [UnitReport], baud: Int? = nil
    ) {
        self.name = name
        self.port = port
        self.state = state
        self.since = since
        self.error = error
        self.units = units
        self.baud = baud
    }
}

/// A unit on a bus.
public struct UnitReport: Codable, Sendable, Equatable {
    /// Its address.
    public var address: Int
    /// The booth it stands at.
    public var booth: Int
    /// Whether it answers.
    public var online: Bool
    /// Since when.
    public var since: String
    /// What it shows, as read back.
    public var shows: String?
    /// Whether that agrees with its orders.
    public var verified: Bool
    /// Its kind of board.
    public var board: String?
    /// Its firmware's version.
    public var firmware: String?
    /// The name of what is wrong with its firmware: `old-firmware` or `new-firmware`.
    public var finding: String?
    /// For how many seconds it has been running.
    public var uptimeSeconds: Int?
    /// How often each kind of error was seen.
    public var errors: [String: Int]
    /// False for a display that can't be asked what it shows: it is never verified. Else nil.
    public var readBack: Bool?

    /// A report.
    public init(
        address: Int, booth: Int, online: Bool, since: String, shows: String?, verified: Bool,
        board: String?, firmware: String?, finding: String?, uptimeSeconds: Int?,
        errors: [String: Int]
    ) {
        self.address = address
        self.booth = booth
        self.online = online
        self.since = since
        self.shows = shows
        self.verified = verified
        self.board = board
        self.firmware = firmware
        self.finding = finding
        self.uptimeSeconds = uptimeSeconds
        self.errors = errors
    }
}

/// A controller's button lines.
public struct ButtonsReport: Codable, Sendable, Equatable {
    /// `watching`, `none` or `failed`.
    public var state: String
    /// Since when.
    public var since: String
    /// Why they can't be read.
    public var error: String?
    /// Booths whose button is stuck; at a kiosk the numbers of its own buttons.
    public var stuck: [Int]

    /// A report.
    public init(state: String, since: String, error: String?, stuck: [Int]) {
        self.state = state
        self.since = since
        self.error = error
        self.stuck = stuck
    }
}

/// A controller's kiosk.
public struct KioskReport: Codable, Sendable, Equatable {
    /// How its printer is: `ready`, `paper-low`, `paper-out`, `cover-open`, `fault`, `offline`,
    /// `silent`, `closed` or `starting`.
    public var printer: String
    /// The same in a sentence that says what to do.
    public var sentence: String
    /// Since when.
    public var since: String
    /// The address of the printer's port.
    public var port: String
    /// Slips printed, and slips that failed, since the program began.
    public var printed: Int
    /// See `printed`.
    public var failed: Int
    /// What the kiosk's display is told to show.
    public var shows: String
    /// Its keypads and scanners, each with what is wrong with it.
    public var readers: [ReaderReport]
    /// Its take-a-ticket buttons; nil when it has none.
    public var buttons: ButtonsReport?

    /// A keypad or a scanner.
    public struct ReaderReport: Codable, Sendable, Equatable {
        /// What and where it is.
        public var name: String
        /// Whether it is read.
        public var open: Bool
        /// Why not.
        public var error: String?

        /// A report.
        public init(name: String, open: Bool, error: String?) {
            self.name = name
            self.open = open
            self.error = error
        }
    }

    /// A report.
    public init(
        printer: String, sentence: String, since: String, port: String, printed: Int, failed: Int,
        shows: String, readers: [ReaderReport], buttons: ButtonsReport? = nil
    ) {
        self.buttons = buttons
        self.printer = printer
        self.sentence = sentence
        self.since = since
        self.port = port
        self.printed = printed
        self.failed = failed
        self.shows = shows
        self.readers = readers
    }
}

/// A booth.
public struct BoothReport: Codable, Sendable, Equatable {
    /// The booth.
    public var booth: Int
    /// Whether it is open.
    public var open: Bool
    /// What it serves.
    public var services: [String]
    /// The number at the booth.
    public var current: String?
    /// How many wait for it.
    public var waiting: Int

    /// A report.
    public init(booth: Int, open: Bool, services: [String], current: String?, waiting: Int) {
        self.booth = booth
        self.open = open
        self.services = services
        self.current = current
        self.waiting = waiting
    }
}

/// Percentiles of the newest times measured.
public struct TimesReport: Codable, Sendable, Equatable {
    /// How many times were measured, at most 10,000 of the newest.
    public var count: Int
    /// Half were shorter, in microseconds.
    public var p50: Int
    /// 99 of 100 were shorter, in microseconds.
    public var p99: Int
    /// 999 of 1,000 were shorter, in microseconds; nil from an older program.
    public var p999: Int?
    /// The longest, in microseconds.
    public var max: Int

    /// A report.
    public init(count: Int, p50: Int, p99: Int, p999: Int? = nil, max: Int) {
        self.count = count
        self.p50 = p50
        self.p99 = p99
        self.p999 = p999
        self.max = max
    }
}

/// A controller as the central sees it.
public struct ControllerReport: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its hall.
    public var hall: String
    /// `up`, `down`, `reporting` or `never-seen`.
    public var link: String
    /// Since when it is down, in this run of the central.
    public var downSince: String?
    /// Whether an operator fenced it.
    public var fenced: Bool
    /// Waiting tickets in its tray.
    public var tray: Int
    /// Orders that it has not acknowledged.
    public var orders: Int
    /// The last of its facts that is known here.
    public var facts: Int
    /// Its open booths.
    public var openBooths: [Int]

    /// A report.
    public init(
        name: String, hall: String, link: String, downSince: String?, fenced: Bool, tray: Int,
        orders: Int, facts: Int, openBooths: [Int]
    ) {
        self.name = name
        self.hall = hall
        self.link = link
        self.downSince = downSince
        self.fenced = fenced
        self.tray = tray
        self.orders = orders
        self.facts = facts
        self.openBooths = openBooths
    }
}

/// A ticket that was called at two places.
public struct ConflictReport: Codable, Sendable, Equatable {
    /// Its number.
    public var number: String
    /// Who has it.
    public var heldBy: String
    /// At which booth, when it was called there.
    public var booth: Int?
    /// Who called it as well.
    public var calledBy: String
    /// At which booth.
    public var calledAt: Int

    /// A report.
    public init(number: String, heldBy: String, booth: Int?, calledBy: String, calledAt: Int) {
        self.number = number
        self.heldBy = heldBy
        self.booth = booth
        self.calledBy = calledBy
        self.calledAt = calledAt
    }
}
