// SPDX-License-Identifier: Apache-2.0

// Lamps without a chip, for the demo and for tests: the screen or the test reads them.

import Synchronization

/// Lamp lines that the program itself looks at.
public final class SimulatedLampLines: LampLines {
    private struct State {
        var lit: [Bool]
        var isGone = false
    }

    /// How many lamps there are.
    public let count: Int

    private let state: Mutex<State>

    /// Lamps that are all dark at first.
    public init(count: Int) {
        precondition(count >= 0, "a number of lamps")
        self.count = count
        state = Mutex(State(lit: [Bool](repeating: false, count: count)))
    }

    /// `4 simulated lamps`.
    public var description: String { "\(count) simulated lamps" }

    /// Which lamps are lit. From any thread.
    public var lit: [Bool] { state.withLock { $0.lit } }

    /// Makes the chip go: each `set` throws from now on.
    public func vanish() { state.withLock { $0.isGone = true } }

    /// Lights or darkens a lamp.
    public func set(_ index: Int, isLit: Bool) throws(LineError) {
        precondition((0..<count).contains(index), "the caller knows how many lamps there are")
        try state.withLock { state throws(LineError) in
            guard !state.isGone else {
                throw .vanished(chip: ChipName(path: "none", label: "simulated"))
            }
            state.lit[index] = isLit
        }
    }
}
