// SPDX-License-Identifier: Apache-2.0

// The check word at the end of every frame on the bus, and the names of Modbus that the unit and
// its master share. Source: MODBUS over Serial Line V1.02, 2.5 and 6.2; MODBUS Application
// Protocol V1.1b3, 5 to 7.

/// CRC-16/MODBUS (polynomial 0xA001 reflected, start 0xFFFF), a bit at a time: no table, no heap.
public struct ModbusCRC: Equatable, Sendable {
    /// The check word of the bytes so far; on the wire its low byte goes first.
    public private(set) var value: UInt16 = 0xFFFF

    /// The check word of no bytes.
    public init() {}

    /// Takes one more byte in.
    public mutating func update(_ byte: UInt8) {
        value ^= UInt16(byte)
        for _ in 0..<8 {
            value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xA001
        }
    }
}

/// The function codes that a unit answers.
public enum ModbusFunction {
    /// Read holding registers.
    public static let read: UInt8 = 0x03
    /// Write one register.
    public static let writeOne: UInt8 = 0x06
    /// Diagnostics; only sub-function 0, return query data.
    public static let diagnostics: UInt8 = 0x08
    /// Write several registers.
    public static let writeMany: UInt8 = 0x10
    /// Write several registers, then read several, in one exchange.
    public static let readWrite: UInt8 = 0x17
    /// The bit that an exception reply sets in the function code.
    public static let exceptionBit: UInt8 = 0x80
}

/// Why a unit refuses a request that reached it whole.
public enum ModbusException: UInt8, Sendable {
    /// The function (or its sub-function) is not one of the unit's.
    case illegalFunction = 1
    /// A register does not exist, or can't be written.
    case illegalAddress = 2
    /// A value, a count or the length is out of range.
    case illegalValue = 3
    /// The unit can't do what it was asked: its switches hold the address, or flash failed.
    case deviceFailure = 4
}

/// Bounds that the Modbus specifications set.
public enum ModbusLimits {
    /// Longest RTU frame, address and CRC included (Serial Line, 2.5.1).
    public static let frameBytesMax = 256
    /// Most registers of one read (Application Protocol, 6.3: the reply's length byte).
    public static let readWordsMax = 125
    /// Most registers of one write (6.12).
    public static let writeWordsMax = 123
    /// Most registers written by one read/write (6.17).
    public static let readWriteWordsMax = 121
    /// The address that every unit takes writes from and none answers.
    public static let broadcast: UInt8 = 0
    /// The highest address of a unit (Serial Line, 2.2).
    public static let addressMax: UInt8 = 247
}
