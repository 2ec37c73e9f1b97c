// SPDX-License-Identifier: Apache-2.0

// The picture of the hall in a terminal. Everything it says it says in words; colour repeats it.

import Control
import QueueCore

/// Lays out a glimpse of the hall on a screen of at least 80 columns and 24 rows.
struct Screen {
    let glimpse: HallGlimpse
    /// The character of lit segments, and of a lit lamp.
    var ink: Character = "\u{2588}"

    /// The smallest screen.
    static let widthMin = 80
    static let heightMin = 24

    private static let displayTop = 1
    private static let lampRow = displayTop + SegmentDrawing.height + 2
    private static let listTop = lampRow + 3
    private static let eventsTop = listTop + 7

    /// The picture.
    func drawn(width: Int, height: Int) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        guard width >= Self.widthMin, height >= Self.heightMin else {
            canvas.put(
                "Nobat demo: please make this window \(Self.widthMin)x\(Self.heightMin) or larger "
                    + "(it is \(width)x\(height)).", row: 0, column: 0)
            canvas.put("q quits", row: 1, column: 0)
            return canvas
        }
        title(&canvas)
        if glimpse.showsHelp {
            help(&canvas)
        } else {
            for index in glimpse.booths.indices { booth(index, &canvas) }
            lists(&canvas)
            events(&canvas)
        }
        foot(&canvas)
        return canvas
    }

    private func title(_ canvas: inout Canvas) {
        let day = glimpse.controller.status.map { $0.date ?? "service day \($0.day)" } ?? ""
        canvas.put("Nobat demo: a hall of \(glimpse.booths.count) booths", row: 0, column: 1, .bold)
        canvas.put(day, row: 0, column: canvas.width - day.count - 1, .faint)
    }

    // MARK: - Booths

    private func booth(_ index: Int, _ canvas: inout Canvas) {
        let booth = glimpse.booths[index]
        let panel = canvas.width / glimpse.booths.count
        let column = index * panel
        let inner = panel - 3
        let drawing = SegmentDrawing(digitWidth: min(6, (inner - 4) / 4), ink: ink)
        let rule = String(repeating: "-", count: inner)
        let name = " Booth \(booth.number) "
        canvas.put("+\(rule)+", row: Self.displayTop, column: column, .faint)
        canvas.put(name, row: Self.displayTop, column: column + 2, .bold)
        let left = column + 2 + max(0, inner - drawing.width()) / 2
        for (offset, line) in drawing.rows(booth.segments).enumerated() {
            let row = Self.displayTop + 1 + offset
            canvas.put("|", row: row, column: column, .faint)
            canvas.put(line, row: row, column: left, .lit)
            canvas.put("|", row: row, column: column + inner + 1, .faint)
        }
        canvas.put(
            "+\(rule)+", row: Self.displayTop + SegmentDrawing.height + 1, column: column, .faint)
        if booth.beeps {
            canvas.put(
                " beep ", row: Self.displayTop + SegmentDrawing.height + 1,
                column: column + inner - 6, .bold)
        }
        let lamp = lamp(booth.number)
        canvas.put(
            lamp.text, row: Self.lampRow, column: column, lamp.style, until: column + panel - 1)
        canvas.put(
            note(booth), row: Self.lampRow + 1, column: column, until: column + panel - 1)
    }

    /// The lamp in the button, as it shines now, and what that tells.
    private func lamp(_ booth: Int) -> (text: String, style: Style) {
        guard let row = glimpse.rows?.first(where: { $0.booth == booth }),
            let state = LampState(rawValue: row.lamp)
        else { return ("( ) lamp off", .faint) }
        let isLit = LampPattern.isLit(state, at: glimpse.moment, pressedAt: nil)
        let mark = isLit ? "(*)" : "( )"
        return switch state {
        case .nobody: ("\(mark) nobody waits", .plain)
        case .waiting: ("\(mark) someone waits", .good)
        case .offlineNobody: ("\(mark) offline, nobody", .wait)
        case .offlineWaiting: ("\(mark) offline, waits", .wait)
        case .fault: ("\(mark) FAULT", .bad)
        }
    }

    /// What else there is to say of a booth: the first thing that is wrong, or that it is open.
    private func note(_ booth: HallGlimpse.Booth) -> String {
        if !booth.hasPower { return "display: NO POWER" }
        guard let row = glimpse.rows?.first(where: { $0.booth == booth.number }) else {
            return "no controller"
        }
        if row.online == false { return "display: no answer" }
        return "\(row.open ? "open" : "CLOSED"), \(row.verified ? "display ok" : "not confirmed")"
    }

    // MARK: - Foot

    private func foot(_ canvas: inout Canvas) {
        let keys =
            "1-4 next  !@#$ recall  u undo  tTl ticket  n net  cd kill  p power  ? help  q"
        canvas.put(
            glimpse.message, row: canvas.height - 2, column: 1, glimpse.isRefused ? .bad : .bold)
        canvas.put(keys, row: canvas.height - 1, column: 1, .faint)
    }

    private func events(_ canvas: inout Canvas) {
        let top = Self.eventsTop
        let count = canvas.height - 2 - top - 1
        let rule = String(repeating: "-", count: canvas.width - 24)
        canvas.put("-- What happened (UTC) \(rule)", row: top, column: 0, .faint)
        for (offset, line) in glimpse.events.suffix(max(0, count)).enumerated() {
            let mark = line.row.isWarning ? "!" : " "
            let source = line.source.padding(toLength: 8)
            canvas.put(
                "\(line.time) \(mark) \(source)\(line.row.text)", row: top + 1 + offset, column: 1,
                line.row.isWarning ? .wait : .plain)
        }
    }

    private func lists(_ canvas: inout Canvas) {
        var row = Self.listTop
        for line in ScreenLists(glimpse: glimpse).lines(width: canvas.width - 14) {
            canvas.put(line.label, row: row, column: 1, .bold)
            canvas.put(line.text, row: row, column: 13, line.style)
            row += 1
        }
    }

    private func help(_ canvas: inout Canvas) {
        for (row, line) in ScreenHelp.lines.enumerated() {
            canvas.put(line, row: row + 2, column: 3)
        }
    }
}

extension String {
    /// The text with blanks up to a width.
    func padding(toLength length: Int) -> String {
        count >= length ? self : self + String(repeating: " ", count: length - count)
    }
}
