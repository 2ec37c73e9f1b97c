// SPDX-License-Identifier: Apache-2.0

// How a test of the image says what must hold: the first thing that does not ends the test.

import EmulatedUnits
import Foundation
import Testing

/// Something did not hold.
struct Failure: Error {
    var text: String
    var location: SourceLocation
}

/// Ends the test unless `holds`.
func check(
    _ holds: Bool, _ text: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation
) throws {
    if !holds { throw Failure(text: text(), location: location) }
}

/// Ends the test unless the two are equal.
func check<Value: Equatable>(
    _ found: Value, is wanted: Value, _ text: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation
) throws {
    if found != wanted {
        throw Failure(text: "\(text()): found \(found), not \(wanted)", location: location)
    }
}

/// The value, or the end of the test when there is none.
func need<Value>(
    _ value: Value?, _ text: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation
) throws -> Value {
    guard let value else { throw Failure(text: "missing: \(text())", location: location) }
    return value
}

/// Waits until something holds; ends the test when it does not within `seconds`.
func within(
    _ seconds: Double, _ text: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation, until holds: () throws -> Bool
) throws {
    let end = UnitPins.now() + seconds
    while try !holds() {
        if UnitPins.now() > end {
            throw Failure(text: "not within \(seconds) s: \(text())", location: location)
        }
        usleep(2_000)
    }
}

/// Runs a test's body on a thread of its own, for it blocks, and records how it failed.
func onThread(
    at location: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable () throws -> Void
) async {
    let error: (any Error)? = await withCheckedContinuation { continuation in
        let thread = Thread {
            let result = Result { try body() }
            if case .failure(let error) = result {
                continuation.resume(returning: error)
            } else {
                continuation.resume(returning: nil)
            }
        }
        thread.stackSize = 4 << 20
        thread.start()
    }
    guard let error else { return }
    let failure = error as? Failure
    Issue.record(
        "\(failure?.text ?? "\(error)")", sourceLocation: failure?.location ?? location)
}

/// Numbers from a seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The seed in `$NOBAT_SEED`, or one of the present time.
    static var chosenSeed: UInt64 {
        ProcessInfo.processInfo.environment["NOBAT_SEED"].flatMap(UInt64.init)
            ?? UInt64(Date().timeIntervalSince1970 * 1_000)
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
