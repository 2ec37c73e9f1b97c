// SPDX-License-Identifier: Apache-2.0

// The display driver at the unit's pins, from its data sheet (Maxim 19-4452, tables 1 to 10). It
// knows levels and edges only, nothing of the unit's code.

/// A MAX7219 with four digits on it, fed with the levels of its three inputs.
public struct MAX7219: Sendable {
    /// The inputs.
    public enum Input: Sendable { case din, clock, load }

    private var din = false
    private var clock = false
    private var load = false
    private var shift: UInt16 = 0
    private var clocks = 0
    private var registers = [UInt8](repeating: 0, count: 16)

    /// Words of 16 bits that were latched.
    public private(set) var words = 0
    /// Latches after another count of clocks than 16, those without any clock aside.
    public private(set) var malformed = 0
    /// Words for registers that the chip does not have (13 and 14).
    public private(set) var strayWords = 0

    /// A chip that has just been given power: everything zero, in shutdown.
    public init() {}

    /// An input changes its level. True when a word was latched.
    public mutating func set(_ input: Input, _ level: Bool) -> Bool {
        switch input {
        case .din:
            din = level
        case .clock:
            if level && !clock {
                shift = shift << 1 | (din ? 1 : 0)
                clocks += 1
            }
            clock = level
        case .load:
            defer { load = level }
            if level && !load { return latch() }
        }
        return false
    }

    private mutating func latch() -> Bool {
        defer { clocks = 0 }
        guard clocks == 16 else {
            if clocks > 0 { malformed += 1 }
            return false
        }
        let register = Int(shift >> 8 & 0xF)
        registers[register] = UInt8(truncatingIfNeeded: shift)
        words += 1
        if register == 13 || register == 14 { strayWords += 1 }
        return true
    }

    /// The intensity, 0 to 15.
    public var intensity: UInt8 { registers[10] & 0xF }

    /// Whether the chip has been taken out of shutdown.
    public var isOn: Bool { registers[12] & 1 == 1 }

    /// Whether the chip's own display test lights everything.
    public var isTesting: Bool { registers[15] & 1 == 1 }

    /// The digits that are multiplexed, 1 to 8; the data sheet wants no fewer than are wired.
    public var digitsScanned: Int { Int(registers[11] & 7) + 1 }

    /// The segments that the four digits light, leftmost (digit 0) first, bits DP A–G.
    public var lit: [UInt8] {
        (0..<4).map { digit in
            if isTesting { return 0xFF }
            guard isOn, digit < digitsScanned else { return 0 }
            let value = registers[1 + digit]
            guard registers[9] >> digit & 1 == 1 else { return value }
            return value & 0x80 | Self.codeB[Int(value & 0xF)]
        }
    }

    /// What the chip lights with its decoding on: 0 to 9, then - E H L P and blank (table 5).
    private static let codeB: [UInt8] = [
        0x7E, 0x30, 0x6D, 0x79, 0x33, 0x5B, 0x5F, 0x70, 0x7F, 0x7B, 0x01, 0x4F, 0x37, 0x0E, 0x67, 0,
    ]
}
