// SPDX-License-Identifier: Apache-2.0

/// Waiting tickets in call order. Whoever is called leaves at the front: nobody behind has to move up,
/// however long the line is.
public struct TicketLine: Sendable {
    /// The tickets, after ``spare`` places that nobody stands in any more.
    private var places: [Ticket]
    /// Places at the front that are free: at most as many as tickets wait, or ``spareMax``.
    private(set) var spare = 0

    private static let spareMax = 32

    /// A line of these, whatever order they come in.
    init(_ tickets: some Sequence<Ticket>) {
        places = tickets.sorted { $0.precedes($1) }
    }

    /// Puts a ticket into its place; those on the shorter side of it make room.
    mutating func lineUp(_ ticket: Ticket) {
        let place = place(of: ticket)
        guard spare > 0, place < count / 2 else {
            return places.insert(ticket, at: spare + place)
        }
        spare -= 1
        for index in spare..<spare + place { places[index] = places[index + 1] }
        places[spare + place] = ticket
    }

    /// Takes a ticket out of the line; those on the shorter side of it close the gap.
    mutating func leave(_ id: TicketID) {
        guard let place = firstIndex(where: { $0.id == id }) else { return }
        guard place < count / 2 else {
            places.remove(at: spare + place)
            return tidy()
        }
        for index in stride(from: spare + place, to: spare, by: -1) {
            places[index] = places[index - 1]
        }
        spare += 1
        tidy()
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
