// SPDX-License-Identifier: Apache-2.0

// Who a unit is: what its board and its firmware tell it at the start.

/// Why the microcontroller started.
public enum ResetCause: UInt16, Sendable {
    case unknown = 0
    case powerOn, resetPin, watchdog, software, fault
}

/// Where a unit's address is from.
public enum AddressSource: UInt16, Sendable {
    /// Nothing was ever kept: it is `Register.newUnitAddress`.
    case none = 0
    /// Written over the bus and kept in flash.
    case flash
    /// Set by hand.
    case switches
}

/// The driver chips between the board and the digits.
public enum DisplayKind: UInt16, Sendable {
    /// A MAX7219: four small digits, 5 V.
    case max7219 = 0
    /// Four TPIC6B595 registers: large digits, 12 V.
    case tpic6b595
}

/// What a unit says of itself; but for an address that it adopts, fixed from one start to the next.
public struct UnitIdentity: Equatable, Sendable {
    /// The unit's bus address, 1 to 247.
    public private(set) var address: UInt8
    /// Where the address is from.
    public private(set) var addressSource: AddressSource
    /// The kind of board.
    public var boardID: UInt16
    /// Major, minor and patch version of the firmware.
    public var version: (major: UInt8, minor: UInt8, patch: UInt16) {
        (major, minor, patch)
    }
    /// The first 8 hexadecimal digits of the source revision that the firmware is of; 0 unknown.
    public var revision: UInt32
    /// The display driver that the firmware is for.
    public var displayKind: DisplayKind
    /// Why the unit started.
    public var resetCause: ResetCause

    private var major: UInt8
    private var minor: UInt8
    private var patch: UInt16

    /// An identity; `address` must be 1 to 247.
    public init(
        address: UInt8, addressSource: AddressSource = .flash, boardID: UInt16 = 0,
        version: (major: UInt8, minor: UInt8, patch: UInt16) = (0, 1, 0), revision: UInt32 = 0,
        displayKind: DisplayKind = .max7219, resetCause: ResetCause = .unknown
    ) {
        precondition(address >= 1 && address <= ModbusLimits.addressMax)
        self.address = address
        self.addressSource = addressSource
        self.boardID = boardID
        (major, minor, patch) = version
        self.revision = revision
        self.displayKind = displayKind
        self.resetCause = resetCause
    }

    /// Takes an address that is now kept in flash; it must be 1 to 247.
    mutating func adopt(_ address: UInt8) {
        precondition(address >= 1 && address <= ModbusLimits.addressMax)
        self.address = address
        addressSource = .flash
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
