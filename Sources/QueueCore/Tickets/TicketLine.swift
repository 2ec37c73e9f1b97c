// SPDX-License-Identifier: Apache-2.0

/// Waiting tickets in call order. Whoever is called leaves at the front: nobody behind has to move up,
/// however long the line is.
public struct TicketLine: Sendable {
    /// The tickets, after ``spare`` places that nobody stands in any more.
    private var places: [Ticket]
    /// Places at the front that are free: at most as many as tickets wait, or ``spareMax``.
    private(set) var spare = 0
    /// The services that somebody here waits for, in no order, and how many do.
    public private(set) var services: [(name: Name, count: Int)] = []

    private static let spareMax = 32

    /// A line of these, whatever order they come in.
    init(_ tickets: some Sequence<Ticket>) {
        places = tickets.sorted { $0.precedes($1) }
        for ticket in places { count(ticket.service, 1) }
    }

    /// How many wait for a service.
    func count(of service: Name) -> Int {
        services.first { $0.name == service }?.count ?? 0
    }

    /// Puts a ticket into its place; those on the shorter side of it make room.
    mutating func lineUp(_ ticket: Ticket) { insert(ticket, at: place(of: ticket)) }

    /// Puts a ticket at a place, whoever stands there: in a line as it is to become, where
    /// ``lineUp(_:)`` and ``leave(_:)`` may then not find others.
    mutating func insert(_ ticket: Ticket, at place: Int) {
        count(ticket.service, 1)
        guard spare > 0, place < count / 2 else {
            return places.insert(ticket, at: spare + place)
        }
        spare -= 1
        for index in spare..<spare + place { places[index] = places[index + 1] }
        places[spare + place] = ticket
    }

    /// Takes a ticket out of the line, by its identity.
    mutating func leave(_ id: TicketID) {
        if let place = firstIndex(where: { $0.id == id }) { remove(at: place) }
    }

    /// Takes a ticket out of the line, as it was lined up; whether it was there.
    @discardableResult
    mutating func leave(_ ticket: Ticket) -> Bool {
        guard !isEmpty else { return false }
        // It is the last one of those that it does not precede.
        let place = place(of: ticket) - 1
        guard place >= 0, self[place].id == ticket.id else { return false }
        remove(at: place)
        return true
    }

    /// Takes out who stands at a place; those on the shorter side of it close the gap.
    @discardableResult
    mutating func remove(at place: Int) -> Ticket {
        let ticket = self[place]
        count(ticket.service, -1)
        guard place < count / 2 else {
            places.remove(at: spare + place)
            tidy()
            return ticket
        }
        for index in stride(from: spare + place, to: spare, by: -1) {
            places[index] = places[index - 1]
        }
        spare += 1
        tidy()
        return ticket
    }

    private mutating func count(_ service: Name, _ change: Int) {
        guard let index = services.firstIndex(where: { $0.name == service }) else {
            return services.append((service, change))
        }
        services[index].count += change
        if services[index].count == 0 { services.remove(at: index) }
    }

    private mutating func tidy() {
        guard spare > 0, spare > Self.spareMax ? spare > count : isEmpty else { return }
        places.removeFirst(spare)
        spare = 0
    }

    /// Where a ticket belongs: behind all that precede it.
    private func place(of ticket: Ticket) -> Int {
        guard let last, ticket.precedes(last) else { return count }
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ticket.precedes(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension TicketLine: RandomAccessCollection {
    /// The place of whoever stands first.
    public var startIndex: Int { 0 }
    /// How many wait.
    public var endIndex: Int { places.count - spare }

    /// Who stands at a place.
    public subscript(place: Int) -> Ticket { places[spare + place] }

    /// From the first to the last.
    public func makeIterator() -> IndexingIterator<ArraySlice<Ticket>> {
        places[spare...].makeIterator()
    }
}
