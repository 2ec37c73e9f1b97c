// SPDX-License-Identifier: Apache-2.0

// The wire list of one hall, made from its controller's configuration: what a technician takes
// along to the booths, and sticks on the cables.

import QueueCore

/// A hall's wires: each booth's lines and unit, the kiosk's, each bus from end to end, the parts, the
/// labels.
public struct HallWiring: Sendable, Equatable, Encodable {
    /// The controller that the wires come together at.
    public var controller: String
    /// The booths, in the order of the file.
    public var booths: [BoothWires] = []
    /// The kiosk; nil when the hall has none.
    public var kiosk: KioskWires?
    /// The buses, in the order of the file.
    public var buses: [BusWires] = []
    /// What to buy for this hall beside boards, displays and enclosures.
    public var parts: [WiringPart] = []
    /// What is unusual, will not work, or needs a hand; empty in a plain hall.
    public var findings: [WiringFinding] = []

    /// Every label once, in the order of booths, kiosk and buses.
    public var labels: [String] = []

    /// The wires of a hall.
    public init(_ configuration: ControllerConfiguration) {
        controller = "\(configuration.plan.name)"
        buses = configuration.buses.enumerated().map { index, bus in
            BusWires(
                bus, number: index + 1, wiring: configuration.wiring,
                kiosk: configuration.kiosk?.display)
        }
        booths = configuration.wiring.map { wiring in
            BoothWires(wiring, buses: configuration.buses)
        }
        kiosk = configuration.kiosk.map { KioskWires($0) }
        parts = WiringPart.list(booths: booths, kiosk: kiosk, buses: buses)
        findings = WiringFinding.all(of: configuration, buses: buses)
        labels = booths.flatMap(\.labels) + (kiosk?.labels ?? []) + buses.flatMap(\.labels)
    }
}

/// One GPIO line between the controller and a booth or the kiosk.
public struct LineWires: Sendable, Equatable, Encodable {
    /// The chip's label.
    public var chip: String
    /// The line's name, or its offset in digits.
    public var line: String
    /// The pin of the 40-pin header; nil when it is not known.
    public var headerPin: Int?
    /// Whether a press, or a lit lamp, pulls the line low.
    public var activeLow: Bool
    /// What holds the line when nothing drives it.
    public var bias: String
    /// The cable's label: `B3-BTN`, `B3-LAMP`, `K-BTN1`.
    public var label: String

    init(_ line: LineWiring, label: String) {
        chip = line.chip
        self.line = line.line
        headerPin = HeaderPin(chip: line.chip, line: line.line)?.pin
        activeLow = line.isActiveLow
        bias = line.bias.rawValue
        self.label = label
    }
}

/// What goes to one booth.
public struct BoothWires: Sendable, Equatable, Encodable {
    /// The booth's number.
    public var booth: Int
    /// The call button.
    public var button: LineWires?
    /// The lamp in it.
    public var lamp: LineWires?
    /// The name of the bus of its display.
    public var bus: String?
    /// The unit's address.
    public var address: Int?
    /// The unit's address switches, 1 to 5; nil without a booth unit.
    public var switches: String?
    /// The label of the unit: `B3-UNIT`, and of its supply: `B3-12V`.
    public var unitLabels: [String]

    init(_ wiring: BoothWiring, buses: [BusConfiguration]) {
        booth = Int(wiring.booth)
        button = wiring.button.map { LineWires($0, label: "B\(wiring.booth)-BTN") }
        lamp = wiring.lamp.map { LineWires($0, label: "B\(wiring.booth)-LAMP") }
        bus = wiring.display.map { "\($0.bus)" }
        address = wiring.display.map { Int($0.address) }
        let isUnit = buses.first { $0.name == wiring.display?.bus }?.family == .unit
        switches =
            isUnit ? wiring.display.map { AddressSwitches(address: $0.address).description } : nil
        unitLabels = wiring.display == nil ? [] : ["B\(wiring.booth)-UNIT", "B\(wiring.booth)-12V"]
    }

    /// The labels of its cables and its unit.
    public var labels: [String] {
        [button?.label, lamp?.label].compactMap { $0 } + unitLabels
    }
}

/// One bus from its first unit to its last.
public struct BusWires: Sendable, Equatable, Encodable {
    /// The number in its labels, from 1.
    public var number: Int
    /// The bus's name in the configuration.
    public var name: String
    /// The controller's port.
    public var port: String
    /// Speed and frame: `9600 8N1`.
    public var format: String
    /// What turns the controller's port into the bus.
    public var adapter: BusAdapter
    /// Its units in the order of the booths in the file, then the kiosk's, which is taken for the
    /// order along the cable.
    public var units: [UnitPlace]
    /// The family of its displays: `unit` for booth units, else another maker's.
    public var family: String
    /// Where the two terminators sit; empty without wires.
    public var terminators: [String]
    /// The labels of its pair, its common wire and the one ground of its shield: `BUS1-A`,
    /// `BUS1-B`, `BUS1-COM`, `BUS1-SHIELD`.
    public var labels: [String]

    /// A unit on a bus.
    public struct UnitPlace: Sendable, Equatable, Encodable {
        /// Its booth; nil for the kiosk's.
        public var booth: Int?
        /// Its address.
        public var address: Int
        /// Its address switches, 1 to 5; nil for another maker's display.
        public var switches: String?
        /// Its label: `B3-UNIT`, `K-UNIT`.
        public var label: String

        init(_ display: DisplayWiring, booth: Int?, isUnit: Bool) {
            self.booth = booth
            address = Int(display.address)
            switches = isUnit ? AddressSwitches(address: display.address).description : nil
            label = booth.map { "B\($0)-UNIT" } ?? "K-UNIT"
        }

        /// Whose it is: `booth 3`, `the kiosk`.
        var owner: String { booth.map { "booth \($0)" } ?? "the kiosk" }
    }

    init(_ bus: BusConfiguration, number: Int, wiring: [BoothWiring], kiosk: DisplayWiring?) {
        self.number = number
        name = "\(bus.name)"
        port = bus.port
        format = "\(bus.baud) \(bus.frame)"
        let adapter = BusAdapter(port: bus.port, drivesDirection: bus.isRS485)
        let displays = wiring.map { (Int($0.booth), $0.display) } + [(nil, kiosk)]
        let units = displays.compactMap { (booth: Int?, display) -> UnitPlace? in
            guard let display, display.bus == bus.name else { return nil }
            return UnitPlace(display, booth: booth, isUnit: bus.family == .unit)
        }
        self.adapter = adapter
        self.units = units
        family = bus.family.name
        terminators = []
        labels = []
        guard adapter != .none else { return }
        if let last = units.last {
            terminators = ["the controller's adapter", "the unit of \(last.owner)"]
        }
        labels = ["A", "B", "COM", "SHIELD"].map { "BUS\(number)-\($0)" }
    }
}

/// What turns a controller's port into a bus.
public enum BusAdapter: String, Sendable, Encodable {
    /// A USB adapter that switches the line's direction by itself.
    case usb
    /// A UART of the board whose RTS pin drives a transceiver.
    case uart
    /// A serial device server on the network.
    case server
    /// A pseudo-terminal: no wires.
    case none

    /// The adapter behind a port.
    init(port: String, drivesDirection: Bool) {
        if port.hasPrefix("pty:") {
            self = .none
        } else if port.hasPrefix("tcp:") {
            self = .server
        } else {
            self = drivesDirection ? .uart : .usb
        }
    }
}
