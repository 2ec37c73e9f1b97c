// SPDX-License-Identifier: Apache-2.0

// Keeps the events of a client or a listener in order, and lets a test wait for one.

import NIOConcurrencyHelpers
import Testing

@testable import Uplink

final class EventLog: Sendable {
    private let events = NIOLockedValueBox<[UplinkEvent]>([])

    var all: [UplinkEvent] { events.withLockedValue { $0 } }

    @Sendable func add(_ event: UplinkEvent) { events.withLockedValue { $0.append(event) } }

    /// The first value that `pick` finds in an event; waits for it up to 20 s.
    func first<Value>(
        _ what: String, after skipped: Int = 0, _ pick: (UplinkEvent) -> Value?,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Value {
        let found = await eventually { self.all.dropFirst(skipped).lazy.compactMap(pick).first }
        return try #require(
            found, "no event: \(what) in \(all.suffix(20))", sourceLocation: sourceLocation)
    }

    func port() async throws -> Int {
        let text = try await first("listening") { event in
            if case .listening(let at) = event { at } else { nil }
        }
        return try HostPort(text).port
    }

    func connected(after skipped: Int = 0) async throws -> ConnectionID {
        try await first("connected", after: skipped) { event in
            if case .connected(let id, _) = event { id } else { nil }
        }
    }

    func lost(_ id: ConnectionID) async throws -> LossReason {
        try await first("lost \(id)") { event in
            if case .lost(id, let reason) = event { reason } else { nil }
        }
    }

    func line(_ text: String) async throws -> ConnectionID {
        try await first("line \(text)") { event in
            if case .line(let id, text) = event { id } else { nil }
        }
    }

    /// The lines of one connection, in order.
    func lines(_ id: ConnectionID) -> [String] {
        all.compactMap { event in if case .line(id, let text) = event { text } else { nil } }
    }

    func count(_ isCounted: (UplinkEvent) -> Bool) -> Int { all.lazy.filter(isCounted).count }
}

/// What `pick` gives, as soon as it gives something; nil after 20 s.
func eventually<Value>(_ pick: () throws -> Value?) async rethrows -> Value? {
    for _ in 0..<4_000 {
        if let value = try pick() { return value }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return nil
}

/// Runs `run` while `body` runs, then cancels it and waits for its end.
func running<Value: Sendable>(
    _ run: @escaping @Sendable () async throws -> Void,
    _ body: () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await run() }
        let value: Value
        do {
            value = try await body()
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        try await group.waitForAll()
        return value
    }
}

/// A generator with a seed, so that a failure can be had again (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Always the same number; 0 makes every wait of a back-off zero.
struct FixedRandom: RandomNumberGenerator {
    let value: UInt64
    mutating func next() -> UInt64 { value }
}
