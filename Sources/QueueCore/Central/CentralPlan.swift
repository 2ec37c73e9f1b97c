// SPDX-License-Identifier: Apache-2.0

// The central as configured, what goes into its machine and what comes out.

/// A controller as the central's configuration has it.
public struct ControllerEntry: Hashable, Sendable {
    /// The controller's name.
    public var name: Name
    /// The series it numbers in when all its blocks are used up; nobody else has it. Nil where there are
    /// more controllers than letters: then it gives out no more until it has met the central again.
    public var localSeries: Series?

    /// A controller and its local series.
    public init(name: Name, localSeries: Series? = nil) {
        self.name = name
        self.localSeries = localSeries
    }
}

/// A hall: booths that share waiting patients.
public struct HallPlan: Hashable, Sendable {
    /// The hall's name.
    public var name: Name
    /// The controllers in it.
    public var controllers: [ControllerEntry]

    /// A hall and its controllers.
    public init(name: Name, controllers: [ControllerEntry]) {
        self.name = name
        self.controllers = controllers
    }
}

/// The central as configured.
public struct CentralPlan: Hashable, Sendable {
    /// The halls.
    public var halls: [HallPlan]
    /// The services, each of one hall.
    public var services: [Service]
    /// Clinics and doctors who can be booked; their doctors follow ``schedule``.
    public let appointments: AppointmentPlan
    /// When services are open.
    public let schedule: Schedule

    /// How long a visit is expected to take, by service, until the day's own are known.
    public var visits: [Name: TimeSpan] = [:]

    /// The central as configured.
    public init(
        halls: [HallPlan], services: [Service], appointments: AppointmentPlan = .none,
        schedule: Schedule = .always
    ) {
        self.appointments = appointments.following(schedule)
        self.halls = halls
        self.services = services
        self.schedule = schedule
    }
}

/// What an operator, or a program on the central's own socket, asks for.
public enum CentralCommand: Hashable, Sendable {
    case take(service: Name, priority: PriorityClass)
    case fence(Name)
    case cancel(TicketNumber)
    /// The operator says that this service day has indeed begun.
    case turnDay(ServiceDay)
    case appointments(AppointmentCommand)
}

/// Something that happened to the central.
public enum CentralInput: Hashable, Sendable {
    /// Somebody connected.
    case connected(LinkID)
    /// Right after it connected: the link is encrypted, and was opened with this key.
    case identified(LinkID, KeyHolder)
    /// A key is no longer valid.
    case revoked(KeyHolder)
    /// Somebody said something; `random` serves if a new epoch must begin.
    case message(LinkID, ClientMessage, random: UInt32)
    /// A connection is gone.
    case disconnected(LinkID)
    /// Somebody asked for something on the central's own socket.
    case command(CentralCommand, RequestID)
    /// The wall clock, every few seconds: the date and the time of day.
    case clock(today: ServiceDay, at: LocalTime = .midnight, isTrusted: Bool)
    /// The wall clock in seconds, now and then; unknown when it is not known to be right.
    case time(WallTime)
    /// The deadline of ``CentralMachine/deadline`` has come.
    case tick
}

/// Something worth a line in the log.
public enum CentralEvent: Hashable, Sendable {
    case history(HistoryEntry)
    case complaint(LinkID, Name?, Complaint, detail: String)
    case newEpoch(Name, Epoch)
    case reported(Name, tickets: Int, lost: Int)
    case unfenced(Name)
    case seriesExhausted(Series)
    case localSeriesExhausted(Name)
    case clockBehind(today: ServiceDay, day: ServiceDay)
    case clockRefused(today: ServiceDay, day: ServiceDay)
    case settled
    case orphaned(Int)
}

/// What the central does after a step's changes are on disk.
public enum CentralEffect: Hashable, Sendable {
    case send(LinkID, CentralMessage)
    /// To each of these links: a hall of many is told one thing.
    case sendAll([LinkID], CentralMessage)
    case close(LinkID, Complaint)
    case reply(RequestID, Reply)
    case event(CentralEvent)
}

/// What a step of the central's machine asks for: first the changes, in one transaction; when they
/// are durable, and only then, the effects, in order.
public struct CentralOutput: Hashable, Sendable {
    /// To be made durable, all or none.
    public var changes: [CentralChange] = []
    /// To be carried out after that.
    public var effects: [CentralEffect] = []

    /// The effects, with what goes to several links as one for each.
    public var singleEffects: [CentralEffect] {
        effects.flatMap { effect -> [CentralEffect] in
            guard case .sendAll(let ids, let message) = effect else { return [effect] }
            return ids.map { .send($0, message) }
        }
    }

    /// Nothing to do.
    public init() {}

    /// Begins a new step, in the room of the last one's answer.
    mutating func empty() {
        if !changes.isEmpty { changes.removeAll(keepingCapacity: true) }
        if !effects.isEmpty { effects.removeAll(keepingCapacity: true) }
    }
}

extension CentralInput {
    /// The question that waits for a reply.
    public var request: RequestID? {
        if case .command(_, let request) = self { request } else { nil }
    }
}
