// SPDX-License-Identifier: Apache-2.0

// A fact, an order or a history line as columns that a person can read and search: its kind as a
// word, the booth, the ticket's identity, number and service where the record names them, and the
// rest as a ``Detail``. The words are part of the database's format: a change of them needs a new
// step.

import QueueCore

/// The columns that the records of all logs share.
struct RecordText: Hashable {
    /// The names of the columns, in the order in which they are written.
    static let columns = ["kind", "booth", "ticket", "ticket_number", "service", "detail"]

    /// What kind of record it is, in a word.
    var kind: String
    /// The booth where it happened.
    var booth: BoothNumber?
    /// The ticket that it happened to.
    var ticket: TicketID?
    /// The ticket's number, when the record tells the ticket in full.
    var number: TicketNumber?
    /// The service that the ticket waits for from now on.
    var service: Name?
    /// Everything else.
    var detail = Detail()

    /// A record about a booth, a ticket, both or neither.
    init(_ kind: String, booth: BoothNumber? = nil, ticket: TicketID? = nil) {
        self.kind = kind
        self.booth = booth
        self.ticket = ticket
    }

    /// A record that tells a ticket in full.
    init(_ kind: String, booth: BoothNumber? = nil, whole ticket: Ticket) {
        self.init(kind, booth: booth, ticket: ticket.id)
        number = ticket.number
        service = ticket.service
        detail.add(ticket)
    }

    /// A record that tells a block of numbers.
    init(_ kind: String, _ block: Block) {
        self.init(kind)
        service = block.service
        detail.add("day", block.day)
        detail.add("series", block.series)
        detail.add("first", block.first)
        detail.add("last", block.last)
        detail.add("next", block.next)
    }

    /// A record that tells how far a series is given out.
    init(_ kind: String, day: ServiceDay, series: Series, through: UInt16) {
        self.init(kind)
        detail.add("day", day)
        detail.add("series", series)
        detail.add("through", through)
    }

    /// A record that tells a service day.
    init(_ kind: String, _ day: ServiceDay) {
        self.init(kind)
        detail.add("day", day)
    }

    /// A record from the columns of a row.
    init(_ row: inout RowReader) throws(BadRow) {
        kind = try row.text()
        booth = try row.integerIfAny()
        ticket = try row.ticketIDIfAny()
        number = try row.numberIfAny()
        service = try row.nameIfAny()
        detail = Detail(text: try row.text())
    }

    /// Adds the columns to a row.
    func add(to row: inout RowWriter) {
        row.add(kind)
        row.add(booth)
        row.add(ticket)
        row.add(number)
        row.add(service)
        row.add(detail.text)
    }

    /// An error for a column that the kind needs and the row lacks.
    func lacks(_ column: String) -> BadRow { BadRow(what: "no \(column) in a record \"\(kind)\"") }

    /// The booth, which the kind needs.
    func theBooth() throws(BadRow) -> BoothNumber {
        guard let booth else { throw lacks("booth") }
        return booth
    }

    /// The ticket's identity, which the kind needs.
    func theTicket() throws(BadRow) -> TicketID {
        guard let ticket else { throw lacks("ticket") }
        return ticket
    }

    /// The ticket's number, which the kind needs.
    func theNumber() throws(BadRow) -> TicketNumber {
        guard let number else { throw lacks("ticket_number") }
        return number
    }

    /// The service, which the kind needs.
    func theService() throws(BadRow) -> Name {
        guard let service else { throw lacks("service") }
        return service
    }

    /// The ticket told in full.
    func wholeTicket() throws(BadRow) -> Ticket {
        Ticket(
            id: try theTicket(), number: try theNumber(), day: try detail.day(),
            service: try theService(),
            priority: try detail.value("class") { PriorityClass(word: $0) },
            rank: try detail.value("rank") { UInt64($0) },
            returned: detail.flag("returned"), dealtAgain: detail.flag("dealt-again"),
            sender: try detail.valueIfAny("sender") { Name($0) })
    }

    /// The block of numbers.
    func block() throws(BadRow) -> Block {
        Block(
            day: try detail.day(), series: try detail.series(), service: service,
            first: try detail.value("first") { UInt16($0) },
            last: try detail.value("last") { UInt16($0) },
            next: try detail.value("next") { UInt16($0) })
    }
}
