// SPDX-License-Identifier: Apache-2.0

// The bounds of what a configuration file may say, beside those of the core.

import QueueCore

/// The bounds of configuration files, each with the reason for its figure.
public enum ConfigurationLimits {
    /// The largest file, in bytes: the largest hall needs some 10 KiB.
    public static let fileBytesMax = 1 << 20

    /// Errors reported at once: nobody reads more, and a file of another kind has thousands.
    public static let errorsMax = 200

    /// Attempts to read on after keys that are written twice.
    static let duplicatesMax = 100

    /// Halls of one central: each has a service, and there are as many services as letters.
    public static let hallsMax = Limits.servicesMax

    /// Nodes of one central: a cluster of three, or five.
    public static let centralAddressesMax = 5

    /// Sessions of a clinic: three shifts for each day of the week, and some over.
    public static let sessionsMax = 24

    /// Holidays of a file: those of some years.
    public static let holidaysMax = 400

    /// How long before a session tickets may be given out, and how long after it those who wait may
    /// still be called: longer ones are sessions of their own.
    public static let leadSpan = TimeSpan.zero...TimeSpan.seconds(4 * 3_600)

    /// How many calls may pass over a class that waits: beyond twenty it is hardly a promise.
    public static let passedOver = 1...20

    /// How early and how late a code may be taken: beyond half a day it is another session's.
    public static let arrivalSpan = TimeSpan.zero...TimeSpan.seconds(12 * 3_600)

    /// How long a visit may be planned for.
    public static let visitSpan = TimeSpan.seconds(60)...TimeSpan.seconds(4 * 3_600)

    /// Buses of one controller: beyond eight USB serial adapters a board has no power to give.
    public static let busesMax = 8

    /// The longest title of a service, in characters: one line of a hall board.
    public static let titleMax = 64

    /// The longest path, in bytes (`PATH_MAX` less its end).
    public static let pathBytesMax = 4_095

    /// The longest path of a socket, in bytes (`sun_path` less its end).
    public static let socketPathBytesMax = 107

    /// The longest host name, in characters (RFC 1035).
    public static let hostMax = 253

    /// The longest label of a GPIO chip and name of a line, in bytes (`GPIO_MAX_NAME_SIZE` less its
    /// end).
    public static let lineNameMax = 31

    /// The largest offset of a line on its chip: `ARCH_NR_GPIOS` of older kernels.
    public static let lineOffsetMax = 1_023

    /// Unit addresses on a bus (Modbus over serial line 1.02, 2.2).
    public static let addresses = 1...247

    /// Speeds that adapters and units agree on, in bits a second.
    public static let bauds = [1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200]

    /// Frames that counter displays are sold with.
    public static let frames = ["8N1", "8E1", "8O1", "7E1"]

    /// Speeds of slip printers: below these a slip takes half a minute.
    public static let printerBauds = bauds.filter { $0 >= 4_800 }

    /// Frames of slip printers: pictures need all eight bits of a byte.
    public static let printerFrames = frames.filter { $0.hasPrefix("8") }

    /// Steps of a display's brightness: what LED drivers of the MAX7219 kind have.
    public static let brightness = 0...15

    /// The silence after which a unit shows dashes: one lost exchange is no silence, and a
    /// minute is the longest that a stale number may look live.
    public static let deadMan = TimeSpan.seconds(3)...TimeSpan.seconds(60)

    /// The guard time after a call: none, or as long as a patient needs to stand up.
    public static let guardSpan = TimeSpan.zero...TimeSpan.seconds(10)

    /// The time to take a press back: none, or a minute; the patient is at the booth by then.
    public static let undoSpan = TimeSpan.zero...TimeSpan.seconds(60)

    /// How often a ticket may be recalled.
    public static let recalls = 0...99

    /// The length of a timed absence.
    public static let parkSpan = TimeSpan.seconds(60)...Limits.parkMax

    /// For how long a no-show may come late: never, or half a session.
    public static let lateReturnSpan = TimeSpan.zero...TimeSpan.seconds(4 * 3_600)

    /// How long a visit is expected to take: from a quick signature to a long consultation.
    public static let expectedVisit = TimeSpan.seconds(10)...TimeSpan.seconds(2 * 3_600)

    /// Debounce: contacts bounce for 1–20 ms; above 200 ms a quick press is lost.
    public static let debounce = TimeSpan.milliseconds(1)...TimeSpan.milliseconds(200)

    /// When a press is long: below 300 ms are ordinary presses.
    public static let longPress = TimeSpan.milliseconds(300)...TimeSpan.seconds(5)

    /// The gap of a double press; every single press waits for it where a double one is mapped.
    public static let doubleGap = TimeSpan.milliseconds(100)...TimeSpan.seconds(1)

    /// When a held button is stuck.
    public static let stuckAfter = TimeSpan.seconds(2)...TimeSpan.seconds(600)

    /// Days of history: from one to ten years.
    public static let historyDays = 1...3_660

    /// Places of a sign's number: wider ones are text panels.
    public static let signWidth = 1...16

    /// The longest text of a sign with all that its template adds, in bytes.
    public static let signBytesMax = 96

    /// Registers of a Modbus display (a 16-bit address).
    public static let registers = 0...65_535

    /// Places of a Modbus display.
    public static let displayPlaces = 1...16

    /// The longest running text of a hall board, in characters: it takes about a minute to pass.
    public static let runningTextMax = 300

    /// Languages in which one call is spoken: with more, the next patient waits for the last words.
    public static let voiceLanguagesMax = 3

    /// Printable widths of slip printers, in dots: 58 mm paper to 80 mm paper.
    public static let slipWidths = 360...640

    /// Keypads and scanners of one kiosk.
    public static let readersMax = 4

    /// Rows of a hall board: more can't be read from the seats.
    public static let boardRowsMax = 8
}
