// SPDX-License-Identifier: Apache-2.0

// The clerks' call buttons as the hands see them: edges with the kernel's time stamps. What an edge
// means (bounce, short, double, long press) is decided in the core.

import QueueCore

/// One change of one button line, as it came: bounce and all.
public struct LineEdge: Hashable, Sendable {
    /// The button, counted from 0 in the order in which the lines were asked for.
    public var line: Int
    /// Whether the line became pressed; false when it was let go.
    public var isPressed: Bool
    /// When the kernel saw it, on the monotonic clock.
    public var at: Moment

    /// An edge of a line at a moment.
    public init(line: Int, isPressed: Bool, at: Moment) {
        self.line = line
        self.isPressed = isPressed
        self.at = at
    }
}

/// What a wait for edges brought. All false and empty: the time ran out.
public struct LineBatch: Hashable, Sendable {
    /// The edges, oldest first.
    public var edges: [LineEdge]
    /// Whether edges may have been lost before or among these: `levels()` tells where the lines
    /// stand now.
    public var isOverrun: Bool
    /// Whether `interrupt()` ended the wait.
    public var isInterrupted: Bool

    /// A batch; empty unless told otherwise.
    public init(edges: [LineEdge] = [], isOverrun: Bool = false, isInterrupted: Bool = false) {
        self.edges = edges
        self.isOverrun = isOverrun
        self.isInterrupted = isInterrupted
    }
}

/// The button lines of one chip, read by one thread of their own. After an error other than a
/// wait's end the lines are of no more use: drop them and make them anew.
public protocol ButtonLines: AnyObject, Sendable {
    /// How many lines there are.
    var count: Int { get }

    /// What and where the lines are, in words for a log or a technician.
    var description: String { get }

    /// Blocks the calling thread until there are edges, the time has run out, or `interrupt()`.
    func wait(timeout: TimeSpan) throws(LineError) -> LineBatch

    /// Which buttons are pressed at this moment, for start-up and after an overrun.
    func levels() throws(LineError) -> [Bool]

    /// Ends a wait within milliseconds, or the next one if none is going on. From any thread.
    func interrupt()
}
