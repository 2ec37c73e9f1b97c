// SPDX-License-Identifier: Apache-2.0

// Tickets and blocks as groups of keys; several verbs carry them.
import QueueCore

extension Fields {
    func wholeTicket() throws(LineError) -> Ticket {
        Ticket(
            id: try ticketID(), number: try ticketNumber(), day: try day(),
            service: try name(.service), priority: try priority(), rank: try count(.rank),
            returned: try flag(.returned), dealtAgain: try flag(.again),
            sender: try nameIfAny(.sender))
    }

    /// A block, whose values must stand in order: first ≤ next ≤ last + 1.
    func block() throws(LineError) -> Block {
        let values = 1...Limits.numberValueMax
        let first = try small(.first, in: values)
        let last = try small(.last, in: values)
        guard first <= last else { throw badValue(.last, "first at least") }
        let next = try small(.next, in: 1...Limits.numberValueMax + 1, default: first)
        guard first <= next, next <= last + 1 else {
            throw badValue(.next, "from first to last + 1")
        }
        return Block(
            day: try day(), series: try series(), service: try nameIfAny(.service), first: first,
            last: last, next: next)
    }

    /// The value up to which a series is given out.
    func through() throws(LineError) -> UInt16 {
        try small(.through, in: 0...Limits.numberValueMax)
    }
}

extension LineWriter {
    mutating func put(_ ticket: Ticket) {
        put(.ticket, ticket.id)
        put(ticket.number)
        put(ticket.day)
        put(.service, ticket.service)
        put(.priority, word: ticket.priority.word)
        put(.rank, ticket.rank)
        putIfSet(.returned, ticket.returned)
        putIfSet(.again, ticket.dealtAgain)
        if let sender = ticket.sender { put(.sender, sender) }
    }

    mutating func put(_ block: Block) {
        put(block.day)
        put(block.series)
        if let service = block.service { put(.service, service) }
        put(.first, block.first)
        put(.last, block.last)
        if block.next != block.first { put(.next, block.next) }
    }

    mutating func put(day: ServiceDay, _ series: Series, through: UInt16) {
        put(day)
        put(series)
        put(.through, through)
    }
}
