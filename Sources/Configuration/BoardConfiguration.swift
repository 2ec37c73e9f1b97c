// SPDX-License-Identifier: Apache-2.0

// The hall board of a controller: which displays are its rows, and the way to the booths.

import QueueCore

/// A hall board.
public struct BoardConfiguration: Sendable, Equatable {
    /// The ways to a booth.
    public enum Arrow: String, CaseIterable, Sendable {
        /// To the left.
        case left
        /// To the right.
        case right
        /// Up, or straight on.
        case up
        /// Down, or back.
        case down
    }

    /// The displays of its rows, the newest call's first.
    public var rows: [DisplayWiring]
    /// The way to each booth, as seen from before the board.
    public var arrows: [BoothNumber: Arrow]

    /// A board.
    public init(rows: [DisplayWiring], arrows: [BoothNumber: Arrow] = [:]) {
        self.rows = rows
        self.arrows = arrows
    }
}
