// SPDX-License-Identifier: Apache-2.0

// A thread that the watchdog wants to see turn.

import Synchronization

/// Counts the turns of a loop, from the loop's own thread.
public final class TurnCounter: Sendable {
    private let count = Atomic<UInt64>(0)

    /// No turn yet.
    public init() {}

    /// The loop has come round.
    public func turn() { count.wrappingAdd(1, ordering: .relaxed) }

    /// How often it has come round.
    public var value: UInt64 { count.load(ordering: .relaxed) }
}

/// A thread with its counter, and how to have it turn when it has nothing to do.
public struct Turning: Sendable {
    let name: String
    let counter: TurnCounter
    let nudge: @Sendable () -> Void

    /// A thread; `nudge` makes its loop come round soon, from any thread and without waiting for it.
    public init(_ name: String, _ counter: TurnCounter, nudge: @escaping @Sendable () -> Void) {
        self.name = name
        self.counter = counter
        self.nudge = nudge
    }

    /// How often it has turned.
    var turns: TurnCount { TurnCount(name, counter.value) }
}

extension Turning {
    /// The core's thread: `ask` has the core call `done` in its turn, when it has served what came before.
    public static func core(
        ask: @escaping @Sendable (_ done: @escaping @Sendable () -> Void) -> Void
    ) -> Turning {
        let counter = TurnCounter()
        return Turning("core", counter) { ask { counter.turn() } }
    }
}
