// SPDX-License-Identifier: Apache-2.0

// How a test of the daemons says what must hold: the first thing that does not ends the test, and
// the ends of the logs are printed beside it.

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

/// Waits until something holds; ends the test when it does not within `seconds`. What can't be asked
/// at the moment does not hold yet.
func within(
    _ seconds: Double, _ text: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation, until holds: () throws -> Bool
) throws {
    let end = DispatchTime.now() + seconds
    var trouble = ""
    while true {
        do {
            if try holds() { return }
            trouble = ""
        } catch let failure as Failure {
            throw failure
        } catch {
            trouble = " (\(error))"
        }
        if DispatchTime.now() > end { break }
        usleep(10_000)
    }
    throw Failure(text: "not within \(seconds) s: \(text())\(trouble)", location: location)
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
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
