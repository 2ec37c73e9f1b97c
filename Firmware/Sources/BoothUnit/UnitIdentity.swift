// SPDX-License-Identifier: Apache-2.0

// Who a unit is: what its board and its firmware tell it at the start.

/// Why the microcontroller started.
public enum ResetCause: UInt16, Sendable {
    case unknown = 0
    case powerOn, resetPin, watchdog, software, fault
}

/// What a unit says of itself; fixed from one start to the next.
public struct UnitIdentity: Equatable, Sendable {
    /// The unit's bus address, 1 to 247.
    public var address: UInt8
    /// The kind of board.
    public var boardID: UInt16
    /// Major, minor and patch version of the firmware.
    public var version: (major: UInt8, minor: UInt8, patch: UInt16) {
        (major, minor, patch)
    }
    /// Why the unit started.
    public var resetCause: ResetCause

    private var major: UInt8
    private var minor: UInt8
    private var patch: UInt16

    /// An identity; `address` must be 1 to 247.
    public init(
        address: UInt8, boardID: UInt16 = 0,
        version: (major: UInt8, minor: UInt8, patch: UInt16) = (0, 1, 0),
        resetCause: ResetCause = .unknown
    ) {
        precondition(address >= 1 && address <= ModbusLimits.addressMax)
        self.address = address
        self.boardID = boardID
        (major, minor, patch) = version
        self.resetCause = resetCause
    }

    /// The text that identifies the unit on its own display: `-007`. A ticket never begins with a
    /// dash.
    var addressText: DigitRow {
        let zero: UInt32 = 0x30
        let value = UInt32(address)
        return DigitRow(
            word: 0x2D << 24 | (zero + value / 100) << 16 | (zero + value / 10 % 10) << 8
                | (zero + value % 10))
    }
}
