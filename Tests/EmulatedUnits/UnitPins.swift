// SPDX-License-Identifier: Apache-2.0

// Everything that a person in front of the booth could see and hear, kept with its times. Times are
// the host's monotonic clock at the moment when an edge was read from QEMU. The emulated chip counts
// instructions while it works and passes host time while it sleeps, which it nearly always does: on a
// busy machine it is late, and never early by more than some milliseconds.

import Foundation

/// What has come out of a unit's pins so far.
public struct UnitPins: Sendable {
    /// The segments of the four digits from a moment on.
    public struct Change: Sendable {
        /// Seconds of the host's monotonic clock.
        public let at: Double
        /// Leftmost first, bits DP A–G.
        public let segments: [UInt8]

        /// The four characters.
        public var text: String { SevenSegments.text(segments) }

        /// Whether no segment is lit.
        public var isDark: Bool { segments.allSatisfy { $0 == 0 } }
    }

    /// A sound, from its first to its last moment.
    public struct Beep: Sendable {
        /// Seconds of the host's monotonic clock.
        public let from: Double
        /// Nil while it sounds.
        public var to: Double?

        /// Seconds.
        public var length: Double? { to.map { $0 - from } }
    }

    /// Pins of port A, from the table of the firmware's pins.
    enum Pin {
        static let load = 4
        static let clock = 5
        static let outputEnable = 6
        static let din = 7
        static let buzzer = 8
        static let outputs = [load, clock, outputEnable, din, buzzer]
    }

    /// The display driver.
    public private(set) var display = MAX7219()
    /// Changes of what the display lights, at most ``EmulatedUnitLimits/changesMax``, oldest first.
    public private(set) var changes: [Change] = []
    /// Every beep, oldest first.
    public private(set) var beeps: [Beep] = []
    /// The drivers of large digits.
    public private(set) var registers = TPIC6B595Chain()
    /// Edges of all pins of port A.
    public private(set) var edges = 0
    private var levels: UInt16 = 0
    private var litNow: [UInt8] = [0, 0, 0, 0]

    /// The segments that are lit now, leftmost first.
    public var segments: [UInt8] { litNow }

    /// The four characters that are lit now.
    public var text: String { SevenSegments.text(litNow) }

    /// Whether the buzzer sounds.
    public var isBeeping: Bool { levels >> Pin.buzzer & 1 == 1 }

    /// The level of a pin of port A.
    public func level(_ pin: Int) -> Bool { levels >> pin & 1 == 1 }

    /// What the display lit at a moment.
    public func segments(at moment: Double) -> [UInt8] {
        changes.last { $0.at <= moment }?.segments ?? [0, 0, 0, 0]
    }

    mutating func edge(_ pin: Int, _ level: Bool, at now: Double) {
        guard 0..<16 ~= pin else { return }
        edges += 1
        levels = level ? levels | 1 << pin : levels & ~(1 << pin)
        switch pin {
        case Pin.din: _ = set(.din, level)
        case Pin.clock: _ = set(.clock, level)
        case Pin.load: if set(.load, level) { look(now) }
        case Pin.outputEnable: registers.enable(!level, at: now)
        case Pin.buzzer: hear(level, now)
        default: break
        }
    }

    /// Both kinds of driver hang on the same three wires; the image is built for one of them.
    private mutating func set(_ input: MAX7219.Input, _ level: Bool) -> Bool {
        registers.set(input, level)
        return display.set(input, level)
    }

    private mutating func look(_ now: Double) {
        let lit = display.lit
        guard lit != litNow else { return }
        litNow = lit
        if changes.count == EmulatedUnitLimits.changesMax { changes.removeFirst(1_000) }
        changes.append(Change(at: now, segments: lit))
    }

    private mutating func hear(_ level: Bool, _ now: Double) {
        if level {
            beeps.append(Beep(from: now, to: nil))
        } else if !beeps.isEmpty, beeps[beeps.count - 1].to == nil {
            beeps[beeps.count - 1].to = now
        }
    }

    /// Forgets changes and beeps; levels and registers stay.
    mutating func forget() {
        changes = []
        beeps = isBeeping ? beeps.suffix(1) : []
    }

    /// The monotonic clock that changes and beeps are stamped with, in seconds.
    public static func now() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}
