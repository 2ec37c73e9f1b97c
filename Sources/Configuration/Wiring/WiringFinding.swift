// SPDX-License-Identifier: Apache-2.0

// What a configuration that is right all the same means for hands: a booth without a button, an
// address that no switch can say, a line that the board needs itself.

/// One thing to know before the wires are laid.
public struct WiringFinding: Sendable, Equatable, Encodable {
    /// The name of the finding, for programs: `no-button`.
    public var name: String
    /// What is found, and what to do.
    public var sentence: String

    /// Units with transceivers of a whole unit load that fit beside the bias: 32 unit loads less
    /// 12 kΩ / 560 Ω (Wiring/rs485-bus.md). With an eighth of a load the largest hall fits.
    public static let fullLoadUnitsMax = 10

    /// A slip at this speed or below takes longer than a patient waits: ten seconds at 9600.
    static let slowPrinterBaud = 9_600

    /// All findings of a hall: booths, the kiosk, lines, buses.
    static func all(
        of configuration: ControllerConfiguration, buses: [BusWires]
    ) -> [WiringFinding] {
        func hasUnit(_ display: DisplayWiring?) -> Bool {
            configuration.buses.first { $0.name == display?.bus }?.family == .unit
        }
        var findings: [WiringFinding] = []
        for booth in configuration.wiring {
            findings += ofBooth(booth, "booth \(booth.booth)", hasUnit: hasUnit(booth.display))
        }
        if let kiosk = configuration.kiosk {
            findings += ofKiosk(kiosk, hasUnit: hasUnit(kiosk.display))
        }
        findings += ofLines(configuration, hasRTS: buses.contains { $0.adapter == .uart })
        let remarks = configuration.buses.flatMap(\.remarks).map { Self($0.name, $0.sentence) }
        return findings + buses.flatMap(ofBus) + remarks
    }

    private static func ofLines(
        _ configuration: ControllerConfiguration, hasRTS: Bool
    ) -> [WiringFinding] {
        var lines: [(what: String, line: LineWiring?, isButton: Bool)] = []
        for booth in configuration.wiring {
            lines.append(("the button of booth \(booth.booth)", booth.button, true))
            lines.append(("the lamp of booth \(booth.booth)", booth.lamp, false))
        }
        for (index, button) in (configuration.kiosk?.buttons ?? []).enumerated() {
            lines.append(("button \(index + 1) of the kiosk", button.line, true))
            lines.append(("lamp \(index + 1) of the kiosk", button.lamp, false))
        }
        var uses: [String: String] = [:]
        var findings: [WiringFinding] = []
        for (what, line, isButton) in lines {
            guard let line else { continue }
            findings += ofLine(line, what, isButton: isButton, hasRTS: hasRTS)
            guard let pin = HeaderPin(chip: line.chip, line: line.line) else { continue }
            let key = "\(line.chip) \(pin.gpio)"
            if let other = uses[key] {
                findings.append(
                    .init(
                        "shared-line",
                        "\(what) and \(other) are one line, GPIO\(pin.gpio): wire one of the two "
                            + "to another"))
            }
            uses[key] = what
        }
        return findings
    }

    private init(_ name: String, _ sentence: String) {
        self.name = name
        self.sentence = sentence
    }

    private static func ofBooth(
        _ booth: BoothWiring, _ who: String, hasUnit: Bool
    ) -> [WiringFinding] {
        var findings: [WiringFinding] = []
        if booth.button == nil {
            findings.append(
                .init(
                    "no-button",
                    "\(who) has no button: it is called by command only, such as "
                        + "nobatctl press \(booth.booth)"))
        } else if booth.lamp == nil {
            findings.append(
                .init("no-lamp", "\(who) has no lamp: its clerk does not see that a press counts"))
        }
        guard let display = booth.display else {
            findings.append(.init("no-display", "\(who) has no display: patients see no number"))
            return findings
        }
        return findings + (hasUnit ? ofAddress(display, who) : [])
    }

