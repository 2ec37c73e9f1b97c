// SPDX-License-Identifier: Apache-2.0

// The central's orders as columns.

import QueueCore

extension RecordText {
    /// An order as columns.
    init(_ order: Order) {
        switch order {
        case .deal(let ticket): self.init("deal", whole: ticket)
        case .withdraw(let ticket): self.init("withdraw", ticket: ticket)
        case .block(let block): self.init("block", block)
        case .mark(let day, let series, let through):
            self.init("mark", day: day, series: series, through: through)
        case .day(let day): self.init("day", day)
        case .fence: self.init("fence")
        case .cancel(let ticket, let reason, let service):
            self.init("cancel", ticket: ticket)
            self.service = service
            detail.add("why", reason.word)
        }
    }

    /// The order that the columns tell.
    func order() throws(BadRow) -> Order {
        switch kind {
        case "deal": return .deal(try wholeTicket())
        case "withdraw": return .withdraw(try theTicket())
        case "block": return .block(try block())
        case "mark":
            return .mark(
                day: try detail.day(), series: try detail.series(),
                through: try detail.value("through") { UInt16($0) })
        case "day": return .day(try detail.day())
        case "fence": return .fence
        case "cancel":
            return .cancel(
                try theTicket(), try detail.value("why") { CancelReason(word: $0) },
                service: service)
        default: throw BadRow(what: "an order of the unknown kind \"\(kind)\"")
        }
    }
}
