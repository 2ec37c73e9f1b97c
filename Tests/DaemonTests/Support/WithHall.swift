// SPDX-License-Identifier: Apache-2.0

// A hall for the length of one test: in a folder of its own, on a thread of its own, and killed in
// every case.

import Control
import Foundation
import SoftwareHall
import Testing

/// Makes a hall, starts it unless told otherwise, and runs `body` with it.
func withHall(
    _ plan: SoftwareHall.Plan = SoftwareHall.Plan(), starts: Bool = true,
    at location: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable (SoftwareHall) throws -> Void
) async {
    let ending = await onThread { run(plan, starts: starts, body) }
    guard let ending else { return }
    let failure = ending.error as? Failure
    Issue.record(
        "\(failure?.text ?? "\(ending.error)")\n\(ending.logs)",
        sourceLocation: failure?.location ?? location)
}

/// How a test ended before its end.
private struct Ending: Sendable {
    var error: any Error
    var logs: String
}

private func run(
    _ plan: SoftwareHall.Plan, starts: Bool, _ body: (SoftwareHall) throws -> Void
) -> Ending? {
    let name = "nobat-\(UInt32.random(in: 0...UInt32.max))"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
        let hall = try SoftwareHall(folder: folder, plan: plan)
        defer { hall.kill() }
        do {
            if starts {
                try hall.start()
                try hall.waitUntilReady()
            }
            try body(hall)
            return nil
        } catch {
            return Ending(error: error, logs: hall.logTails)
        }
    } catch {
        return Ending(error: error, logs: "")
    }
}

/// Runs what blocks on a thread of its own: the pool that tests share is small.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: body()) }
        thread.stackSize = 4 << 20
        thread.start()
    }
}

/// Threads that act side by side and are awaited together.
final class Crew: @unchecked Sendable {
    // The group is thread-safe; nothing else is kept.
    private let group = DispatchGroup()

    /// Starts one more.
    func add(_ body: @escaping @Sendable () -> Void) {
        group.enter()
        let thread = Thread { [group] in
            body()
            group.leave()
        }
        thread.start()
    }

    /// Calls back when all of them have ended.
    func whenDone(_ body: @escaping @Sendable () -> Void) {
        group.notify(queue: .global(), execute: body)
    }

    /// Waits for all of them.
    func join(_ seconds: Double, at location: SourceLocation = #_sourceLocation) throws {
        guard group.wait(timeout: .now() + seconds) == .success else {
            throw Failure(text: "a client still waits after \(seconds) s", location: location)
        }
    }
}
