// SPDX-License-Identifier: Apache-2.0

// The drivers of large digits at the unit's pins: four TPIC6B595 in a row, from their data sheet (TI
// SLIS032, figure 1). The first in the row, next to the board, is place 1.

/// Four shift registers with latches, fed with SER IN, SRCK, RCK and /G.
public struct TPIC6B595Chain: Sendable {
    private var din = false
    private var clock = false
    private var load = false
    private var shift: UInt32 = 0
    private var latched: UInt32 = 0
    private var clocks = 0
    private var isEnabled = false
    private var enabledAt = 0.0
    private var litSeconds = 0.0
    private var since = 0.0

    /// Latches, those without any clock before them aside.
    public private(set) var loads = 0
    /// Latches after another count of clocks than 32.
    public private(set) var malformed = 0

    mutating func set(_ input: MAX7219.Input, _ level: Bool) {
        switch input {
        case .din: din = level
        case .clock:
            if level && !clock {
                shift = shift << 1 | (din ? 1 : 0)
                clocks += 1
            }
            clock = level
        case .load:
            if level && !load && clocks > 0 {
                latched = shift
                loads += 1
                if clocks != 32 { malformed += 1 }
                clocks = 0
            }
            load = level
        }
    }

    mutating func enable(_ isOn: Bool, at now: Double) {
        if isOn && !isEnabled { enabledAt = now }
        if !isOn && isEnabled { litSeconds += now - enabledAt }
        if since == 0 { since = now }
        isEnabled = isOn
    }

    /// The segments that are latched, place 1 first, bits DP A–G; dimmed or not.
    public var segments: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: latched >> (8 * $0)) }
    }

    /// Whether the outputs are on now.
    public var isOn: Bool { isEnabled }

    /// Seconds so far in which the outputs were on, up to the last time they went off.
    public var secondsLit: Double { litSeconds }
}
