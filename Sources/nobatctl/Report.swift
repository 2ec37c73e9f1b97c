// SPDX-License-Identifier: Apache-2.0

// The figures of a day, from the central.

import ArgumentParser
import Control
import Foundation
import QueueCore

struct Report: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, csv, json
    }

    static let configuration = CommandConfiguration(
        abstract: "What a day was like: waiting, service times, no-shows, offline minutes.",
        discussion: """
            Ask the central (--socket). The table has the day, its services, booths, hours and \
            controllers; csv and json have each service's and booth's hours too. \
            Waiting is from the issue of a ticket, or its arrival from another service, to its \
            call; service is from the call to its end. p90: nine of ten took no longer.
            """)
    @OptionGroup var common: Common
    @Option(name: .long, help: "The day, such as 1405-09-02 or 2026-11-23; default: today.")
    var day: DayArgument?
    @Option(name: .long, help: "table, csv or json.")
    var format: Format?

    func run() throws {
        var request = ControlRequest(.report)
        request.day = day?.count
        let figures = try common.ask(request, as: DayFigures.self)
        switch format ?? (common.json ? .json : .table) {
        case .table: print(ReportText.text(figures))
        case .csv: FileHandle.standardOutput.write(Data(figures.csv.utf8))
        case .json: print(ControlText.encode(figures))
        }
    }
}

/// A day's figures as tables for people.
enum ReportText {
    static func text(_ figures: DayFigures) -> String {
        var parts = [figures.date]
        if figures.rows.isEmpty { parts.append("no ticket of this day is recorded") }
        let head = [
            "issued", "called", "served", "no-shows", "wait mean", "p90", "max", "service mean",
            "p90",
        ]
        let kinds = [("day", ""), ("service", "service"), ("booth", "booth"), ("hour", "hour")]
        for (kind, title) in kinds {
            let rows = figures.rows.filter { $0.of == kind }
            guard !rows.isEmpty else { continue }
            parts.append(Table.text([title] + head, rows.map(cells)))
        }
        let absences = figures.absences.filter { $0.hour == nil }
        if figures.begins != nil, !absences.isEmpty {
            parts.append(
                Table.text(
                    ["controller", "offline"],
                    absences.map { [$0.controller, "\(($0.seconds + 30) / 60) min"] }))
        }
        let unsure = figures.rows.first { $0.of == "day" }?.unsure ?? 0
        if unsure > 0 {
            parts.append(
                "\(unsure) spans are not exact: a controller's clock was not known to be right")
        }
        if figures.untimed > 0 {
            parts.append("\(figures.untimed) calls have no time, and stand in no hour")
        }
        return parts.joined(separator: "\n\n")
    }

    private static func cells(_ row: FiguresRow) -> [String] {
        let name =
            if let service = row.service {
                service
            } else if let booth = row.booth {
                "\(row.controller ?? "")/\(booth)"
            } else if let hour = row.hour {
                hour < 10 ? "0\(hour):00" : "\(hour):00"
            } else {
                "all"
            }
        return [
            name, row.issued.map(String.init) ?? "", "\(row.called)", "\(row.served)",
            "\(row.noShows)", span(row.waitMean), span(row.waitP90), span(row.waitMax),
            span(row.serviceMean), span(row.serviceP90),
        ]
    }

    /// Minutes and seconds, `12:05`.
    private static func span(_ seconds: Int?) -> String {
        guard let seconds else { return "-" }
        let rest = seconds % 60
        return "\(seconds / 60):" + (rest < 10 ? "0\(rest)" : "\(rest)")
    }
}
