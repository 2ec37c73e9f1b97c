// SPDX-License-Identifier: Apache-2.0

// A day's figures as CSV (RFC 4180): one table, a row for each group, absences among them.

extension DayFigures {
    /// The columns.
    public static let columns = [
        "date", "of", "service", "controller", "booth", "hour", "issued", "called", "served",
        "no_shows", "waits", "wait_mean_s", "wait_p90_s", "wait_max_s", "services",
        "service_mean_s", "service_p90_s", "unsure", "offline_s",
    ]

    /// The whole table, its head first; lines end with CR LF. No value needs quotes.
    public var csv: String {
        func cell(_ value: Int?) -> String { value.map(String.init) ?? "" }
        var lines = [Self.columns]
        for row in rows {
            lines.append([
                date, row.of, row.service ?? "", row.controller ?? "", cell(row.booth),
                cell(row.hour), cell(row.issued), cell(row.called), cell(row.served),
                cell(row.noShows), cell(row.waits), cell(row.waitMean), cell(row.waitP90),
                cell(row.waitMax), cell(row.services), cell(row.serviceMean),
                cell(row.serviceP90), cell(row.unsure), "",
            ])
        }
        for absence in absences {
            let of = absence.hour == nil ? "controller" : "controller-hour"
            var cells = [date, of, "", absence.controller, "", cell(absence.hour)]
            cells += Array(repeating: "", count: Self.columns.count - cells.count - 1)
            lines.append(cells + [cell(absence.seconds)])
        }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }
}
