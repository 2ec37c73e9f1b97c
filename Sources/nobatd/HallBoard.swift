// SPDX-License-Identifier: Apache-2.0

// The hall board of a controller: what its rows show after each call, sent to their displays. The
// core's thread owns it.

import DisplayDrivers
import NobatConfiguration
import QueueCore

struct HallBoard: Sendable {
    private let places: [(bus: Name, unit: UnitAddress)]
    private var rows: HallBoardRows
    private var hasShown = false

    /// The board of a configuration; nil when it has none.
    init?(_ board: BoardConfiguration?) {
        guard let board else { return nil }
        places = board.rows.compactMap { row in
            UnitAddress(Int(row.address)).map { (row.bus, $0) }
        }
        guard 1...DisplayLimits.boardRowsMax ~= places.count else { return nil }
        rows = HallBoardRows(
            count: places.count, arrows: board.arrows.mapValues { BoothArrow($0) })
    }

    /// What the change of a booth's sign changes on the board.
    mutating func changed(_ booth: BoothNumber, to sign: BoothSign) -> [DisplayOrder.Placed] {
        orders { $0.changed(booth, to: sign) }
    }

    /// What a call of another controller changes on the board.
    mutating func told(_ news: News) -> [DisplayOrder.Placed] { orders { $0.told(news) } }

    private mutating func orders(
        _ change: (inout HallBoardRows) -> Void
    ) -> [DisplayOrder.Placed] {
        let before = rows
        change(&rows)
        // The first time every row is said, blank ones too: something old may stand there.
        let all = rows.contents.enumerated().map { (row: $0.offset, content: $0.element) }
        let changes = hasShown ? rows.changes(since: before) : all
        hasShown = true
        return changes.map { row, content in
            let order = DisplayOrder(
                unit: places[row].unit, content: content, received: .zero, commit: .zero)
            return (places[row].bus, order)
        }
    }
}

extension DisplayOrder {
    /// An order and the bus of its unit.
    typealias Placed = (bus: Name, order: DisplayOrder)
}
