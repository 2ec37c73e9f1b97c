// SPDX-License-Identifier: Apache-2.0

// What can go wrong with an emulated booth unit, said to the person who runs the tests.

/// Why an emulated unit can't be had, or no longer does what it is told.
public struct EmulatorError: Error, CustomStringConvertible {
    /// What happened, where, and what to do next.
    public let description: String

    /// An error with its sentence.
    public init(_ description: String) { self.description = description }
}

/// Bounds of the emulated units.
public enum EmulatedUnitLimits {
    /// QEMU starts in 0.2 s on an idle machine; a build beside it may make that many times as much.
    public static let startSecondsMax = 30.0
    /// An answer of QEMU's control sockets takes a millisecond; it is stuck after this long.
    public static let answerSecondsMax = 20.0
    /// Changes of the display that are kept: some minutes of blinking, or a thousand shows of five.
    public static let changesMax = 20_000
    /// The first QEMU whose b-l475e-iot01a has the pins, the clock tree and the USART of this chip.
    public static let qemuMajorMin = 10
}
