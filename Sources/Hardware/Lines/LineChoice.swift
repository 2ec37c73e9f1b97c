// SPDX-License-Identifier: Apache-2.0

// Which GPIO line a button or a lamp is wired to, in the words of the wiring sheet.

/// A line of a chip. Chips are numbered anew at each start, lines are not.
public enum LineAddress: Hashable, Sendable, CustomStringConvertible {
    /// By the name that the board's device tree gives it, such as `GPIO17`.
    case named(String)
    /// By its place on the chip, from 0.
    case offset(UInt32)

    /// `"GPIO17"` or `offset 17`.
    public var description: String {
        switch self {
        case .named(let name): "\"\(name)\""
        case .offset(let place): "offset \(place)"
        }
    }
}

/// What the chip's own resistor does to a line.
public enum LineBias: String, Hashable, Sendable, CaseIterable {
    /// As the firmware left it.
    case asIs = "as-is"
    /// No resistor of the chip: the panel has its own.
    case disabled
    /// Pulled to the supply: a button to ground, read active-low.
    case pullUp = "pull-up"
    /// Pulled to ground: a button to the supply.
    case pullDown = "pull-down"
}

/// A line and how it is wired.
public struct LineChoice: Hashable, Sendable {
    /// Which line of the chip.
    public var address: LineAddress
    /// Whether a low voltage means pressed, or lit.
    public var isActiveLow: Bool
    /// What the chip's resistor does; only for inputs.
    public var bias: LineBias

    /// A line, active-high and without change of its bias unless told otherwise.
    public init(_ address: LineAddress, isActiveLow: Bool = false, bias: LineBias = .asIs) {
        self.address = address
        self.isActiveLow = isActiveLow
        self.bias = bias
    }
}
