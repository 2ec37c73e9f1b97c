// SPDX-License-Identifier: Apache-2.0

// A kiosk as configured, and what goes into and comes out of its machine.

/// A take-a-ticket button.
public struct KioskButton: Hashable, Sendable {
    /// The service that it gives a slip for.
    public var service: Name
    /// The class of the slip.
    public var priority: PriorityClass

    /// A button.
    public init(service: Name, priority: PriorityClass = .normal) {
        self.service = service
        self.priority = priority
    }
}

/// A kiosk as configured.
public struct KioskPlan: Hashable, Sendable {
    /// Its buttons, in order.
    public var buttons: [KioskButton]
    /// The service of slips for codes that can't be checked; nil when the kiosk takes no codes.
    public var codeService: Name?

    /// A kiosk as configured.
    public init(buttons: [KioskButton], codeService: Name? = nil) {
        self.buttons = buttons
        self.codeService = codeService
    }
}

/// A key of a keypad, or a character from a scanner.
public enum KioskKey: Hashable, Sendable {
    /// 0…9, in whatever script.
    case digit(UInt8)
    /// Ends an entry.
    case enter
    /// Takes the last digit back.
    case erase
    /// Takes the entry back.
    case clear
    /// Spaces and dashes, which people and printers put between digits.
    case filler
    /// Anything else: this is no code.
    case other
}

/// Something that happened at a kiosk.
public enum KioskInput: Hashable, Sendable {
    /// A button went down.
    case tap(Int)
    /// A key was pressed, or a scanner sent a character.
    case key(KioskKey)
    /// The printer is otherwise than before.
    case printer(PrinterCondition)
    /// A slip came to its end at the printer.
    case ended(UInt64, SlipOutcome)
    /// The controller answered.
    case reply(RequestID, Reply)
    /// A deadline of ``KioskMachine/deadline`` has come.
    case tick
}

/// What a kiosk's own display is to show.
public enum KioskSign: Hashable, Sendable {
    /// It waits for a patient.
    case ready
    /// The digits of a code so far.
    case typing(String)
    /// A slip is on its way.
    case working
    /// A slip came out, or was given for this code before.
    case number(TicketNumber)
    /// It was not done: the code is none, or is not for now.
    case refused
    /// There is no paper.
    case noPaper
    /// The printer does not print.
    case outOfOrder

    /// Four characters, as counter displays have them.
    public var text: String {
        switch self {
        case .ready: "----"
        case .typing(let digits):
            String(repeating: " ", count: max(0, 4 - digits.count)) + digits.suffix(4)
        case .working: "SLIP"
        case .number(let number): number.description
        case .refused: "Err "
        case .noPaper: "PAPE"
        case .outOfOrder: "OFF "
        }
    }
}

/// Something worth a line in the log.
public enum KioskEvent: Hashable, Sendable {
    /// The printer is otherwise than before.
    case printer(PrinterCondition)
    /// A slip was not printed.
    case notPrinted(TicketNumber, PrinterCondition)
    /// A slip may be printed, and counts as printed.
    case unconfirmed(TicketNumber)
    /// What was asked for at the kiosk was refused; the code with all but its end covered.
    case refused(String, code: TrackingCode?)
    /// A code was brought again after its slip was printed.
    case codeAgain(TrackingCode, TicketNumber)
}

/// What is to be done at a kiosk.
public enum KioskEffect: Hashable, Sendable {
    /// Ask the controller; it answers with ``KioskInput/reply(_:_:)``, whatever comes.
    case ask(RequestID, ControllerCommand)
    /// Print a slip; its end is told by ``KioskInput/ended(_:_:)``.
    case print(UInt64, Slip)
    /// Print why a code or a tap is not taken, for the patient to read: the name of the refusal. Its
    /// end is told by ``KioskInput/ended(_:_:)``.
    case explain(UInt64, String)
    /// Show this on the kiosk's display.
    case show(KioskSign)
    /// Light the lamps in the buttons, or let them tell that the kiosk is out of order.
    case lamps(isReady: Bool)
    /// A tap did nothing: the lamp of the button says so.
    case refuse(Int)
    /// Tell it in the log.
    case event(KioskEvent)
}

/// Bounds of a kiosk, each with its reason.
public enum KioskLimits {
    /// Taps on the same button within this are one: a finger that doubts taps again within a second.
    public static let repeatSpan = TimeSpan.seconds(2)

    /// A patient who has stopped typing has gone.
    public static let entrySpan = TimeSpan.seconds(20)

    /// How long a number, or a refusal, stays on the display.
    public static let showSpan = TimeSpan.seconds(6)

    /// Ten digits are a code when nothing follows them for so long: the digits of a barcode come some
    /// milliseconds apart, and a longer one is no code. Keys that follow others so soon after the
    /// kiosk was busy are passed over with them.
    public static let settleSpan = TimeSpan.milliseconds(150)

    /// A code that was refused is passed over for so long after it was last read, and a button's
    /// refusal is not printed again: a code that lies under a scanner is read every second.
    public static let noteSpan = TimeSpan.seconds(10)

    /// A note that has not ended by then is not waited for: a slow printer takes ten seconds.
    public static let explainSpan = TimeSpan.seconds(15)

    /// How long the controller may take: longer than the check of a code and a slow card together.
    public static let askSpan = TimeSpan.seconds(15)

    /// What the controller is to be told, while its disk is full: slips that ended before paper did.
    public static let toldMax = 16

    /// Codes that are remembered with the number given for them: a day of one kiosk.
    public static let codesMax = 1_000

    /// Buttons of one kiosk.
    public static let buttonsMax = 8
}
