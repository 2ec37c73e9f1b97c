// SPDX-License-Identifier: Apache-2.0

/// How a character is drawn. Colour only repeats what words say.
enum Style: String {
    case plain = "0"
    case bold = "1"
    case faint = "2"
    case lit = "1;31"
    case good = "32"
    case wait = "33"
    case bad = "1;33"
}

/// A screen's worth of characters; what does not fit is cut off.
struct Canvas {
    private struct Cell: Equatable {
        var character: Character = " "
        var style = Style.plain
    }

    /// Characters in a row.
    let width: Int
    /// Rows.
    let height: Int
    private var cells: [Cell]

    /// An empty screen.
    init(width: Int, height: Int) {
        self.width = max(width, 1)
        self.height = max(height, 1)
        cells = Array(repeating: Cell(), count: self.width * self.height)
    }

    /// Writes a text; it ends at the screen's edge, or before the column `until`.
    mutating func put(
        _ text: String, row: Int, column: Int, _ style: Style = .plain, until: Int? = nil
    ) {
        guard (0..<height).contains(row) else { return }
        let end = min(width, until ?? width)
        for (offset, character) in text.enumerated() {
            let place = column + offset
            guard place < end else { break }
            guard place >= 0 else { continue }
            cells[row * width + place] = Cell(
                character: Self.isPrintable(character) ? character : "?", style: style)
        }
    }

    /// What a daemon says must not steer the terminal.
    private static func isPrintable(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }
    }

    /// The rows as text, without trailing blanks.
    var text: [String] {
        (0..<height).map { row in
            var line = String(cells[(row * width)..<((row + 1) * width)].map(\.character))
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The rows with the sequences that style them; without, when `isColoured` is false.
    func rows(isColoured: Bool) -> [String] {
        guard isColoured else { return text }
        return (0..<height).map { row in
            var line = ""
            var style = Style.plain
            for cell in cells[(row * width)..<((row + 1) * width)] {
                if cell.style != style {
                    style = cell.style
                    line += "\u{1B}[0;\(style.rawValue)m"
                }
                line.append(cell.character)
            }
            return style == .plain ? line : line + "\u{1B}[0m"
        }
    }
}
