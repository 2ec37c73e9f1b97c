// SPDX-License-Identifier: Apache-2.0

// The chance of a simulated serial line: the same draws from the same seed on every machine.

/// A generator of pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014).
struct LineRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 to `bound - 1`; `bound` must be above 0.
    mutating func draw(_ bound: Int) -> Int {
        precondition(bound > 0, "nothing to draw from")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True for `perMille` draws of a thousand. Nothing is drawn for what never happens.
    mutating func happens(_ perMille: Int) -> Bool { perMille > 0 && draw(1_000) < perMille }
}
