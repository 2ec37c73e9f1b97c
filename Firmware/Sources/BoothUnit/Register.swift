// SPDX-License-Identifier: Apache-2.0

// The register map of the booth unit: one table, from which the unit checks its requests, the
// master builds its own, and RegisterMap.md is written (a test keeps the page equal to it).

/// A holding register, by its address on the wire (counted from 0).
///
/// Addresses 0x0000 to 0x000F are frozen: they mean the same in every firmware, so that any unit
/// can be found, told apart and flashed. 0x000C to 0x000F are kept for flashing.
public enum Register: UInt16, Sendable {
    case signature = 0x0000
    case boardID, firmwareVersion, firmwarePatch, mapVersion, unitAddress, identify
    case addressSource, flashKey, restart, revisionHigh, revisionLow

    case showTag = 0x0010
    case textLeft, textRight, blinks, beeps
    case blinkPeriod, beepDuration, deadManTime, brightness
    case lampTest, segmentsLeft, segmentsRight

    case shownTag = 0x0040
    case shownLeft, shownRight, flags, buttons, presses, uptimeHigh, uptimeLow
    case resetCause, framesReceived, badFrames, longFrames, othersFrames, exceptions
    case lineErrors, deadManCount
    case stackFree, faultCount, watchdogResets, displayKind
}

#if !hasFeature(Embedded)
    extension Register: CaseIterable {}
#endif

/// Who may write a register, and what.
public enum RegisterAccess: Equatable, Sendable {
    /// It can only be read.
    case readOnly
    /// It takes a number within a range.
    case number(ClosedRange<UInt16>)
    /// It takes two characters of the font, the left one in the high byte.
    case characters
    /// It takes this one number, by which the unit knows that no accident wrote it; reads 0.
    case key(UInt16)
}

extension Register {
    /// The version of this map that `mapVersion` reports; it grows when a register is added, and
    /// no register ever changes its meaning.
    public static let currentMapVersion: UInt16 = 2
    /// What `signature` reports: `NB`.
    public static let signatureValue: UInt16 = 0x4E42
    /// The value of `blinks` that never ends.
    public static let blinksForEver: UInt16 = 255
    /// The address of a unit that was never given one; it is a unit's highest.
    public static let newUnitAddress: UInt8 = 247
    /// What `flashKey` takes: `FL`.
    public static let flashKeyValue: UInt16 = 0x464C
    /// What `restart` takes: `RS`.
    public static let restartValue: UInt16 = 0x5253

    /// Who may write the register, and within what range.
    public var access: RegisterAccess {
        switch self {
        case .unitAddress: .number(1...247)
        case .identify: .number(0...1)
        case .flashKey: .key(Self.flashKeyValue)
        case .restart: .key(Self.restartValue)
        case .showTag: .number(0...65_535)
        case .textLeft, .textRight: .characters
        case .blinks: .number(0...255)
        case .beeps: .number(0...20)
        // 500 ms is 2 Hz: faster flashing can harm people with photosensitive epilepsy.
        case .blinkPeriod: .number(50...400)
        case .beepDuration: .number(1...200)
        // There is no "never": a stale number must not look live.
        case .deadManTime: .number(5...6_000)
        case .brightness: .number(0...15)
        case .lampTest: .number(0...100)
        case .segmentsLeft, .segmentsRight: .number(0...65_535)
        default: .readOnly
        }
    }

    /// The value after a reset, for a register that can be written.
    public var initialValue: UInt16 {
        switch self {
        case .unitAddress: UInt16(Self.newUnitAddress)
        case .textLeft, .textRight: 0x2D2D
        case .blinkPeriod: 100
        case .beepDuration: 20
        case .deadManTime: 50
        case .brightness: 8
        default: 0
        }
    }

    /// Whether every firmware, older and newer, has the register at this address.
    public var isFrozen: Bool { rawValue < 0x0010 }

    /// Whether a write to every unit at once leaves the register alone: no two units may share an
    /// address, and no hall goes dark at one frame.
    var ignoresBroadcast: Bool {
        switch self {
        case .unitAddress, .flashKey, .restart: true
        default: false
        }
    }

    /// Whether the register may take `value`.
    func allows(_ value: UInt16) -> Bool {
        switch access {
        case .readOnly:
            return false
        case .number(let range):
            return range.contains(value)
        case .key(let wanted):
            return value == wanted
        case .characters:
            let high = UInt8(truncatingIfNeeded: value >> 8)
            return Segments.glyph(for: high) != nil
                && Segments.glyph(for: UInt8(truncatingIfNeeded: value)) != nil
        }
    }
}

/// The bits of the register `flags`.
public struct UnitFlags: OptionSet, Sendable {
    /// The register's value.
    public let rawValue: UInt16

    /// Flags from the register's value.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Nothing was heard for the dead-man time: dashes stand until the next show.
    public static let deadMan = UnitFlags(rawValue: 1 << 0)
    /// The show is still blinking.
    public static let blinking = UnitFlags(rawValue: 1 << 1)
    /// The unit blinks its own address.
    public static let identifying = UnitFlags(rawValue: 1 << 2)
    /// All segments are lit for a test.
    public static let lampTest = UnitFlags(rawValue: 1 << 3)
    /// The unit started anew since this register was last read.
    public static let resetSinceRead = UnitFlags(rawValue: 1 << 4)
    /// The show is raw segments, not text.
    public static let rawSegments = UnitFlags(rawValue: 1 << 5)
    /// The buzzer has beeps left.
    public static let beeping = UnitFlags(rawValue: 1 << 6)
}
