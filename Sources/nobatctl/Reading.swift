// SPDX-License-Identifier: Apache-2.0

// The commands that only look.

import ArgumentParser
import Control
import Foundation

struct Displays: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What each booth's display shows, read back from its unit.")
    @OptionGroup var common: Common

    func run() throws {
        let rows = try common.ask(ControlRequest(.displays), as: [DisplayRow].self)
        common.show(
            rows,
            Table.text(
                ["booth", "shows", "verified", "since", "unit", "firmware", "lamp", "open"],
                rows.map { row in
                    let unit = row.bus.map { "\($0)/\(row.address ?? 0)" } ?? "none"
                    let state = row.online == false ? " (no answer)" : ""
                    return [
                        "\(row.booth)", row.shows, Verification.text(row.verified, row.readBack),
                        row.since, unit + state,
                        (row.firmware ?? "") + (row.finding.map { " (\($0))" } ?? ""), row.lamp,
                        row.open ? "yes" : "no",
                    ]
                }))
    }
}

struct Queue: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The tickets that the daemon knows.")
    @OptionGroup var common: Common
    @Flag(name: .long, help: "Only those that are waiting, called or parked.") var alive = false

    func run() throws {
        var rows = try common.ask(ControlRequest(.queue), as: [TicketRow].self)
        if alive { rows.removeAll { !["waiting", "called", "parked"].contains($0.state) } }
        common.show(
            rows,
            Table.text(
                ["number", "state", "booth", "service", "held by", "class"],
                rows.map {
                    [
                        $0.number, $0.state, $0.booth.map(String.init) ?? "", $0.service, $0.heldBy,
                        $0.priority,
                    ]
                }))
    }
}

struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the central has recorded of the service day, newest last.")
    @OptionGroup var common: Common
    @Option(name: .long, help: "The service day, as 1405/09/02; default: today.")
    var day: DayArgument?

    func run() throws {
        var request = ControlRequest(.history)
        request.day = day?.count
        let rows = try common.ask(request, as: [HistoryRow].self)
        common.show(rows, rows.map { "\($0.sequence)  \($0.text)" }.joined(separator: "\n"))
    }
}

struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What happens, line by line, until interrupted.")
    @OptionGroup var common: Common

    func run() throws {
        do throws(ControlClientError) {
            let client = try ControlClient(path: common.path, timeoutSeconds: 0)
            try client.send(ControlRequest(.watch))
            while let line = client.readLine() {
                var text = line
                if !common.json, let row = ControlText.decode(EventRow.self, line) {
                    text = "\(row.at)  \(row.isWarning ? "! " : "  ")\(row.text)"
                }
                FileHandle.standardOutput.write(Data((text + "\n").utf8))
            }
        } catch {
            FileHandle.standardError.write(Data("nobatctl: \(error)\n".utf8))
            throw ExitCode(2)
        }
        FileHandle.standardError.write(Data("nobatctl: the daemon ended the connection\n".utf8))
        throw ExitCode(2)
    }
}

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The daemon's link, log, tray, buses and units.")
    @OptionGroup var common: Common

    func run() throws {
        let report = try common.ask(ControlRequest(.status), as: StatusReport.self)
        common.show(report, StatusText.text(report))
    }
}
