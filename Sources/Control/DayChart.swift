// SPDX-License-Identifier: Apache-2.0

// The waits of a day by hour, laid out for a page to draw: how long each bar is, and what is written.

/// The day's waits.
public struct DayChart: Codable, Sendable, Equatable {
    /// An hour.
    public struct Hour: Codable, Sendable, Equatable {
        /// The hour of the day, as written below the bar.
        public var label: Bilingual
        /// Tickets issued and called in it.
        public var issued: Int
        /// See `issued`.
        public var called: Int
        /// The mean wait as a share of the chart's height, in thousandths; nil when nobody was called.
        public var mean: Int?
        /// The wait that nine of ten did not exceed, in the same measure.
        public var most: Int?
        /// The hour in a sentence, for those who can't see the bar.
        public var words: Bilingual
    }

    /// A line across the chart.
    public struct Line: Codable, Sendable, Equatable {
        /// Its height, in thousandths.
        public var height: Int
        /// The minutes that it stands for.
        public var words: Bilingual
    }

    /// A row of the table below the chart.
    public struct Row: Codable, Sendable, Equatable {
        /// The service's name; nil for the whole day.
        public var service: String?
        /// Issued, called, served, not come; mean wait and longest wait in minutes.
        public var cells: [Bilingual]
    }

    /// The date in words.
    public var date: Bilingual
    /// The hours, without a gap from the first to the last that anything happened in.
    public var hours: [Hour]
    /// The lines across.
    public var lines: [Line]
    /// The day, then each service.
    public var rows: [Row]

    /// The chart of a day's figures.
    public init(_ figures: DayFigures) {
        date = Bilingual(digitsOf: figures.date)
        let byHour = Dictionary(
            figures.rows.filter { $0.of == "hour" }.compactMap { row in
                row.hour.map { ($0, row) }
            }
        ) { first, _ in first }
        let top = Self.top(byHour.values.compactMap(\.waitP90).max() ?? 0)
        let shown = (byHour.keys.min() ?? 0)...(byHour.keys.max() ?? 0)
        let all = byHour.isEmpty ? [] : Array(shown.prefix(PageLimits.hoursMax))
        hours = all.map { Self.hour($0, byHour[$0], top: top) }
        lines = byHour.isEmpty ? [] : Self.lines(top: top)
        rows = figures.rows.filter { $0.of == "day" || $0.of == "service" }.map(Self.row)
    }

    /// The height of the chart in minutes: a whole number that four lines divide well.
    static func top(_ seconds: Int) -> Int {
        let minutes = max(1, (seconds + 59) / 60)
        for step in [1, 2, 5, 10, 15, 30] where step * 4 >= minutes { return step * 4 }
        return (minutes + 239) / 240 * 240
    }

    private static func lines(top: Int) -> [Line] {
        (1...4).map { part in
            let minutes = Bilingual(digitsOf: "\(top * part / 4)")
            return Line(
                height: 250 * part,
                words: Bilingual(fa: "\(minutes.fa) دقیقه", en: "\(minutes.en) min"))
        }
    }

    private static func hour(_ hour: Int, _ row: FiguresRow?, top: Int) -> Hour {
        let label = Bilingual(digitsOf: "\(hour % 24)")
        let share = { (seconds: Int) in min(1_000, seconds * 1_000 / (top * 60)) }
        let called = Bilingual(digitsOf: "\(row?.called ?? 0)")
        let mean = row?.waitMean.map(minutes)
        let most = row?.waitP90.map(minutes)
        let waits: (fa: String, en: String) =
            if let mean, let most {
                (
                    "، میانگین انتظار \(mean.fa)، نه دهم تا \(most.fa) دقیقه",
                    ", mean wait \(mean.en), nine of ten up to \(most.en) min"
                )
            } else { ("", "") }
        return Hour(
            label: label, issued: row?.issued ?? 0, called: row?.called ?? 0,
            mean: row?.waitMean.map(share), most: row?.waitP90.map(share),
            words: Bilingual(
                fa: "ساعت \(label.fa): \(called.fa) فراخوان\(waits.fa)",
                en: "\(label.en):00: \(called.en) calls\(waits.en)"))
    }

    private static func minutes(_ seconds: Int) -> Bilingual {
        let tenths = (seconds + 3) / 6
        return Bilingual(digitsOf: "\(tenths / 10).\(tenths % 10)")
    }

    private static func row(_ row: FiguresRow) -> Row {
        let dash = Bilingual(fa: "—", en: "—")
        return Row(
            service: row.service,
            cells: [row.issued ?? 0, row.called, row.served, row.noShows].map {
                Bilingual(digitsOf: "\($0)")
            } + [row.waitMean.map(minutes) ?? dash, row.waitMax.map(minutes) ?? dash])
    }
}
