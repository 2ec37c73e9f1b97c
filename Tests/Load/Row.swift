// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// A line of the table: how the central is, and what happened since the last line.
struct Row {
    /// Everything that is counted, at one moment.
    struct Counts {
        let at: Moment
        let live: Int
        let resident: Int
        let anonymous: Int
        let processor: Double
        let facts: Int
        let orders: Int
        let tickets: Int
        let ended: Int

        init(_ crowd: Crowd, _ central: CentralProcess) {
            at = Clocks.now()
            live = crowd.tally.live
            (resident, anonymous) = central.memory()
            processor = central.processorSeconds()
            facts = crowd.tally[.facts]
            orders = crowd.tally[.orders]
            tickets = crowd.tally[.tickets]
            ended = crowd.tally[.lost]
        }
    }

    private let now: Counts
    private let before: Counts

    init(_ now: Counts, since before: Counts) {
        self.now = now
        self.before = before
    }

    static let heading =
        "   live  resident MiB  anonymous MiB  core %  facts/s  orders/s  kiosk tickets  links lost"

    var text: String {
        let span = max(0.001, Double((now.at - before.at).microseconds) / 1_000_000)
        let parts: [(String, Int)] = [
            ("\(now.live)", 7), (tenths(Double(now.resident) / 1_024), 14),
            (tenths(Double(now.anonymous) / 1_024), 15),
            ("\(Int((now.processor - before.processor) / span * 100))", 8),
            ("\(Int(Double(now.facts - before.facts) / span))", 9),
            ("\(Int(Double(now.orders - before.orders) / span))", 10),
            ("\(now.tickets - before.tickets)", 15), ("\(now.ended - before.ended)", 12),
        ]
        return parts.map { text, width in
            String(repeating: " ", count: max(0, width - text.count)) + text
        }.joined()
    }

    private func tenths(_ value: Double) -> String { "\(Double(Int(value * 10)) / 10)" }
}
