// SPDX-License-Identifier: Apache-2.0

// Notices that the core does not turn, as when the disk hangs in a commit: nothing else in the
// program would know, and peers would go on believing in it.

import QueueCore
import Synchronization

/// Asks a loop to turn now and then, and tells when it does not.
public final class CoreWatch: Sendable {
    private struct State {
        var turnedAt: Moment
        var turns: UInt64 = 0
        /// The core has the question, and is to answer it.
        var isAsked = false
        /// Nothing has been asked since it answered last.
        var isAnswered = true
        var isStalled = false
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Moment
    private let turns: @Sendable () -> UInt64
    private let turn: @Sendable (_ done: @escaping @Sendable () -> Void) -> Bool
    private let tell: @Sendable (_ isStalled: Bool) -> Void

    /// A watch. `turn` has the core call `done` in its turn; it is false when the core takes no more for
    /// now and `done` will not be called: it is asked again at the next look. `turns` counts how often
    /// the core has turned, so that one which has much to do is not taken for one that hangs; `tell`
    /// hears of every change.
    public init(
        now: @escaping @Sendable () -> Moment,
        turns: @escaping @Sendable () -> UInt64 = { 0 },
        turn: @escaping @Sendable (_ done: @escaping @Sendable () -> Void) -> Bool,
        tell: @escaping @Sendable (_ isStalled: Bool) -> Void
    ) {
        self.now = now
        self.turns = turns
        self.turn = turn
        self.tell = tell
        state = Mutex(State(turnedAt: now()))
    }

    /// Asks and looks; to be called about once a second.
    public func check() {
        let count = turns()
        let (asks, news) = state.withLock { state -> (Bool, Bool?) in
            let asks = !state.isAsked
            if (state.isAnswered && !state.isStalled) || count != state.turns {
                state.turnedAt = now()
            }
            state.turns = count
            state.isAnswered = false
            // Before it is asked: it may answer at once.
            state.isAsked = true
            let isStalled = now() - state.turnedAt > SupportLimits.stallMax
            defer { state.isStalled = isStalled }
            return (asks, state.isStalled != isStalled ? isStalled : nil)
        }
        if asks, !turn({ [self] in turned() }) { state.withLock { $0.isAsked = false } }
        if let news { tell(news) }
    }

    private func turned() {
        state.withLock {
            $0.turnedAt = now()
            $0.isAsked = false
            $0.isAnswered = true
        }
    }
}