    private static func ofKiosk(_ kiosk: KioskConfiguration, hasUnit: Bool) -> [WiringFinding] {
        var findings: [WiringFinding] = []
        for (index, button) in kiosk.buttons.enumerated() where button.lamp == nil {
            findings.append(
                .init(
                    "no-lamp",
                    "button \(index + 1) of the kiosk has no lamp: a patient does not see that a "
                        + "tap counts, nor that there is no paper"))
        }
        let printer = kiosk.printer
        if printer.port.hasPrefix("pty:") {
            findings.append(
                .init(
                    "no-wires",
                    "the kiosk's printer is at \(printer.port), a pseudo-terminal: nothing to wire")
            )
        } else if !printer.port.hasPrefix("tcp:"), printer.baud <= slowPrinterBaud {
            findings.append(
                .init(
                    "slow-printer",
                    "the kiosk's printer has \(printer.baud) baud, at which a slip takes ten seconds "
                        + "and more: set it, and \"baud\", to 38400"))
        }
        guard let display = kiosk.display else {
            if !kiosk.readers.isEmpty {
                findings.append(
                    .init(
                        "no-display",
                        "the kiosk takes codes and has no display: nobody sees what was typed, or "
                            + "that a code was refused"))
            }
            return findings
        }
        return findings + (hasUnit ? ofAddress(display, "the kiosk") : [])
    }

    private static func ofAddress(_ display: DisplayWiring, _ who: String) -> [WiringFinding] {
        var findings: [WiringFinding] = []
        if display.address == AddressSwitches.newUnit {
            findings.append(
                .init(
                    "new-unit-address",
                    "\(who) has address \(display.address), where every new unit answers: give it "
                        + "another, or the next unit will clash with it"))
        } else if !AddressSwitches.addresses.contains(display.address) {
            findings.append(
                .init(
                    "address-in-flash",
                    "\(who) has address \(display.address), above what switches can say "
                        + "(\(AddressSwitches.addresses.upperBound)): leave all open and set it "
                        + "once: nobatctl bus address \(AddressSwitches.newUnit) "
                        + "\(display.address)"))
        }
        return findings
    }

    private static func ofLine(
        _ line: LineWiring, _ what: String, isButton: Bool, hasRTS: Bool
    ) -> [WiringFinding] {
        var findings: [WiringFinding] = []
        if isButton, line.isActiveLow, line.bias != .pullUp {
            findings.append(
                .init(
                    "no-pull-up",
                    "\(what) has bias \(line.bias.rawValue): without a pull-up of 4.7 kΩ at the "
                        + "board it presses itself"))
        }
        if !isButton, line.isActiveLow {
            findings.append(
                .init(
                    "lamp-active-low",
                    "\(what) is active low: behind a ULN2803A it would be lit when it should be "
                        + "dark; write active: high"))
        }
        guard HeaderPin.chips.contains(line.chip) else { return findings }
        guard let pin = HeaderPin(chip: line.chip, line: line.line) else {
            findings.append(
                .init(
                    "no-header-pin",
                    "\(what) is line \(line.line), which has no pin on the 40-pin header"))
            return findings
        }
        if let use = pin.otherUse {
            findings.append(
                .init("line-in-use", "\(what) is line \(line.line), kept for \(use)"))
        } else if hasRTS, pin.gpio == HeaderPin.requestToSend {
            findings.append(
                .init(
                    "line-in-use",
                    "\(what) is line \(line.line): with rs485: true on the board's own UART that "
                        + "is RTS0, which drives the transceiver; take another"))
        }
        if !isButton, !line.isActiveLow, pin.isHighAtPowerOn {
            findings.append(
                .init(
                    "lamp-at-power-on",
                    "\(what) is line \(line.line), pulled up at power-on: the lamp is lit until "
                        + "the controller runs; take one of GPIO9–27"))
        }
        return findings
    }

    private static func ofBus(_ bus: BusWires) -> [WiringFinding] {
        var findings: [WiringFinding] = []
        if bus.units.isEmpty {
            findings.append(.init("no-units", "bus \(bus.name) has no units"))
        }
        if bus.units.count > fullLoadUnitsMax, bus.adapter != .none {
            findings.append(
                .init(
                    "unit-load",
                    "bus \(bus.name) has \(bus.units.count) units: transceivers of a whole unit "
                        + "load (MAX3485, SP3485) fit \(fullLoadUnitsMax) times beside the bias; "
                        + "take those of 1/8 (SN65HVD72)"))
        }
        if bus.adapter == .none {
            findings.append(
                .init(
                    "no-wires",
                    "bus \(bus.name) is at \(bus.port), a pseudo-terminal: nothing to wire"))
        }
        return findings
    }
}
