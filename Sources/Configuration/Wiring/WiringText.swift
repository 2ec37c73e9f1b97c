// SPDX-License-Identifier: Apache-2.0

// A hall's wire list and its labels as pages for people: one to take along, one to cut up.

/// A hall's wires in words.
public enum WiringText {
    /// Labels on one line of the sheet; each is cut out twice, for both ends of its cable.
    static let labelsPerLine = 4

    /// The wire list: booths, buses, parts, findings.
    public static func list(_ hall: HallWiring) -> String {
        var lines = ["wires of \(hall.controller)", ""]
        lines += lineRows(hall)
        for bus in hall.buses { lines += [""] + busLines(bus, hall) }
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
        var rows = [["booth", "what", "label", "chip", "line", "pin", "active", "bias"]]
        for booth in hall.booths {
            for (line, what) in [(booth.button, "button"), (booth.lamp, "lamp")] {
                guard let line else { continue }
                rows.append([
                    "\(booth.booth)", what, line.label, line.chip, line.line,
                    line.headerPin.map { "\($0)" } ?? "?", line.activeLow ? "low" : "high",
                    what == "button" ? line.bias : "",
                ])
            }
        }
        return rows.count > 1 ? columns(rows) : ["no buttons and no lamps"]
    }

    private static func busLines(_ bus: BusWires, _ hall: HallWiring) -> [String] {
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
            let switches = hall.booths.first { $0.booth == unit.booth }?.switches ?? ""
            return [
                "\(index + 1)", "\(unit.booth)", "B\(unit.booth)-UNIT", "\(unit.address)", switches,
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
