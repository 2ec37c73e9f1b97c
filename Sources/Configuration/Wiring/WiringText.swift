// SPDX-License-Identifier: Apache-2.0

// A hall's wire list and its labels as pages for people: one to take along, one to cut up.

import QueueCore

/// A hall's wires in words.
public enum WiringText {
    /// Labels on one line of the sheet; each is cut out twice, for both ends of its cable.
    static let labelsPerLine = 4

    /// The wire list: booths, kiosk, buses, parts, findings.
    public static func list(_ hall: HallWiring) -> String {
        var lines = ["wires of \(hall.controller)", ""]
        lines += lineRows(hall)
        if let kiosk = hall.kiosk { lines += [""] + kioskLines(kiosk) }
        for bus in hall.buses { lines += [""] + busLines(bus) }
        if !hall.parts.isEmpty {
            lines += ["", "parts (boards, displays, supplies, cable: see the sheets in Wiring/)"]
            lines += columns(
                [["count", "part", "for"]] + hall.parts.map { ["\($0.count)", $0.part, $0.use] })
        }
        if !hall.findings.isEmpty {
            lines += ["", "findings"] + hall.findings.map { "! \($0.name): \($0.sentence)" }
        }
        return lines.joined(separator: "\n")
    }

    /// The labels, each for both ends of its cable.
    public static func labels(_ hall: HallWiring) -> String {
        let cells = hall.labels.flatMap { [$0, $0] }
        let width = (cells.map(\.count).max() ?? 0) + 2
        let rule =
            "+"
            + String(
                repeating: String(repeating: "-", count: width) + "+",
                count: labelsPerLine)
        var lines = [rule]
        for start in stride(from: 0, to: cells.count, by: labelsPerLine) {
            let row = (start..<start + labelsPerLine).map { $0 < cells.count ? cells[$0] : "" }
            lines.append("|" + row.map { padded(" " + $0, width) + "|" }.joined())
            lines.append(rule)
        }
        return lines.joined(separator: "\n")
    }

    private static func lineRows(_ hall: HallWiring) -> [String] {
        let head = ["booth", "what", "label", "chip", "line", "pin", "active", "bias"]
        var rows: [[String]] = []
        for booth in hall.booths {
            rows += row("\(booth.booth)", "button", booth.button)
            rows += row("\(booth.booth)", "lamp", booth.lamp)
        }
        for button in hall.kiosk?.buttons ?? [] {
            rows += row("kiosk", "button \(button.number)", button.button)
            rows += row("kiosk", "lamp \(button.number)", button.lamp)
        }
        return rows.isEmpty ? ["no buttons and no lamps"] : columns([head] + rows)
    }

    private static func row(_ owner: String, _ what: String, _ line: LineWires?) -> [[String]] {
        guard let line else { return [] }
        return [
            [
                owner, what, line.label, line.chip, line.line,
                line.headerPin.map { "\($0)" } ?? "?", line.activeLow ? "low" : "high",
                what.hasPrefix("button") ? line.bias : "",
            ]
        ]
    }

    private static func kioskLines(_ kiosk: KioskWires) -> [String] {
        let slips = kiosk.buttons.map { button in
            let priority = button.priority == PriorityClass.normal.word ? "" : button.priority
            return ["button \(button.number)", "a slip for \(button.service)", priority]
        }
        let dots = "\(kiosk.printerDots) dots"
        let printer = kiosk.printer
        var ports = [
            ["printer", printer.label ?? "", printer.port, printer.format ?? "", dots]
        ]
        for (index, reader) in kiosk.readers.enumerated() {
            let format = reader.format ?? (reader.link == .keyboard ? "keyboard" : "")
            ports.append(
                ["reader \(index + 1)", reader.label ?? "", reader.port, format, ""])
        }
        return ["kiosk"] + columns(slips)
            + columns([["what", "label", "port", "set to", "width"]] + ports)
    }

    private static func busLines(_ bus: BusWires) -> [String] {
        var lines = ["bus \(bus.name), \(bus.format), at \(bus.port)"]
        if let pair = bus.labels.first {
            lines.append(
                "cable \(pair)/B, BUS\(bus.number)-COM; shield BUS\(bus.number)-SHIELD grounded at "
                    + "the controller alone")
        }
        if bus.adapter == .uart { lines.append("direction: RTS of the UART drives DE") }
        if !bus.terminators.isEmpty {
            lines.append("terminators, 120 Ω: \(bus.terminators.joined(separator: " and "))")
        }
        let rows = bus.units.enumerated().map { index, unit in
            [
                "\(index + 1)", unit.booth.map { "\($0)" } ?? "kiosk", unit.label,
                "\(unit.address)", unit.switches ?? "",
            ]
        }
        guard !rows.isEmpty else { return lines }
        return lines
            + columns([["place", "booth", "label", "address", "switches 1 2 3 4 5"]] + rows)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func columns(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            var line = row.indices.map { padded(row[$0], widths[$0]) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
