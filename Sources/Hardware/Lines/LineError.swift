// SPDX-License-Identifier: Apache-2.0

// What can go wrong with GPIO lines, each with what the technician does next.

/// A fault of button or lamp lines.
public enum LineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No chip has the label. `present` is what there is, `unreadable` what may not be opened.
    case noChip(label: String, present: [ChipName], unreadable: [String])
    /// Several chips have the label.
    case ambiguousChip(label: String, paths: [String])
    /// The chip has no such line. `names` is what it has.
    case noLine(LineAddress, chip: ChipName, names: [String])
    /// Several lines of the chip have the name.
    case ambiguousLine(name: String, chip: ChipName, offsets: [UInt32])
    /// The request names no line, too many, or one twice.
    case badRequest(reason: String)
    /// Another program or driver holds the line.
    case inUse(LineAddress, chip: ChipName, by: String)
    /// The chip may not be opened.
    case permission(chip: ChipName)
    /// The chip was there and is gone.
    case vanished(chip: ChipName)
    /// The kernel refused.
    case failed(chip: ChipName, operation: String, reason: String)

    /// One sentence or two: what happened, where, and what to do next.
    public var description: String {
        switch self {
        case .noChip(let label, let present, let unreadable):
            Self.noChipSentence(label, present, unreadable)
        case .ambiguousChip(let label, let paths):
            "several GPIO chips have the label \"\(label)\": \(Self.list(paths)); "
                + "unplug all but one, or use a board whose labels differ"
        case .noLine(let line, let chip, let names):
            "GPIO chip \(chip) has no line \(line); lines with a name: "
                + "\(Self.list(names)); correct the line in the configuration (gpioinfo lists all)"
        case .ambiguousLine(let name, let chip, let offsets):
            "GPIO chip \(chip) has several lines \"\(name)\", at offsets "
                + "\(Self.list(offsets.map { String($0) })); name the line by its offset"
        case .badRequest(let reason):
            "GPIO lines cannot be taken: \(reason); correct the configuration"
        case .inUse(let line, let chip, let user):
            "line \(line) of GPIO chip \(chip) is in use by "
                + "\(user.isEmpty ? "the kernel or another program" : "\"\(user)\""); "
                + "stop it, or wire the button or lamp to another line"
        case .permission(let chip):
            "no permission to open GPIO chip \(chip.path); "
                + "add the user to the group that owns it (often gpio) or install the udev rule"
        case .vanished(let chip):
            "GPIO chip \(chip) is gone; check its cable and power, it is looked for again"
        case .failed(let chip, let operation, let reason):
            "GPIO chip \(chip): \(operation) failed: \(reason); "
                + "check the wiring and the kernel's log (dmesg)"
        }
    }

    private static func noChipSentence(
        _ label: String, _ present: [ChipName], _ unreadable: [String]
    ) -> String {
        var text = "no GPIO chip with label \"\(label)\"; chips present: "
        text += list(present.map(\.description))
        if !unreadable.isEmpty { text += "; not permitted to look at: \(list(unreadable))" }
        return text + "; correct the label in the configuration, or plug the chip in"
    }

    private static func list(_ names: [String]) -> String {
        if names.isEmpty { return "none" }
        let shown = names.prefix(HardwareLimits.namesInSentenceMax).joined(separator: ", ")
        let more = names.count - HardwareLimits.namesInSentenceMax
        return more > 0 ? "\(shown) and \(more) more" : shown
    }
}
