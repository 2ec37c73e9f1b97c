// SPDX-License-Identifier: Apache-2.0

// The GPIO chips of a board, for whoever sets it up or looks for what is wrong with it.

/// The chips that are there.
public struct GpioChips: Sendable, Hashable {
    /// A chip and the names of its lines.
    public struct Chip: Sendable, Hashable {
        /// Its names.
        public var name: ChipName
        /// The names of its lines by offset, "" for a line without one.
        public var lines: [String]
    }

    /// Those that could be opened, in the order of their devices.
    public var chips: [Chip]
    /// The devices that could not, for want of permission.
    public var unreadable: [String]

    /// Looks for `gpiochip*` in a folder.
    public static func present(in folder: String = "/dev") -> GpioChips {
        let found = GpiodChip.present(in: folder)
        return GpioChips(
            chips: found.chips.map { Chip(name: $0.name, lines: $0.lines) },
            unreadable: found.unreadable)
    }
}
