// SPDX-License-Identifier: Apache-2.0

// Reads the hall board: its rows are displays of the buses, like those of the booths.

import QueueCore

extension Fields {
    /// The ways to the booths.
    func boardArrows() -> [BoothNumber: BoardConfiguration.Arrow] {
        typealias Arrow = BoardConfiguration.Arrow
        guard
            let fields = optional("arrows")?.fields(
                "\"arrows\"", keys: Arrow.allCases.map(\.rawValue),
                example: "arrows: { left: [1, 2], right: [3, 4] }")
        else { return [:] }
        var arrows: [BoothNumber: Arrow] = [:]
        var once = Once<Int>()
        for arrow in Arrow.allCases {
            let items = fields.optional(arrow.rawValue)?.list(
                0...Int(Limits.boothNumberMax), of: "booths", example: "\(arrow.rawValue): [1, 2]")
            for item in items ?? [] {
                guard let number = item.integer(1...Int(Limits.boothNumberMax), example: 1),
                    let booth = BoothNumber(exactly: number)
                else { continue }
                once.take(
                    number, at: item.place, reading, "booth \(number)", "keep one way to it")
                arrows[booth] = arrow
            }
        }
        return arrows
    }
}
