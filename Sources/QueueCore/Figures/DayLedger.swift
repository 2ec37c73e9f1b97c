// SPDX-License-Identifier: Apache-2.0

// Goes through the history once, line by line, and keeps what a day's report is made of. A controller
// that was away tells of a day when the next ones have begun: lines are taken by their ticket's day,
// in whichever day's history they stand.

/// Collects a day's report from the central's history, in the order of its lines.
public struct DayLedger: Sendable {
    /// Where a ticket's stay at a service ended.
    enum End: Sendable { case finished, sentOn, parked, noShow, cancelled }

    /// One wait of a ticket for a service, and the call that ended it.
    struct Visit: Sendable {
        let ticket: TicketID
        let service: Name
        let isIssue: Bool
        let since: HistoryTime
        var place: BoothPlace?
        var calledAt = HistoryTime.unknown
        var endedAt = HistoryTime.unknown
        var end: End?
    }

    /// The day that the report is of.
    public let day: ServiceDay
    private(set) var visits: [Visit] = []
    /// The newest visit of each ticket of the day.
    private var newest = KeyedRows<TicketID, Int>()
    private(set) var links = LinkLedger()
    /// The days that controllers have come to.
    private var reached = KeyedRows<Name, Int32>()

    /// A ledger of a day without any lines.
    public init(day: ServiceDay) { self.day = day }

    /// Whether nothing of the day is to come any more: the history has passed the next day, and these
    /// controllers have told that they passed it too.
    public func isComplete(at line: ServiceDay, controllers: [Name]) -> Bool {
        guard line.count > day.count + 1 else { return false }
        return line.count > day.count + FigureLimits.lateDays
            || controllers.allSatisfy { (reached[$0] ?? 0) > day.count + 1 }
    }

    /// Takes in the next line of the history.
    public mutating func add(_ entry: HistoryEntry, on line: ServiceDay, at time: HistoryTime) {
        if line.count <= day.count { links.add(entry, at: time) }
        switch entry {
        case .fact(let controller, _, let fact): add(fact.record, of: controller, at: time)
        case .issued(let ticket): issued(ticket, at: time)
        case .cancelled(let id, _): end(id, .cancelled, at: time)
        default: break
        }
    }

    private mutating func add(_ fact: Fact, of controller: Name, at time: HistoryTime) {
        switch fact {
        case .issued(let ticket, _): issued(ticket, at: time)
        case .called(let booth, let ticket):
            called(ticket, BoothPlace(controller: controller, booth: booth), at: time)
        case .finished(_, let id): end(id, .finished, at: time)
        case .noShow(_, let id): end(id, .noShow, at: time)
        case .parked(_, let id, _): end(id, .parked, at: time)
        case .cancelled(let id, _): end(id, .cancelled, at: time)
        case .returned(let id):
            if let last = newest[id] { begin(id, visits[last].service, at: time) }
        case .transferred(_, let id, let service, _, _): sentOn(id, to: service, at: time)
        case .undone(_, let uncalled, let restored):
            if let last = uncalled.flatMap({ newest[$0] }) { visits[last].takeBackCall() }
            if let last = restored.flatMap({ newest[$0] }) { visits[last].takeBackEnd() }
        case .dayTurned(let day): reached[controller] = max(reached[controller] ?? 0, day.count)
        default: break
        }
    }

    private mutating func issued(_ ticket: Ticket, at time: HistoryTime) {
        // A fact told again under a new epoch is no new ticket.
        guard ticket.day.count == day.count, newest[ticket.id] == nil else { return }
        begin(ticket.id, ticket.service, at: time, isIssue: true)
    }

    private mutating func sentOn(_ id: TicketID, to service: Name, at time: HistoryTime) {
        guard let last = newest[id].map({ visits[$0] }) else { return }
        // One under a new number waits for its service since that was given out.
        if last.place == nil, last.end == nil, last.service == service { return }
        end(id, .sentOn, at: time)
        begin(id, service, at: time)
    }

    private mutating func begin(
        _ id: TicketID, _ service: Name, at time: HistoryTime, isIssue: Bool = false
    ) {
        newest[id] = visits.count
        visits.append(Visit(ticket: id, service: service, isIssue: isIssue, since: time))
    }

    private mutating func called(_ ticket: Ticket, _ place: BoothPlace, at time: HistoryTime) {
        guard ticket.day.count == day.count else { return }
        let last = newest[ticket.id].map { visits[$0] }
        if last?.end == nil, let standing = last?.place, standing == place { return }
        if last == nil || last?.place != nil || last?.end != nil {
            // Called once more: a no-show who came late, or one whose issue nobody remembers.
            begin(ticket.id, ticket.service, at: .unknown)
        }
        guard let visit = newest[ticket.id] else { return }
        visits[visit].place = place
        visits[visit].calledAt = time
    }

    private mutating func end(_ id: TicketID, _ end: End, at time: HistoryTime) {
        guard let last = newest[id], visits[last].end == nil else { return }
        visits[last].end = end
        visits[last].endedAt = time
    }
}

extension DayLedger.Visit {
    fileprivate mutating func takeBackCall() {
        guard end == nil else { return }
        place = nil
        calledAt = .unknown
    }

    fileprivate mutating func takeBackEnd() {
        end = nil
        endedAt = .unknown
    }

    /// The service that a call ended in, if it did.
    var isServed: Bool { place != nil && (end == .finished || end == .sentOn) }
}
