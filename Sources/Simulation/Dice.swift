// SPDX-License-Identifier: Apache-2.0

// Chance, from a seed: whole numbers only, so that the same seed gives the same world on any machine.

import QueueCore

/// A small generator with the draws that a world needs.
struct Dice: Sendable {
    private var state: UInt64

    /// Dice of their own for one `purpose` in the world of a seed.
    init(seed: UInt64, _ purpose: UInt64 = 0) {
        state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ Self.mix(purpose &* 0xD1B5_4A32_D192_ED03)
    }

    /// The finaliser of SplitMix64.
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// 0..<bound; 0 when the bound is not positive.
    mutating func below(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number of a closed range.
    mutating func among(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True so many times in a thousand.
    mutating func chance(perMille: Int) -> Bool { below(1_000) < perMille }

    /// A mark for an epoch or a run.
    mutating func mark() -> UInt32 { UInt32(truncatingIfNeeded: next() >> 32) }

    /// A length of time of a closed range.
    mutating func span(_ shortest: TimeSpan, _ longest: TimeSpan) -> TimeSpan {
        .microseconds(
            shortest.microseconds
                + Int64(below(Int(longest.microseconds - shortest.microseconds + 1))))
    }

    /// A waiting time of the memoryless kind, in the mean `mean`, never above four times that.
    mutating func waiting(mean: TimeSpan) -> TimeSpan {
        .microseconds(mean.microseconds * Int64(Self.quantiles[below(32)]) / 1_000)
    }

    /// The time a desk takes for a person: rarely below half the mean, now and then three times it.
    mutating func service(mean: TimeSpan) -> TimeSpan {
        .microseconds(mean.microseconds * Int64(Self.services[below(16)] + below(60)) / 1_000)
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    mutating func shuffle<Element>(_ list: inout [Element]) {
        for index in list.indices.reversed() where index > 0 {
            list.swapAt(index, below(index + 1))
        }
    }

    /// −ln(1 − (i + ½)/32) in thousandths.
    private static let quantiles = [
        16, 48, 81, 116, 152, 188, 227, 267, 308, 352, 397, 445, 495, 548, 603, 663, 726, 793, 866,
        944, 1_029, 1_121, 1_224, 1_338, 1_467, 1_616, 1_792, 2_008, 2_287, 2_682, 3_367, 4_000,
    ]

    private static let services = [
        400, 500, 560, 620, 680, 740, 800, 860, 920, 980, 1_050, 1_150, 1_270, 1_450, 1_800, 2_700,
    ]
}
