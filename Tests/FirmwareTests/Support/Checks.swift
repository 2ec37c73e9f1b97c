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

/// An image that is wrong is wrong each time. A chip that this machine gave no time, or an edge that
/// was read late, is not: so what failed is looked at again, by a body that starts anew. Looks are few,
/// so that an image that is wrong now and then does not hide in them.
enum SecondLooks {
    /// Further looks at one test.
    static let perTestMax = 2
    /// Further looks in a run of all tests; a machine that needs more can't judge.
    static let perRunMax = 10

    private static let lock = NSLock()
    nonisolated(unsafe) private static var taken = 0  // guarded by `lock`

    /// Whether there is one more, after a failure that is told.
    static func take(_ look: Int, after failure: String, at location: SourceLocation) -> Bool {
        guard look < perTestMax else { return false }
        return lock.withLock {
            guard taken < perRunMax else { return false }
            taken += 1
            print("looked at again (\(taken) of \(perRunMax)), \(location): \(failure)")
            return true
        }
    }
}

/// Runs a test's body on a thread of its own, for it blocks, and records how it failed when it failed
/// at every look.
func onThread(
    at location: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable () throws -> Void
) async {
    for look in 0... {
        guard let error = await errorOnThread(body) else { return }
        let failure = error as? Failure
        let (text, place) = (failure?.text ?? "\(error)", failure?.location ?? location)
        if !SecondLooks.take(look, after: text, at: place) {
            Issue.record("\(text)", sourceLocation: place)
            return
        }
    }
}

private func errorOnThread(_ body: @escaping @Sendable () throws -> Void) async -> (any Error)? {
    await withCheckedContinuation { continuation in
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
