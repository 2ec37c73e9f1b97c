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

    /// All findings of a hall, booth by booth and then bus by bus.
    static func all(
        of configuration: ControllerConfiguration, booths: [BoothWires], buses: [BusWires]
    ) -> [WiringFinding] {
        let hasRTS = buses.contains { $0.adapter == .uart }
        var uses: [String: String] = [:]
        var findings: [WiringFinding] = []
        for booth in configuration.wiring {
            let who = "booth \(booth.booth)"
            let bus = configuration.buses.first { $0.name == booth.display?.bus }
            findings += ofBooth(booth, who, hasUnit: bus?.family == .unit)
            for (line, isButton) in [(booth.button, true), (booth.lamp, false)] {
                guard let line else { continue }
                let what = "the \(isButton ? "button" : "lamp") of \(who)"
                findings += ofLine(line, what, isButton: isButton, hasRTS: hasRTS)
                guard let pin = HeaderPin(chip: line.chip, line: line.line) else { continue }
                let key = "\(line.chip) \(pin.gpio)"
                if let other = uses[key] {
                    findings.append(
                        .init(
                            "shared-line",
                            "\(what) and \(other) are one line, GPIO\(pin.gpio): wire one of the "
                                + "two to another"))
                }
                uses[key] = what
            }
        }
        let remarks = configuration.buses.flatMap(\.remarks).map { Self($0.name, $0.sentence) }
        return findings + buses.flatMap(ofBus) + remarks
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
        guard hasUnit else { return findings }
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
