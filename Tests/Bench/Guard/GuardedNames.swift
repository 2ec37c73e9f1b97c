// SPDX-License-Identifier: Apache-2.0

import QueueCore

/// Names, numbers and tickets of what is counted.
enum GuardedNames {
    static let day = ServiceDay(20_000)

    static func hall(_ place: Int) -> Name { name("hall-\(place)") }

    static func service(_ place: Int) -> Name { name("service-\(place)") }

    static func controller(_ place: Int) -> Name { name("board-\(place)") }

    static func series(_ place: Int) -> Series {
        guard let letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".dropFirst(place).first,
            let series = Series(String(letter))
        else { preconditionFailure("there are 26 series") }
        return series
    }

    /// The ticket that was issued as the `rank`th, of a service; numbers come again after 999.
    static func ticket(_ rank: Int, of service: Int, value: Int? = nil) -> Ticket {
        let value = ((value ?? rank) - 1) % 999 + 1
        let digits = String(1_000 + value).dropFirst()
        guard let number = TicketNumber("\(series(service))\(digits)") else {
            preconditionFailure("\(value) is within 1 to 999")
        }
        return Ticket(
            id: TicketID(issuer: .central, run: Epoch(random: 5), serial: UInt32(rank)),
            number: number, day: day, service: self.service(service), rank: UInt64(rank))
    }

    private static func name(_ text: String) -> Name {
        guard let name = Name(text) else { preconditionFailure("\(text) is no name") }
        return name
    }
}
