// SPDX-License-Identifier: Apache-2.0

// Whose turn it is at a booth. Higher classes go first, but a class that was passed over a few times
// is due: so nobody starves behind a stream of more urgent ones, and only a class that is due goes
// before an emergency.
//
// The bound: let a line be the tickets of one service and class. Each call at a booth that had to
// choose counts for the first line of every class that it passes over, and a line that is called
// begins again at 0. A line is due at `plan.passedOverMax`; of the lines that are due the one
// passed over most goes first. A line can only be counted beyond the limit by a call of another one
// that was passed over as often, which then begins again, so at most Q − j lines ever reach
// limit + j: no line is passed over more than limit + Q − 1 times, Q being the services of the
// controller's booths times the classes.

/// The tickets of one class that wait for one service, in all trays of a hall: whose turn has come.
public struct DueLine: Hashable, Sendable {
    /// The service that they wait for.
    public let service: Name
    /// Their class.
    public let priority: PriorityClass

    /// A line.
    public init(service: Name, priority: PriorityClass) {
        self.service = service
        self.priority = priority
    }
}

/// How often the head of a line was passed over since the line was last called.
public struct PassedOver: Hashable, Sendable {
    /// The service that the line waits for.
    public let service: Name
    /// The class of the line.
    public let priority: PriorityClass
    /// The calls that went to other classes.
    public var calls: UInt16

    /// A count.
    public init(service: Name, priority: PriorityClass, calls: UInt16) {
        self.service = service
        self.priority = priority
        self.calls = calls
    }
}

extension BidirectionalCollection<Ticket> {
    /// Of a line in call order the ticket of each class that a booth would call first, the most urgent
    /// class first: by the booth's preference among services, then as they stand.
    func heads(for services: BoothServices) -> [Ticket] {
        var heads: [Ticket] = []
        var best: (ticket: Ticket, place: Int)?
        for ticket in self {
            if let first = best, first.ticket.priority != ticket.priority {
                heads.append(first.ticket)
                best = nil
            }
            if best?.place == 0 {
                // Only a lower class, if there is one, can bring anything yet.
                if ticket.priority == last?.priority { break }
                continue
            }
            guard let place = services.firstIndex(of: ticket.service) else { continue }
            if place < best?.place ?? services.count { best = (ticket, place) }
        }
        if let best { heads.append(best.ticket) }
        return heads
    }
}

extension ControllerMachine {
    /// The ticket whose turn it is at a booth, or nil when nobody waits for it; what it passes over is
    /// counted. The ticket stays in the tray.
    mutating func takeTurn(_ index: Int) -> Ticket? {
        let heads = tray.heads(for: booths[index].record.services)
        guard let first = heads.first else { return nil }
        guard heads.count > 1 || !passedOver.isEmpty else { return first }
        let chosen = due(heads) ?? first
        for head in heads {
            count(head, as: head.id == chosen.id ? 0 : min(callsPassing(head), .max - 1) + 1)
        }
        return chosen
    }

    /// The line that is due at a booth, if one is: whoever is first in it goes before any other.
    func dueLine(_ index: Int) -> DueLine? {
        guard !passedOver.isEmpty else { return nil }
        return due(tray.heads(for: booths[index].record.services)).map {
            DueLine(service: $0.service, priority: $0.priority)
        }
    }

    private func due(_ heads: [Ticket]) -> Ticket? {
        var chosen: Ticket?
        var most: UInt16 = 0
        for head in heads {
            let calls = callsPassing(head)
            if calls >= plan.passedOverMax, calls > most { (chosen, most) = (head, calls) }
        }
        return chosen
    }

    /// A ticket is called without a choice: its line has been called like any other.
    mutating func beginAnew(lineOf ticket: Ticket) { count(ticket, as: 0) }

    /// How many calls passed over the line that a ticket heads.
    func callsPassing(_ head: Ticket) -> UInt16 {
        passedOver.first { $0.service == head.service && $0.priority == head.priority }?.calls ?? 0
    }

    private mutating func count(_ head: Ticket, as calls: UInt16) {
        let count = PassedOver(service: head.service, priority: head.priority, calls: calls)
        let place = passedOver.firstIndex {
            $0.service == head.service && $0.priority == head.priority
        }
        if let place {
            guard passedOver[place].calls != calls else { return }
            passedOver[place] = count
        } else {
            guard calls > 0 else { return }
            passedOver.append(count)
        }
        output.changes.append(.passedOver(count))
    }
}
