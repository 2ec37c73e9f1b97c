// SPDX-License-Identifier: Apache-2.0

// Which family of displays a bus has, and what its driver has to be told.

/// The displays of a bus.
public enum BusFamily: Sendable, Equatable {
    /// Booth units.
    case unit
    /// Candle's LED counters.
    case candle(SignText)
    /// Signs of the Alpha protocol, as BetaBrite.
    case alpha(AlphaSign)
    /// Displays that take a line of plain ASCII.
    case ascii(SignText)
    /// Makers' Modbus displays; `echo` is true when the adapter returns what it sends.
    case modbus(ModbusMap, echo: Bool)

    /// The word in the configuration.
    public var name: String { kind.rawValue }

    var kind: Kind {
        switch self {
        case .unit: .unit
        case .candle: .candle
        case .alpha: .alpha
        case .ascii: .ascii
        case .modbus: .modbus
        }
    }

    /// The words of the configuration.
    enum Kind: String, CaseIterable {
        case unit
        case candle
        case alpha
        case ascii
        case modbus

        /// The speed that such displays leave the factory with.
        var baud: Int { self == .candle ? 57_600 : 9_600 }

        /// The frame that they leave the factory with.
        var frame: String { self == .alpha ? "7E1" : "8N1" }

        /// Keys of a bus that mean something to this family alone, or to some.
        var keys: Set<String> {
            switch self {
            case .unit: ["brightness", "dead-man"]
            case .candle: ["brightness", "template", "width", "pad", "blink"]
            case .alpha:
                ["template", "width", "pad", "blink", "label", "position", "checksum", "broadcast"]
            case .ascii: ["template", "width", "pad"]
            case .modbus: ["brightness", "map", "registers", "blink", "echo"]
            }
        }

        /// Bus addresses that the family has.
        var addresses: ClosedRange<Int> {
            self == .candle ? 0x20...0x7F : ConfigurationLimits.addresses
        }
    }
}

/// A part of a sign's text.
public enum TemplatePiece: Sendable, Equatable {
    /// Bytes that are always the same.
    case bytes([UInt8])
    /// A place that the call fills in.
    case place(Place)

    /// The places by their words.
    public enum Place: String, CaseIterable, Sendable {
        /// What the booth shows: `A042`.
        case text
        /// Its digits alone: `042`.
        case number
        /// The number of the booth.
        case booth
        /// The way to the booth.
        case arrow
        /// The sign's address.
        case address
    }
}

/// How a call is laid out on a sign.
public struct SignText: Sendable, Equatable {
    /// The parts of the text; nil for the usual ones, `{text}`, and on a hall board
    /// `{text}{arrow}{booth}`.
    public var template: [TemplatePiece]?
    /// The places that the number takes.
    public var width: Int
    /// What fills a shorter number, on its left: an ASCII character.
    public var pad: UInt8

    /// A layout; without arguments the usual one of four places.
    public init(template: [TemplatePiece]? = nil, width: Int = 4, pad: UInt8 = 0x20) {
        self.template = template
        self.width = width
        self.pad = pad
    }
}

/// How an Alpha sign is written to.
public struct AlphaSign: Sendable, Equatable {
    /// The lines of a sign.
    public enum Position: String, CaseIterable, Sendable {
        /// The middle, or the only one.
        case middle
        /// The upper one.
        case top
        /// The lower one.
        case bottom
        /// All of them.
        case fill
    }

    /// The text.
    public var text: SignText
    /// The text file: `0` is the priority file.
    public var label: UInt8
    /// Where the text stands.
    public var position: Position
    /// Whether frames carry a checksum.
    public var hasChecksum: Bool
    /// Whether frames go to all signs of the line.
    public var isBroadcast: Bool

    /// A sign; without arguments its priority file is written.
    public init(
        text: SignText = SignText(), label: UInt8 = 0x30, position: Position = .middle,
        hasChecksum: Bool = true, isBroadcast: Bool = false
    ) {
        self.text = text
        self.label = label
        self.position = position
        self.hasChecksum = hasChecksum
        self.isBroadcast = isBroadcast
    }
}

/// The registers of a Modbus display.
public enum ModbusMap: Sendable, Equatable {
    /// A map that is shipped.
    case maker(Maker)
    /// A map that the configuration tells.
    case registers(RegisterSection)

    /// The maps that are shipped.
    public enum Maker: String, CaseIterable, Sendable {
        /// LED-485 by its number register.
        case led485 = "led-485"
        /// LED-485 by its raw segments.
        case led485Segments = "led-485-segments"
        /// DM56A04.
        case dm56a04
        /// Ditel DN109.
        case dn109
    }
}

/// A register map in the configuration; registers count from 0.
public struct RegisterSection: Sendable, Equatable {
    /// How registers hold digits.
    public enum Digits: String, CaseIterable, Sendable {
        /// One ASCII character each.
        case characters
        /// Two ASCII characters each.
        case pairs
        /// A signed number.
        case number
        /// Two digits' segments each, the lowest bit is segment A.
        case segments
        /// Two digits' segments each, the lowest bit is segment G.
        case segmentsFromG = "segments-from-g"
    }

    /// Registers that make the display blink.
    public struct Blink: Sendable, Equatable {
        /// Written to begin, and to end.
        public var start, stop: UInt16
        /// What is written.
        public var value: UInt16
    }

    /// The register of the brightness.
    public struct Brightness: Sendable, Equatable {
        /// The register.
        public var register: UInt16
        /// Its values, the darkest first.
        public var range: ClosedRange<UInt16>
    }

    /// How registers hold digits.
    public var digits: Digits
    /// The first of them.
    public var first: UInt16
    /// The places of the display.
    public var places: Int
    /// Whether all are written in one frame (function 16), not each in its own (06).
    public var isOneFrame: Bool
    /// Whether characters may be letters.
    public var hasLetters: Bool
    /// The first register to read the digits back from.
    public var readBack: UInt16?
    /// Blinking.
    public var blink: Blink?
    /// Brightness.
    public var brightness: Brightness?

    /// The number of registers that hold the digits.
    var count: Int {
        switch digits {
        case .characters: places
        case .number: 1
        case .pairs, .segments, .segmentsFromG: (places + 1) / 2
        }
    }
}
