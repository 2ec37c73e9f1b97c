// SPDX-License-Identifier: Apache-2.0

// Whether the watchdog is fed: only when every thread that a hall depends on has turned since it was fed
// last. A program that merely runs proves nothing.

/// How often a thread had turned when it was looked at.
public struct TurnCount: Sendable, Equatable {
    /// The thread's name, for the log: `core`, `bus hall`.
    public var name: String
    /// How often it had turned.
    public var count: UInt64

    /// A count.
    public init(_ name: String, _ count: UInt64) {
        self.name = name
        self.count = count
    }
}

/// Decides, look by look, whether all threads turn.
public struct WatchdogJudge: Sendable {
    /// What a look has found.
    public enum Verdict: Sendable, Equatable {
        /// All have turned since the last time.
        case feed
        /// These have not, and it is the so-manieth look in a row.
        case wait(stuck: [String], looks: Int)
    }

    private var fed: [String: UInt64] = [:]
    private var looks = 0

    /// A judge who has seen nothing yet: a thread counts when it has turned once.
    public init() {}

    /// Looks at all threads.
    public mutating func look(_ turns: [TurnCount]) -> Verdict {
        let stuck = turns.filter { $0.count == fed[$0.name, default: 0] }.map(\.name)
        guard stuck.isEmpty else {
            looks += 1
            return .wait(stuck: stuck, looks: looks)
        }
        looks = 0
        fed = Dictionary(turns.map { ($0.name, $0.count) }) { _, last in last }
        return .feed
    }
}
