// SPDX-License-Identifier: Apache-2.0

// What a technician's job finds wrong, by name, with what to do next. The names stand in the symptom
// tables of the wiring sheets too.

/// The name of something that is wrong with a bus or a unit.
public enum FindingName: String, Codable, Sendable, CaseIterable {
    /// Nothing answers at an address where a booth's display should be, or nowhere on the bus.
    case noAnswer = "no-answer"
    /// Two units answer at one address.
    case twoUnits = "two-units"
    /// Bytes come back and none of them make a frame.
    case garbled
    /// Now and then an answer comes back damaged.
    case noise
    /// A unit itself sees damaged frames.
    case lineErrors = "line-errors"
    /// A unit's firmware is older than the one that this program knows.
    case oldFirmware = "old-firmware"
    /// A unit's firmware is newer than this program.
    case newFirmware = "new-firmware"
    /// A unit that was never given an address.
    case newUnit = "new-unit"
    /// A unit answers where the configuration has none.
    case notConfigured = "not-configured"
    /// A unit says it is a board that this program does not know.
    case unknownBoard = "unknown-board"
    /// Something answers that is no unit of Nobat.
    case notANobatUnit = "not-a-nobat-unit"
    /// A unit started anew during the job.
    case restarting
    /// A unit was restarted by a fault of its program, or by its watchdog.
    case faultResets = "fault-resets"

    /// A part of a unit did not read back what was written.
    case readBack = "read-back"
    /// A person did not see all segments, or not one by one.
    case segmentsDark = "segments-dark"
    /// A person did not see the brightness change.
    case brightnessStays = "brightness-stays"
    /// A person did not hear the buzzer.
    case noBeep = "no-beep"
    /// A button was pressed, and the unit did not count it.
    case buttonDead = "button-dead"
    /// A button is down, and nobody presses it.
    case buttonStuck = "button-stuck"
}

/// Something that is wrong, where, and what to do.
public struct Finding: Codable, Equatable, Sendable {
    /// What it is.
    public var name: FindingName
    /// The unit's address, or nil when it is about the whole bus.
    public var unit: Int?
    /// What was seen, and what to do.
    public var text: String

    init(_ name: FindingName, _ unit: UnitAddress? = nil, seen: String = "", at baud: Int = 0) {
        self.name = name
        self.unit = unit.map { Int($0.value) }
        let place = unit.map { "unit \($0): " } ?? ""
        let what = seen.isEmpty ? "" : seen + "; "
        text = place + what + (unit == nil ? name.busAdvice(baud) : name.advice)
    }
}

extension FindingName {
    /// What to do about one unit.
    var advice: String {
        switch self {
        case .noAnswer:
            "check the unit's supply (its display shows dashes when it has power), A and B at its "
                + "plug, and its address"
        case .twoUnits:
            "unplug the units one at a time and scan again; give one of them another address with "
                + "'nobatctl bus address' or its switches"
        case .garbled:
            "check A and B at its plug, the speed of its firmware, and the termination"
        case .noise, .lineErrors:
            "check the termination (120 ohms at both ends of the line, nowhere else), the bias at "
                + "one place, the ground wire, and that the cable keeps clear of mains"
        case .oldFirmware:
            "it works; flash it with 'nobatctl flash' when there is time"
        case .newFirmware: "it works; update nobatctl and nobatd"
        case .newUnit:
            "identify it ('nobatctl bus identify 247'), then 'nobatctl bus address 247 NEW'"
        case .notConfigured:
            "no booth uses it; add it to the configuration, or give it the address of its booth"
        case .unknownBoard: "update nobatctl, or flash the unit with an image for its board"
        case .notANobatUnit:
            "another Modbus device shares this line; give it a line of its own, or keep booths off "
                + "its address"
        case .restarting: "check its supply under load: fuse, plug, and wire gauge"
        case .faultResets:
            "note its version and revision and report it; flash the newest image. With watchdog "
                + "resets, check the supply too"
        case .readBack: "flash it again; if that changes nothing, replace the board"
        case .segmentsDark:
            "check the flat cable and the supply of the display; replace it if single bars stay dark"
        case .brightnessStays: "check the driver's enable line, or its resistor"
        case .noBeep: "check the buzzer's plug, polarity and transistor"
        case .buttonDead: "check the button's wires: closed to ground is pressed"
        case .buttonStuck: "its wire is closed to ground: unplug the button and look again"
        }
    }

    /// What to do about a whole bus.
    func busAdvice(_ baud: Int) -> String {
        switch self {
        case .noAnswer:
            "check the units' supply, A and B at the adapter (swap them once), and the speed "
                + "(\(baud) baud here; 'bus scan --bauds' tries the others)"
        case .garbled:
            "another speed is on this line, A and B are swapped, or another master talks: check "
                + "the units' speed (\(baud) baud here; 'bus scan --bauds' tries the others) and swap "
                + "A and B once"
        default: advice
        }
    }
}
