// SPDX-License-Identifier: Apache-2.0

// What `nobatd --config FILE` is told: the hall's booths and what is wired to them.

import QueueCore

/// The configuration of a controller.
public struct ControllerConfiguration: Sendable, Equatable {
    /// What the core needs to know.
    public var plan: ControllerPlan
    /// Titles of services as people read them.
    public var titles: [Name: ServiceTitle]
    /// Addresses of the central's nodes, `host:port`, tried in turn.
    public var centralAddresses: [String]
    /// The path of the database.
    public var databasePath: String
    /// The path of the control socket.
    public var socketPath: String
    /// The time zone whose calendar date is the service day.
    public var timeZone: String
    /// When the wall clock may turn the service day without the central.
    public var clock: ClockTrust
    /// How presses are recognised, for all booths.
    public var buttons: ButtonTimes
    /// The serial lines and how they are driven.
    public var buses: [BusConfiguration]
    /// What is wired to each booth.
    public var wiring: [BoothWiring]
    /// The lines at the flashing header, for `nobatctl flash`; nil when it has none.
    public var flash: FlashWiring?
    /// The hall board; nil when the controller has none.
    public var board: BoardConfiguration?
    /// The pages; nil when it serves none.
    public var pages: PagesConfiguration?
    /// The kiosk; nil when the controller has none.
    public var kiosk: KioskConfiguration?
    /// The file of this controller's key; nil when it speaks to the central plainly, on loopback.
    public var centralKeyPath: String?
    /// The fingerprint of the file that it was read from; "" when it was read from none.
    public var fingerprint = ""

    /// A controller's configuration from its parts.
    public init(
        plan: ControllerPlan, titles: [Name: ServiceTitle], centralAddresses: [String],
        databasePath: String, socketPath: String, timeZone: String, clock: ClockTrust,
        buttons: ButtonTimes, buses: [BusConfiguration], wiring: [BoothWiring],
        flash: FlashWiring? = nil, board: BoardConfiguration? = nil,
        pages: PagesConfiguration? = nil, kiosk: KioskConfiguration? = nil,
        centralKeyPath: String? = nil
    ) {
        self.plan = plan
        self.titles = titles
        self.centralAddresses = centralAddresses
        self.databasePath = databasePath
        self.socketPath = socketPath
        self.timeZone = timeZone
        self.clock = clock
        self.buttons = buttons
        self.buses = buses
        self.wiring = wiring
        self.flash = flash
        self.board = board
        self.pages = pages
        self.kiosk = kiosk
        self.centralKeyPath = centralKeyPath
    }
}

/// A service's name in the two languages of the pages.
public struct ServiceTitle: Sendable, Equatable {
    /// In Persian.
    public var persian: String
    /// In English.
    public var english: String

    /// A title in both languages.
    public init(persian: String, english: String) {
        self.persian = persian
        self.english = english
    }
}

/// When a wall clock is taken to be right.
public enum ClockTrust: String, Sendable, CaseIterable {
    /// When the kernel says that it is synchronised.
    case synchronised
    /// Always: the board has a battery clock.
    case always
}

/// How presses are recognised.
public struct ButtonTimes: Sendable, Equatable {
    /// How long a line must be still before a change counts.
    public var debounce: TimeSpan
    /// From here on a press is long.
    public var longPress: TimeSpan
    /// Within this time after a short press a second one makes it double.
    public var doubleGap: TimeSpan
    /// From here on a held button is stuck.
    public var stuckAfter: TimeSpan

    /// Times; without arguments the common ones.
    public init(
        debounce: TimeSpan = .milliseconds(20), longPress: TimeSpan = .milliseconds(700),
        doubleGap: TimeSpan = .milliseconds(300), stuckAfter: TimeSpan = .seconds(10)
    ) {
        self.debounce = debounce
        self.longPress = longPress
        self.doubleGap = doubleGap
        self.stuckAfter = stuckAfter
    }
}

/// One serial line with its units.
public struct BusConfiguration: Sendable, Equatable {
    /// The name that people call it by.
    public var name: Name
    /// The address of the port: `/dev/serial/by-id/…`, `tcp://host:port` or `pty:/path`.
    public var port: String
    /// The speed, in bits a second.
    public var baud: Int
    /// The frame: `8N1`, `8E1`, `8O1`, `7E1`.
    public var frame: String
    /// Whether the port drives an RS-485 line's direction.
    public var isRS485: Bool
    /// How bright its displays are, 0–15.
    public var brightness: UInt8
    /// After this silence its units show dashes.
    public var deadMan: TimeSpan
    /// Whose displays they are.
    public var family: BusFamily
    /// Whether a new call blinks on displays of other makers that can.
    public var blinks: Bool

    /// A bus; without more arguments of booth units, at 9600 8N1.
    public init(
        name: Name, port: String, baud: Int = 9_600, frame: String = "8N1", isRS485: Bool = false,
        brightness: UInt8 = 8, deadMan: TimeSpan = .seconds(10), family: BusFamily = .unit,
        blinks: Bool = true
    ) {
        self.name = name
        self.port = port
        self.baud = baud
        self.frame = frame
        self.isRS485 = isRS485
        self.brightness = brightness
        self.deadMan = deadMan
        self.family = family
        self.blinks = blinks
    }
}

/// What is wired to a booth.
public struct BoothWiring: Sendable, Equatable {
    /// The booth.
    public var booth: BoothNumber
    /// The display: a bus and an address on it; nil when the booth has none.
    public var display: DisplayWiring?
    /// The call button; nil when the booth is only called by command.
    public var button: LineWiring?
    /// The lamp in the button.
    public var lamp: LineWiring?

    /// What is wired to a booth.
    public init(
        booth: BoothNumber, display: DisplayWiring? = nil, button: LineWiring? = nil,
        lamp: LineWiring? = nil
    ) {
        self.booth = booth
        self.display = display
        self.button = button
        self.lamp = lamp
    }
}

/// The lines at a unit's flashing header.
public struct FlashWiring: Sendable, Equatable {
    /// At BOOT0: high chooses the boot loader of the chip's ROM.
    public var boot0: LineWiring
    /// At NRST: low resets the chip.
    public var reset: LineWiring

    /// Both lines.
    public init(boot0: LineWiring, reset: LineWiring) {
        self.boot0 = boot0
        self.reset = reset
    }
}

/// Where a booth's display is.
public struct DisplayWiring: Sendable, Equatable {
    /// The bus.
    public var bus: Name
    /// The unit's address on it, 1–247.
    public var address: UInt8

    /// A unit on a bus.
    public init(bus: Name, address: UInt8) {
        self.bus = bus
        self.address = address
    }
}

/// A line of a GPIO chip.
public struct LineWiring: Sendable, Equatable {
    /// The chip's label, never its number.
    public var chip: String
    /// The line's name, or its offset in digits.
    public var line: String
    /// Whether a pressed button, or a lit lamp, pulls the line low.
    public var isActiveLow: Bool
    /// What holds a button's line when nobody presses.
    public var bias: LineBiasSetting

    /// A line; without more arguments a button to ground.
    public init(
        chip: String, line: String, isActiveLow: Bool = true, bias: LineBiasSetting = .pullUp
    ) {
        self.chip = chip
        self.line = line
        self.isActiveLow = isActiveLow
        self.bias = bias
    }
}

/// What holds an input line when nothing drives it.
public enum LineBiasSetting: String, Sendable, CaseIterable {
    case asIs = "as-is"
    case disabled
    case pullUp = "pull-up"
    case pullDown = "pull-down"
}
