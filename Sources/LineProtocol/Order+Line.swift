// SPDX-License-Identifier: Apache-2.0

// Orders as lines: what the central wants of a controller.
import QueueCore

extension Order {
    /// The order that the fields of a line give, or nil when its verb is not an order's.
    init?(_ fields: Fields) throws(LineError) {
        switch fields.verb {
        case .deal: self = .deal(try fields.wholeTicket())
        case .withdraw: self = .withdraw(try fields.ticketID())
        case .block: self = .block(try fields.block())
        case .mark:
            self = .mark(
                day: try fields.day(), series: try fields.series(), through: try fields.through())
        case .day: self = .day(try fields.day())
        case .fenced: self = .fence
        case .void:
            self = .cancel(
                try fields.ticketID(), try fields.word(.reason, \.word),
                service: try fields.nameIfAny(.service))
        default: return nil
        }
    }

    /// The line of this order under its number.
    func line(number: UInt64) -> LineWriter {
        var line: LineWriter
        switch self {
        case .deal(let ticket):
            line = LineWriter(.deal, number: number)
            line.put(ticket)
        case .withdraw(let ticket):
            line = LineWriter(.withdraw, number: number)
            line.put(.ticket, ticket)
        case .block(let block):
            line = LineWriter(.block, number: number)
            line.put(block)
        case .mark(let day, let series, let through):
            line = LineWriter(.mark, number: number)
            line.put(day: day, series, through: through)
        case .day(let day):
            line = LineWriter(.day, number: number)
            line.put(day)
        case .fence: line = LineWriter(.fenced, number: number)
        case .cancel(let ticket, let reason, let service):
            line = LineWriter(.void, number: number)
            line.put(.ticket, ticket)
            line.put(.reason, word: reason.word)
            if let service { line.put(.service, service) }
        }
        return line
    }
}
