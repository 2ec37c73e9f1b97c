// SPDX-License-Identifier: Apache-2.0

// Who did what: the audit of a daemon, for people, for tables and for programs.

import ArgumentParser
import Control
import Foundation

struct AuditCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, csv, json
    }

    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who fenced, cancelled, changed keys or configuration, made backups, and when.",
        discussion: """
            Rows are only ever added; a row that was changed behind the daemon's back is marked. The \
            newest 100,000 are kept. Rows whose time is not known are always among them. csv is one \
            table, json one object a line. Exit status 1 when a row is not as it was written.
            """)
    @OptionGroup var common: Common
    @Option(name: .long, help: "The first day, such as 1405-09-02 or 2026-11-23.")
    var from: DayArgument?
    @Option(name: .long, help: "The last day.") var to: DayArgument?
    @Option(name: .long, help: "table, csv or json.") var format: Format?

    func run() throws {
        var request = ControlRequest(.audit)
        request.from = from?.count
        request.until = to?.count
        let format = format ?? (common.json ? .json : .table)
        var isWhole = true
        var table: [[String]] = []
        if format == .csv { put(AuditRow.csvHead) }
        repeat {
            let page = try common.ask(request, as: AuditPage.self)
            isWhole = isWhole && page.rows.allSatisfy(\.whole)
            switch format {
            case .csv: put(page.rows.map(\.csv).joined())
            case .json: put(page.rows.map { ControlText.encode($0) + "\n" }.joined())
            case .table: table += page.rows.map(Self.cells)
            }
            request.after = page.next
        } while request.after != nil
        if format == .table {
            put(
                table.isEmpty
                    ? "nothing is in the audit\n"
                    : Table.text(
                        ["", "when", "act", "on", "who", "from", "outcome", "detail"], table)
                        + "\n")
        }
        guard !isWhole else { return }
        FileHandle.standardError.write(
            Data("nobatctl: rows of the audit are not as they were written\n".utf8))
        throw ExitCode(1)
    }

    private static func cells(_ row: AuditRow) -> [String] {
        [
            "\(row.sequence)" + (row.whole ? "" : " CHANGED"), row.local ?? "not known", row.act,
            row.subject, row.who, row.place, row.outcome, row.detail,
        ]
    }

    private func put(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
