// SPDX-License-Identifier: Apache-2.0

import Control
import QueueCore

extension TicketRow {
    /// A ticket of the core as a row.
    public init(_ ticket: Ticket, _ state: TicketState, _ booth: BoothNumber?, heldBy: Name) {
        self.init(
            number: ticket.number.description, state: state.word, booth: booth.map(Int.init),
            service: ticket.service.description, heldBy: heldBy.description,
            priority: ticket.priority.word, id: ticket.id.description,
            rank: Int(clamping: ticket.rank), dealtAgain: ticket.dealtAgain)
    }
}

extension Samples {
    /// The percentiles as a report; nil when nothing was measured.
    public var report: TimesReport? {
        percentiles.map {
            TimesReport(
                count: $0.count, p50: $0.p50, p99: $0.p99, p999: $0.p999, max: $0.max)
        }
    }
}
