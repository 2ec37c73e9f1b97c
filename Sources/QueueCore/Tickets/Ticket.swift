// SPDX-License-Identifier: Apache-2.0

/// A priority class; a higher one is called first.
public enum PriorityClass: UInt8, CaseIterable, Comparable, Sendable {
    case normal = 0
    case elderly = 1
    case disabled = 2
    case emergency = 3

    /// The word of the class on the wire and in configuration.
    public var word: String {
        switch self {
        case .normal: "normal"
        case .elderly: "elderly"
        case .disabled: "disabled"
        case .emergency: "emergency"
        }
    }

    /// A class from its word, or nil.
    public init?(word: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = found
    }

    /// By urgency.
    public static func < (left: PriorityClass, right: PriorityClass) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A patient's place in a queue.
public struct Ticket: Hashable, Sendable {
    /// Who the ticket is, for ever.
    public let id: TicketID
    /// What is on the slip and on displays.
    public let number: TicketNumber
    /// The service day that the number belongs to.
    public let day: ServiceDay
    /// The queue that the ticket stands in now.
    public var service: Name
    /// The priority class.
    public var priority: PriorityClass
    /// The order of issue: a count that controllers and central keep together, never a clock.
    public var rank: UInt64
    /// Back from a timed absence: goes before the others of its class.
    public var returned: Bool
    /// Dealt a second time, because the controller that had it lost its memory.
    public var dealtAgain: Bool
    /// The service that sent it here; nil when it came by itself.
    public var sender: Name?

    /// A ticket from its parts.
    public init(
        id: TicketID, number: TicketNumber, day: ServiceDay, service: Name,
        priority: PriorityClass = .normal, rank: UInt64, returned: Bool = false,
        dealtAgain: Bool = false, sender: Name? = nil
    ) {
        self.id = id
        self.number = number
        self.day = day
        self.service = service
        self.priority = priority
        self.rank = rank
        self.returned = returned
        self.dealtAgain = dealtAgain
        self.sender = sender
    }

    /// Whether this ticket is called before `other` when a booth serves both alike: by class, then the
    /// returned ones, then the order of issue.
    public func precedes(_ other: Ticket) -> Bool {
        if priority != other.priority { return priority > other.priority }
        if returned != other.returned { return returned }
        if rank != other.rank { return rank < other.rank }
        return id < other.id
    }
}

extension [Ticket] {
    /// Puts a ticket into its place in a line that stands in call order.
    mutating func lineUp(_ ticket: Ticket) {
        append(ticket)
        var place = endIndex - 1
        while place > startIndex, ticket.precedes(self[place - 1]) {
            swapAt(place, place - 1)
            place -= 1
        }
    }

    /// Takes a ticket out of the line.
    mutating func leave(_ id: TicketID) {
        if let place = firstIndex(where: { $0.id == id }) { remove(at: place) }
    }
}

extension Sequence<Ticket> {
    /// The ticket of a line in call order whose turn it is at a booth that serves `services`: by class,
    /// then by the booth's preference among services, then returned ones, then in order of issue.
    func next(for services: BoothServices) -> Ticket? {
        var best: (ticket: Ticket, place: Int)?
        // What comes later in the line is better only by the booth's preference.
        for ticket in self {
            if let best, best.place == 0 || best.ticket.priority > ticket.priority { break }
            guard let place = services.firstIndex(of: ticket.service) else { continue }
            if place < best?.place ?? services.count { best = (ticket, place) }
        }
        return best?.ticket
    }
}

/// Where a ticket is in its life.
public enum TicketState: UInt8, CaseIterable, Sendable {
    case waiting = 0
    case called = 1
    case parked = 2
    case finished = 3
    case noShow = 4
    case transferred = 5
    case cancelled = 6
    /// On its way to the next service, and kept back until the press can't be taken back.
    case moving = 7

    /// The word of the state on the wire, in JSON and in tables.
    public var word: String {
        switch self {
        case .waiting: "waiting"
        case .called: "called"
        case .parked: "parked"
        case .finished: "finished"
        case .noShow: "no-show"
        case .transferred: "transferred"
        case .cancelled: "cancelled"
        case .moving: "moving"
        }
    }

    /// A state from its word, or nil.
    public init?(word: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = found
    }

    /// Whether somebody still expects something of the ticket.
    public var isAlive: Bool {
        self == .waiting || self == .called || self == .parked || self == .moving
    }

    /// Whether others are ever told of it: the rest is over before anything is said.
    public var isTold: Bool { self != .moving }
}

/// Why a ticket was cancelled.
public enum CancelReason: UInt8, CaseIterable, Sendable {
    case dayEnd = 0
    case byClerk = 1
    case bySupervisor = 2
    case sessionEnd = 3
    /// The press that had made the ticket was taken back.
    case undone = 4
    case notPrinted = 5

    /// The word of the reason on the wire.
    public var word: String {
        switch self {
        case .dayEnd: "day-end"
        case .byClerk: "by-clerk"
        case .bySupervisor: "by-supervisor"
        case .sessionEnd: "session-end"
        case .undone: "undone"
        case .notPrinted: "not-printed"
        }
    }

    /// A reason from its word, or nil.
    public init?(word: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = found
    }
}
