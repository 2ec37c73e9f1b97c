// SPDX-License-Identifier: Apache-2.0

// The rows of a hall board: the last calls of the hall, the newest first, each with the way to its
// booth.

import QueueCore

/// The rows of one hall board.
public struct HallBoardRows: Equatable, Sendable {
    /// The rows of the board.
    public let count: Int
    private let arrows: [BoothNumber: BoothArrow]
    private var hall = HallCalls(countMax: DisplayLimits.boardCallsMax)

    /// A board of `count` rows, 1 to `DisplayLimits.boardRowsMax`, and the way to each booth.
    public init(count: Int, arrows: [BoothNumber: BoothArrow]) {
        precondition(1...DisplayLimits.boardRowsMax ~= count, "rows that no board has")
        self.count = count
        self.arrows = arrows
    }

    /// The sign of one of the controller's own booths changed.
    public mutating func changed(_ booth: BoothNumber, to sign: BoothSign) {
        hall.changed(booth, to: sign)
    }

    /// Another controller of the hall called.
    public mutating func told(_ news: News) { hall.told(news) }

    /// The contents of the rows, the newest call first; blank ones when there are fewer calls. Only
    /// the newest call blinks.
    public var contents: [DisplayContent] {
        let rows = hall.calls.prefix(count).map { call -> DisplayContent in
            let isNewest = call == hall.newest
            guard
                var content = try? DisplayContent(
                    call.number.description, blinks: isNewest, beeps: isNewest)
            else { return .dashes }
            content.booth = Int(call.place.booth)
            content.arrow = arrows[call.place.booth]
            return content
        }
        return rows + Array(repeating: .blank, count: count - rows.count)
    }

    /// The rows that differ from those of `earlier`, a state of the same board, from the top; a
    /// recall changes its row too.
    public func changes(since earlier: HallBoardRows) -> [(row: Int, content: DisplayContent)] {
        precondition(count == earlier.count, "another board")
        let before = earlier.contents
        return contents.enumerated().compactMap { row, content in
            let isRecalled = content.blinks && hall.callCount != earlier.hall.callCount
            return before[row] == content && !isRecalled ? nil : (row, content)
        }
    }
}
