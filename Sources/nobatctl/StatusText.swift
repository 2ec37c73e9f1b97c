// SPDX-License-Identifier: Apache-2.0

import Control

/// A daemon's status as a page for people.
enum StatusText {
    static func text(_ report: StatusReport) -> String {
        var lines = [
            "\(report.daemon) \(report.version), \(report.name), since \(report.startedAt)",
            "service day \(report.day)\(report.date.map { " (\($0))" } ?? ""), epoch \(report.epoch)",
        ]
        if let link = report.link {
            let reason = link.reason.map { " (\($0))" } ?? ""
            lines.append("central \(link.peer): \(link.state) since \(link.since)\(reason)")
        }
        lines.append("waiting here: \(report.tray)")
        if let outbox = report.outbox { lines.append("untold to the central: \(outbox)") }
        if report.settling == true { lines.append("numbering waits for controllers to report") }
        for service in report.hours ?? [] {
            lines.append(
                "\(service.service) is \(service.open ? "open" : "closed"): \(service.text)")
        }
        for block in report.blocks ?? [] {
            let day = block.date ?? "day \(block.day)"
            let what = block.service.map { "\($0), \(day)" } ?? "local series"
            lines.append("numbers for \(what): \(block.remaining) left, next \(block.next)")
        }
        if let buttons = report.buttons {
            let error = buttons.error.map { ": \($0)" } ?? ""
            lines.append("buttons: \(buttons.state) since \(buttons.since)\(error)")
            for booth in buttons.stuck { lines.append("  the button of booth \(booth) is stuck") }
        }
        if let kiosk = report.kiosk { lines += kioskLines(kiosk) }
        for times in [
            ("press to bus", report.pressTimes), ("of it the decision", report.decideTimes),
            ("wait for the line", report.busTimes),
            ("commit", report.commitTimes),
        ] {
            guard let value = times.1 else { continue }
            lines.append(
                "\(times.0): p50 \(value.p50) µs, p99 \(value.p99) µs of the last \(value.count)")
        }
        lines += boothLines(report)
        lines += busLines(report)
        lines += controllerLines(report)
        for row in report.strangers?.rows.prefix(8) ?? [] {
            let who = row.identity.map { "\(row.host), \($0)" } ?? row.host
            lines.append(
                "turned away: \(who): \(row.reason), \(row.count) times since \(row.since), "
                    + "last at \(row.last)")
        }
        return lines.joined(separator: "\n")
    }

    private static func kioskLines(_ kiosk: KioskReport) -> [String] {
        let counts = "\(kiosk.printed) slips printed, \(kiosk.failed) not, since it began"
        var lines = [
            "kiosk: \(kiosk.sentence) (\(kiosk.printer) since \(kiosk.since), on \(kiosk.port))",
            "  \(counts)",
        ]
        for reader in kiosk.readers {
            let error = reader.error.map { ": \($0)" } ?? ""
            lines.append("  \(reader.name): \(reader.open ? "read" : "not read")\(error)")
        }
        if let buttons = kiosk.buttons {
            let error = buttons.error.map { ": \($0)" } ?? ""
            lines.append("  buttons: \(buttons.state) since \(buttons.since)\(error)")
            for button in buttons.stuck { lines.append("  button \(button) is stuck") }
        }
        return lines
    }

    private static func boothLines(_ report: StatusReport) -> [String] {
        guard let booths = report.booths, !booths.isEmpty else { return [] }
        let rows = booths.map {
            [
                "\($0.booth)", $0.open ? "open" : "closed", $0.current ?? "", "\($0.waiting)",
                $0.services.joined(separator: ", "),
            ]
        }
        return ["", Table.text(["booth", "state", "ticket", "waiting", "serves"], rows)]
    }

    private static func busLines(_ report: StatusReport) -> [String] {
        var lines: [String] = []
        for bus in report.buses ?? [] {
            let error = bus.error.map { ": \($0)" } ?? ""
            let rows: [[String]] = bus.units.map { unit -> [String] in
                let booth = unit.booth == 0 ? "board" : "\(unit.booth)"
                let answer = unit.readBack == false ? "sent to" : "answers"
                let finding: String = unit.finding.map { " (\($0))" } ?? ""
                let uptime: String = unit.uptimeSeconds.map(Uptime.text) ?? ""
                let counts = unit.errors.filter { $0.value > 0 }.sorted { $0.key < $1.key }
                let errors: [String] = counts.map { "\($0.key) \($0.value)" }
                return [
                    "\(unit.address)", booth, unit.online ? answer : "no answer", unit.since,
                    unit.shows ?? "", Verification.text(unit.verified, unit.readBack),
                    unit.board ?? "", (unit.firmware ?? "") + finding, uptime,
                    errors.joined(separator: ", "),
                ]
            }
            lines += [
                "", "bus \(bus.name) on \(bus.port): \(bus.state) since \(bus.since)\(error)",
                Table.text(
                    [
                        "unit", "booth", "state", "since", "shows", "verified", "board", "firmware",
                        "up", "errors",
                    ], rows),
            ]
        }
        return lines
    }

    private static func controllerLines(_ report: StatusReport) -> [String] {
        guard let controllers = report.controllers else { return [] }
        let rows = controllers.map { controller in
            let since = controller.downSince.map { " since \($0)" } ?? ""
            return [
                controller.name, controller.hall, controller.link + since,
                controller.fenced ? "fenced" : "", "\(controller.tray)",
                controller.openBooths.map(String.init).joined(separator: " "),
            ]
        }
        var lines = [
            "", Table.text(["controller", "hall", "link", "", "tray", "open booths"], rows),
        ]
        for conflict in report.conflicts ?? [] {
            let place = conflict.booth.map { "called at booth \($0) of" } ?? "waiting at"
            lines.append(
                "conflict: \(conflict.number) called at booth \(conflict.calledAt) of "
                    + "\(conflict.calledBy), \(place) \(conflict.heldBy)")
        }
        return lines
    }
}

/// A span of time as people say it.
enum Uptime {
    static func text(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}

/// Columns of text, as wide as their widest cell.
enum Table {
    static func text(_ head: [String], _ rows: [[String]]) -> String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column in
                row[column] + String(repeating: " ", count: widths[column] - row[column].count)
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

/// Whether what stands on a display was read back from it, in a word.
enum Verification {
    static func text(_ isVerified: Bool, _ readBack: Bool?) -> String {
        readBack == false ? "unverified" : isVerified ? "yes" : "no"
    }
}
