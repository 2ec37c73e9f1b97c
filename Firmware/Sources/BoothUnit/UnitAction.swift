// SPDX-License-Identifier: Apache-2.0

// What only the board can do for the unit, and what only the board can tell it.

/// What a request asks of the board, to be done when the last byte of the reply has left the wire.
public enum UnitAction: Equatable, Sendable {
    /// Store this address, then tell `DisplayUnit.adopted(_:isKept:)`.
    case adopt(UInt8)
    /// Restart into the boot loader of the chip.
    case bootLoader
    /// Restart.
    case restart
}

/// What the board watches of itself, for the registers of the same names.
public struct UnitHealth: Equatable, Sendable {
    /// Fewest bytes of stack that were free since the start.
    public var stackFree: UInt16
    /// Restarts after a fault since power came on; wraps.
    public var faultCount: UInt16
    /// Restarts by the watchdog since power came on; wraps.
    public var watchdogResets: UInt16

    /// The health of a unit; all 0 for one without a board.
    public init(stackFree: UInt16 = 0, faultCount: UInt16 = 0, watchdogResets: UInt16 = 0) {
        self.stackFree = stackFree
        self.faultCount = faultCount
        self.watchdogResets = watchdogResets
    }
}
