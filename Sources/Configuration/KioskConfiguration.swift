// SPDX-License-Identifier: Apache-2.0

// What is wired to a controller as a kiosk: take-a-ticket buttons, a slip printer, readers of codes.

import QueueCore

/// A kiosk at the controller.
public struct KioskConfiguration: Sendable, Equatable {
    /// Its slip printer.
    public var printer: PrinterConfiguration
    /// Its buttons.
    public var buttons: [KioskButtonWiring]
    /// The service of slips for tracking codes that can't be checked; nil when it takes none.
    public var codeService: Name?
    /// Where codes come from.
    public var readers: [ReaderConfiguration]
    /// Its own display: a unit on a bus.
    public var display: DisplayWiring?

    /// A kiosk from its parts.
    public init(
        printer: PrinterConfiguration, buttons: [KioskButtonWiring] = [], codeService: Name? = nil,
        readers: [ReaderConfiguration] = [], display: DisplayWiring? = nil
    ) {
        self.printer = printer
        self.buttons = buttons
        self.codeService = codeService
        self.readers = readers
        self.display = display
    }

    /// What its machine needs to know.
    public var plan: KioskPlan {
        KioskPlan(
            buttons: buttons.map { KioskButton(service: $0.service, priority: $0.priority) },
            codeService: codeService)
    }
}

extension ControllerConfiguration {
    /// The titles that slips may bear, in Persian, each once.
    public var slipTitles: [String] { Set(titles.values.map(\.persian)).sorted() }
}

/// A slip printer, and what stands on every slip.
public struct PrinterConfiguration: Sendable, Equatable {
    /// The address of the port: `/dev/serial/by-id/…`, `tcp://host:9100` or `pty:/path`.
    public var port: String
    /// The speed, in bits a second.
    public var baud: Int
    /// The frame.
    public var frame: String
    /// The printable width, in dots.
    public var width: Int
    /// The clinic's name, or nil.
    public var header: String?
    /// The font of all texts, as fontconfig knows it.
    public var font: String
    /// The file of drawn texts that `nobat-slip` writes.
    public var strips: String

    /// A printer; without more arguments one of 80 mm paper at 38400 8N1.
    public init(
        port: String, baud: Int = 38_400, frame: String = "8N1", width: Int = 512,
        header: String? = nil, font: String = "Titr", strips: String
    ) {
        self.port = port
        self.baud = baud
        self.frame = frame
        self.width = width
        self.header = header
        self.font = font
        self.strips = strips
    }
}

/// A take-a-ticket button.
public struct KioskButtonWiring: Sendable, Equatable {
    /// The service that it gives a slip for.
    public var service: Name
    /// The class of the slip.
    public var priority: PriorityClass
    /// Where it is.
    public var line: LineWiring
    /// The lamp in it.
    public var lamp: LineWiring?

    /// A button.
    public init(
        service: Name, priority: PriorityClass = .normal, line: LineWiring, lamp: LineWiring? = nil
    ) {
        self.service = service
        self.priority = priority
        self.line = line
        self.lamp = lamp
    }
}

/// A keypad or a scanner.
public enum ReaderConfiguration: Sendable, Equatable {
    /// One that speaks over a serial line: digits, then a line's end.
    case serial(port: String, baud: Int)
    /// One that types like a keyboard: an input device of the kernel.
    case keyboard(path: String)
}
