// SPDX-License-Identifier: Apache-2.0

// The groups of columns that both machines' tables have: a ticket, a block, a booth, a list.

import QueueCore

extension RowWriter {
    mutating func add(_ ticket: Ticket) {
        add(ticket.id)
        add(ticket.number)
        add(ticket.day)
        add(ticket.service)
        add(ticket.priority.word)
        add(ticket.rank)
        add(ticket.returned)
        add(ticket.dealtAgain)
        add(ticket.sender)
    }

    mutating func add(_ block: Block) {
        add(block.day)
        add(block.series)
        add(block.service)
        add(block.first)
        add(block.last)
        add(block.next)
    }

    mutating func add(_ booth: BoothRecord) {
        add(booth.number)
        add(booth.isOpen)
        add(listText(Array(booth.services)))
        add(booth.current)
    }

    mutating func add(_ holder: Holder) { add(holder.controller) }
}

extension RowReader {
    mutating func ticket() throws(BadRow) -> Ticket {
        Ticket(
            id: try ticketID(), number: try number(), day: try day(), service: try name(),
            priority: try parsed { PriorityClass(word: $0) }, rank: try counter(),
            returned: try flag(), dealtAgain: try flag(), sender: try nameIfAny())
    }

    mutating func block() throws(BadRow) -> Block {
        Block(
            day: try day(), series: try series(), service: try nameIfAny(),
            first: try integer(), last: try integer(), next: try integer())
    }

    mutating func booth() throws(BadRow) -> BoothRecord {
        BoothRecord(
            number: try integer(), isOpen: try flag(),
            services: try parsed { list($0) { Name($0) }.flatMap { BoothServices(exactly: $0) } },
            current: try ticketIDIfAny())
    }

    mutating func holder() throws(BadRow) -> Holder {
        if let name = try nameIfAny() { .controller(name) } else { .central }
    }
}

/// Values with commas between, which none of them contains; nothing for none.
func listText(_ values: [some CustomStringConvertible]) -> String {
    values.map(\.description).joined(separator: ",")
}

/// The values of a list's text, or nil when one of them is none.
func list<Value>(_ text: some StringProtocol, _ parse: (String) -> Value?) -> [Value]? {
    guard !text.isEmpty else { return [] }
    var values: [Value] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let value = parse(String(part)) else { return nil }
        values.append(value)
    }
    return values
}

/// A copied log as `EPOCH:THROUGH`.
func copyText(_ log: CopiedLog) -> String { "\(log.epoch):\(log.through)" }

/// The copied log of a text, or nil.
func copy(_ text: String) -> CopiedLog? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let epoch = Epoch(String(parts[0])), let through = UInt64(parts[1])
    else { return nil }
    return CopiedLog(epoch: epoch, through: through)
}
