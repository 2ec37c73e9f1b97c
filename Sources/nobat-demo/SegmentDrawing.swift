// SPDX-License-Identifier: Apache-2.0

// Seven segments and a point as characters: drawn from what a unit drives, not from what it should
// show.

/// Draws the digits of a booth display.
struct SegmentDrawing {
    /// Columns of a digit without its point, at least 3.
    let digitWidth: Int
    /// The character of lit segments.
    let ink: Character

    /// Rows of a digit.
    static let height = 5

    /// Columns of a display with `places` digits: each has a column for its point, which also parts
    /// it from the next.
    func width(places: Int = 4) -> Int { places * (digitWidth + 1) }

    /// The rows of a display. `segments` are from left to right, bits DP A–G from the highest.
    func rows(_ segments: [UInt8]) -> [String] {
        (0..<Self.height).map { row in
            segments.map { digit($0, row) }.joined()
        }
    }

    private func digit(_ segments: UInt8, _ row: Int) -> String {
        func isLit(_ bit: Int) -> Bool { segments & (1 << bit) != 0 }
        let (a, b, c, d, e, f, g) = (
            isLit(6), isLit(5), isLit(4), isLit(3), isLit(2), isLit(1), isLit(0)
        )
        let (left, middle, right): (Bool, Bool, Bool) =
            switch row {
            case 0: (a || f, a, a || b)
            case 1: (f, false, b)
            case 2: (g || f || e, g, g || b || c)
            case 3: (e, false, c)
            default: (d || e, d, d || c)
            }
        let inner = String(repeating: middle ? ink : " ", count: digitWidth - 2)
        let point = row == Self.height - 1 && isLit(7) ? String(ink) : " "
        return "\(left ? ink : " ")\(inner)\(right ? ink : " ")\(point)"
    }
}
