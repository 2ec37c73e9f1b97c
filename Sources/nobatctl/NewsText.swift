// SPDX-License-Identifier: Apache-2.0

// A job's news as lines for people, or as JSON for programs.

import Control
import DisplayDrivers
import Foundation

/// Tells the news of a job.
struct NewsText {
    private let common: Common
    private let isTerminal = isatty(STDERR_FILENO) == 1

    init(_ common: Common) { self.common = common }

    func tell(_ news: JobNews) {
        guard !common.json else { return print(line: ControlText.encode(news)) }
        switch news.kind {
        case .progress: progress(news)
        case .note, .released: print(line: news.text)
        case .finding: print(line: "! \(news.finding?.name.rawValue ?? ""): \(news.text)")
        case .question: print(line: "? \(news.text) [y/n/Enter]")
        case .result: print(line: news.text)
        case .unit: break
        }
    }

    /// On a terminal one line that is written over; elsewhere only what is worth a line.
    func progress(_ news: JobNews) {
        let place = news.done.flatMap { done in news.total.map { "[\(done)/\($0)] " } } ?? ""
        if isTerminal {
            FileHandle.standardError.write(Data("\r\u{1B}[K\(place)\(news.text)".utf8))
        } else if !news.text.hasPrefix("address ") {
            FileHandle.standardError.write(Data("\(place)\(news.text)\n".utf8))
        }
    }

    func print(line: String) {
        if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

/// Tells the news of a scan, its units as a table at the end.
final class ScanText {
    private let common: Common
    private let news: NewsText
    private var units: [ScannedUnit] = []
    private var hasHead = false
    /// The person has ended it.
    var isEnding = false

    init(_ common: Common) {
        self.common = common
        news = NewsText(common)
    }

    /// Whether no unit was found.
    var isEmpty: Bool { units.isEmpty }

    func begin(_ text: String) {
        hasHead = false
        if !common.json { news.print(line: text) }
    }

    func note(_ text: String) { tell(JobNews(.note, text)) }

    func tell(_ told: JobNews) {
        if let unit = told.unit { units.append(unit) }
        if !common.json, told.kind == .finding || told.kind == .result, !hasHead {
            hasHead = true
            if !units.isEmpty { news.print(line: Self.table(units)) }
        }
        news.tell(told)
    }

    static func table(_ units: [ScannedUnit]) -> String {
        let head = [
            "address", "booth", "board", "version", "revision", "from", "up", "last start",
            "bad frames", "line errors", "faults", "findings",
        ]
        return Table.text(
            head,
            units.map { unit in
                [
                    "\(unit.address)", unit.booth.map(String.init) ?? "", unit.board ?? "?",
                    unit.version ?? "?", unit.revision ?? "", unit.addressSource ?? "",
                    unit.uptimeSeconds.map(Uptime.text) ?? "", unit.resetCause ?? "",
                    unit.badFrames.map(String.init) ?? "", unit.lineErrors.map(String.init) ?? "",
                    unit.faults.map(String.init) ?? "", unit.findings.joined(separator: ", "),
                ]
            })
    }
}
