// SPDX-License-Identifier: Apache-2.0

// The bill of materials of one hall, counted from its wires. Quantities per booth and per bus are
// those of the sheets in Wiring/, and a test holds both together.

/// A part to buy, and how many of it.
public struct WiringPart: Sendable, Equatable, Encodable {
    /// The part as a shop knows it.
    public var part: String
    /// What it is for.
    public var use: String
    /// How many.
    public var count: Int

    /// Channels of one lamp driver.
    static let lampsPerDriver = 8

    /// Parts of each button behind an opto-coupler, at a booth or the kiosk.
    static let perButton = [
        ("PC817C", "opto-coupler of a button", 1),
        ("1N4148", "reverse polarity at the opto-coupler", 1),
        ("2.2 kΩ 0.25 W", "current and leakage of the button's loop", 2),
        ("4.7 kΩ 0.25 W", "pull-up of a button's line", 1),
        ("1 kΩ 0.25 W", "before the line of a button", 1),
    ]

    /// Parts of each unit, beside its display.
    static let perUnit = [
        ("NUCLEO-L432KC", "the unit (or NUCLEO-L476RG)", 1),
        ("SN65HVD72DR", "transceiver of a unit", 1),
        ("SM712-02HTG", "surge protection of a unit's bus", 1),
        ("1 kΩ 0.25 W", "in the unit's RX line, and at the base of its buzzer's transistor", 2),
        ("10 kΩ 0.25 W", "hold the unit's outputs in reset", 7),
        ("BC337-40", "buzzer transistor", 1),
        ("CMI-1295IC-0585T", "buzzer", 1),
        ("100 nF 50 V", "beside chips of a unit", 2),
        ("1N4148", "across a unit's buzzer", 1),
        ("206-5ST", "address switches", 1),
        ("61300611121", "flashing header", 1),
        ("SN74AHCT125N", "level shift to the display", 1),
        ("MC 1,5/4-ST-3,81", "bus plug of a unit", 1),
        ("TSR 1-2450", "12 V to 5 V", 1),
        ("0218001.MXP", "fuse of a booth, 1 A slow", 1),
        ("MF-R075", "resettable fuse of a unit's 5 V", 1),
    ]

    /// Parts of each wired bus.
    static let perBus = [
        ("120 Ω 0.6 W", "terminators", 2),
        ("560 Ω 0.25 W", "fail-safe bias", 2),
    ]

    /// Parts of each printer at a serial port.
    static let perSerialPrinter = [
        ("TM-T88V, serial", "slip printer", 1),
        ("US232R-100-BLK", "adapter of the slip printer", 1),
    ]

    /// Parts of each printer on the network.
    static let perNetworkPrinter = [("TM-T88V, Ethernet", "slip printer", 1)]

    /// Parts of each reader that is like a serial port.
    static let perSerialReader = [("DS9308-SR", "scanner of tracking codes", 1)]

    /// Parts of each reader that types.
    static let perKeyboardReader = [("USB number pad, sealed", "keypad for tracking codes", 1)]

    /// The parts for these booths, this kiosk and these buses; behind a `pty:` port there are none.
    /// Displays of other makers bring their own boards; those that speak Modbus are on a pair like the
    /// units, and how the others are wired is their makers' affair.
    static func list(
        booths: [BoothWires], kiosk: KioskWires?, buses: [BusWires]
    ) -> [WiringPart] {
        let lines: [(LineWires?, LineWires?)] =
            booths.map { ($0.button, $0.lamp) }
            + (kiosk?.buttons ?? []).map { ($0.button, $0.lamp) }
        let buttons = lines.filter { $0.0 != nil }.count
        let lamps = lines.filter { $0.1 != nil }.count
        let wired = buses.filter { $0.adapter != .none && !$0.units.isEmpty }
        let pairs = wired.filter { $0.family == "unit" || $0.family == "modbus" }
        let units = wired.filter { $0.family == "unit" }.reduce(0) { $0 + $1.units.count }
        var parts = [
            WiringPart(
                part: "GQ22-11E/R/12V/S", use: "buttons with a 12 V lamp", count: lamps),
            WiringPart(
                part: "GQ22-11/S", use: "buttons without a lamp",
                count: lines.filter { $0.0 != nil && $0.1 == nil }.count),
            WiringPart(
                part: "ULN2803A", use: "lamp drivers of \(lampsPerDriver) channels",
                count: (lamps + lampsPerDriver - 1) / lampsPerDriver),
            WiringPart(
                part: "USB-RS485-WE-1800-BT", use: "adapters of buses",
                count: pairs.filter { $0.adapter == .usb }.count),
            WiringPart(
                part: "RS485 transceiver HAT, DE on RTS", use: "for buses with rs485: true",
                count: pairs.filter { $0.adapter == .uart }.count),
        ]
        let printer = kiosk?.printer.link
        let readers = kiosk?.readers.map(\.link) ?? []
        for (rows, factor) in [
            (perButton, buttons), (perUnit, units), (perBus, pairs.count),
            (perSerialPrinter, printer == .serial ? 1 : 0),
            (perNetworkPrinter, printer == .network ? 1 : 0),
            (perSerialReader, readers.filter { $0 == .serial }.count),
            (perKeyboardReader, readers.filter { $0 == .keyboard }.count),
        ] {
            parts += rows.map { WiringPart(part: $0.0, use: $0.1, count: $0.2 * factor) }
        }
        return merged(parts.filter { $0.count > 0 })
    }

    /// One row for each part, whatever it is for.
    private static func merged(_ parts: [WiringPart]) -> [WiringPart] {
        parts.reduce(into: []) { rows, part in
            guard let index = rows.firstIndex(where: { $0.part == part.part }) else {
                rows.append(part)
                return
            }
            rows[index].count += part.count
            rows[index].use += "; \(part.use)"
        }
    }
}
