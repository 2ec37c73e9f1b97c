// SPDX-License-Identifier: Apache-2.0

// What "nobatctl setup" finds on the board by itself, and proposes from.

/// What is plugged in and wired up.
public struct Discovery: Sendable, Equatable {
    /// A serial port that may lead to displays.
    public struct Port: Sendable, Equatable {
        /// Its name that stays.
        public var path: String
        /// The addresses of the units that answered on it; nil when nobody has asked yet.
        public var units: [Int]?

        /// A port.
        public init(path: String, units: [Int]? = nil) {
            self.path = path
            self.units = units
        }
    }

    /// A GPIO chip.
    public struct Chip: Sendable, Equatable {
        /// Its label.
        public var label: String
        /// The names of its lines, "" for a line without one, by offset.
        public var lines: [String]

        /// A chip.
        public init(label: String, lines: [String]) {
            self.label = label
            self.lines = lines
        }
    }

    /// Serial ports, the likeliest first.
    public var ports: [Port]
    /// GPIO chips, the likeliest first.
    public var chips: [Chip]
    /// The board's time zone.
    public var timeZone: String
    /// Whether the board has a battery clock.
    public var hasBatteryClock: Bool

    /// What was found.
    public init(
        ports: [Port] = [], chips: [Chip] = [], timeZone: String = "Asia/Tehran",
        hasBatteryClock: Bool = false
    ) {
        self.ports = ports
        self.chips = chips
        self.timeZone = timeZone
        self.hasBatteryClock = hasBatteryClock
    }

    /// Lines that the wiring sheets use, booth by booth: button, lamp. Kept free are the lines of I2C,
    /// SPI and the console.
    static let headerLines = [
        ("GPIO17", "GPIO27"), ("GPIO22", "GPIO23"), ("GPIO24", "GPIO25"), ("GPIO5", "GPIO26"),
        ("GPIO6", "GPIO12"), ("GPIO13", "GPIO16"), ("GPIO19", "GPIO20"), ("GPIO18", "GPIO21"),
    ]

    /// The lines that a booth of a chip is proposed: by name where the chip has the header's names, else
    /// buttons from the first line on, and no lamp; nil when the chip has no line left.
    func lines(of label: String, booth: Int) -> (button: String, lamp: String?)? {
        guard let chip = chips.first(where: { $0.label == label }), booth >= 1 else { return nil }
        if Self.headerLines.allSatisfy({ chip.lines.contains($0.0) }) {
            guard booth <= Self.headerLines.count else { return nil }
            let (button, lamp) = Self.headerLines[booth - 1]
            return (button, lamp)
        }
        return booth <= chip.lines.count ? ("\(booth - 1)", nil) : nil
    }
}
