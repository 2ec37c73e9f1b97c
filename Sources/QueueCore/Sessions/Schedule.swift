// SPDX-License-Identifier: Apache-2.0

// When a clinic works. Everything here is a function of a date and a minute of the day: central and
// controllers that have the same schedule come to the same answer without a word between them.

/// A time of the week in which services are open, such as the morning.
public struct SessionPlan: Hashable, Sendable {
    /// The session's name.
    public var name: Name
    /// The days of the week that have it.
    public var days: Weekdays
    /// When services open.
    public var opens: LocalTime
    /// When they close.
    public var closes: LocalTime

    /// A session, which must close after it opens.
    public init(name: Name, days: Weekdays, opens: LocalTime, closes: LocalTime) {
        precondition(opens < closes, "a session that closes before it opens")
        self.name = name
        self.days = days
        self.opens = opens
        self.closes = closes
    }

    /// Whether it has minutes in common with another on some day of the week.
    public func overlaps(_ other: SessionPlan) -> Bool {
        !days.isDisjoint(with: other.days) && opens < other.closes && other.opens < closes
    }
}

/// What becomes of those who still wait when a session is over.
public enum ClosingRule: String, CaseIterable, Sendable {
    /// They wait on, and are called in this session's overtime or in the next one.
    case carry
    /// Their tickets are void, with the reason told.
    case cancel
}

/// How one service follows the clinic's sessions.
public struct ServiceHours: Hashable, Sendable {
    /// The service.
    public var service: Name
    /// The names of its sessions; a service without hours is open all day, every day.
    public var sessions: [Name]
    /// What becomes of those who wait at a session's end.
    public var closing: ClosingRule
    /// Whether its numbers begin anew with each session, not only with each day.
    public var restarts: Bool
    /// Whether it works on holidays too.
    public var onHolidays: Bool

    /// The hours of a service.
    public init(
        service: Name, sessions: [Name], closing: ClosingRule = .carry, restarts: Bool = false,
        onHolidays: Bool = false
    ) {
        self.service = service
        self.sessions = sessions
        self.closing = closing
        self.restarts = restarts
        self.onHolidays = onHolidays
    }
}

/// A session on one day, as a service has it.
public struct Sitting: Hashable, Sendable {
    /// The day (its part is 0).
    public let day: ServiceDay
    /// The session.
    public let session: Name
    /// From when tickets are given out for it.
    public let ticketsFrom: LocalTime
    /// When it opens.
    public let opens: LocalTime
    /// When it closes: no ticket is given out from then on.
    public let closes: LocalTime
    /// When what still waits is carried or cancelled.
    public let ends: LocalTime
}

/// The clinic's sessions, holidays and the hours of its services.
public struct Schedule: Hashable, Sendable {
    /// The sessions, by opening time.
    public private(set) var sessions: [SessionPlan]
    /// Days on which only services that work on holidays are open.
    public private(set) var holidays: Set<ServiceDay>
    /// The hours of services; one that is not here is always open.
    public private(set) var hours: [ServiceHours]
    /// How long before it opens a session's tickets are given out, in minutes.
    public var leadMinutes: Int
    /// How long after closing time those who wait are still called, before they are carried or
    /// cancelled, in minutes.
    public var graceMinutes: Int
    /// The sessions that numbers restart with, by opening time; empty when they restart by day.
    private var numbered: [SessionPlan]

    /// A schedule. Sessions that a service names and the schedule does not have are never held.
    public init(
        sessions: [SessionPlan] = [], holidays: some Sequence<ServiceDay> = [],
        hours: [ServiceHours] = [], leadMinutes: Int = 0, graceMinutes: Int = 0
    ) {
        self.sessions = sessions.sorted { ($0.opens, $0.name) < ($1.opens, $1.name) }
        self.holidays = Set(holidays.map(\.whole))
        self.hours = hours
        self.leadMinutes = leadMinutes
        self.graceMinutes = graceMinutes
        let names = Set(hours.filter(\.restarts).flatMap(\.sessions))
        numbered = self.sessions.filter { names.contains($0.name) }
    }

    /// Everything is always open.
    public static let always = Schedule()

    /// The hours of a service, or nil when it is always open.
    public func hours(of service: Name) -> ServiceHours? {
        hours.first { $0.service == service }
    }

    /// Whether a service's numbers begin anew with each session.
    public func restarts(_ service: Name) -> Bool { hours(of: service)?.restarts == true }

    /// Whether the day is in the list of holidays.
    public func isHoliday(_ day: ServiceDay) -> Bool { holidays.contains(day.whole) }

    /// The sittings of a service on a day, in order; empty when it stays closed. A service without
    /// hours has one that lasts all day and never ends.
    public func sittings(of service: Name, on day: ServiceDay) -> [Sitting] {
        guard let hours = hours(of: service) else {
            return [
                Sitting(
                    day: day.whole, session: service, ticketsFrom: .midnight, opens: .midnight,
                    closes: .end, ends: .end)
            ]
        }
        guard hours.onHolidays || !isHoliday(day) else { return [] }
        let weekday = Weekday(day)
        let held = sessions.filter {
            $0.days.contains(weekday) && hours.sessions.contains($0.name)
        }
        return held.indices.map { place in
            let session = held[place]
            // Where numbers start over, also not before those of another service's session have ended.
            let earlier = hours.restarts ? numbered.filter { $0.days.contains(weekday) } : held
            let before =
                earlier.last { $0.opens < session.opens }.map(\.closes) ?? .midnight
            let after =
                place + 1 < held.count
                ? max(session.closes, held[place + 1].opens + -leadMinutes) : .end
            return Sitting(
                day: day.whole, session: session.name,
                ticketsFrom: min(session.opens, max(before, session.opens + -leadMinutes)),
                opens: session.opens, closes: session.closes,
                ends: min(after, session.closes + graceMinutes, .lastMinute))
        }
    }

    /// The sitting that tickets of a service are given out for at a time, or nil when it is closed.
    public func sitting(of service: Name, on day: ServiceDay, at time: LocalTime) -> Sitting? {
        sittings(of: service, on: day).first { $0.ticketsFrom <= time && time < $0.closes }
    }

    /// The next sitting of a service that tickets are not given out for yet; nil when there is none
    /// within ``Limits/openingSearchMax`` days.
    public func nextSitting(
        of service: Name, after day: ServiceDay, at time: LocalTime
    ) -> Sitting? {
        if let later = sittings(of: service, on: day).first(where: { $0.ticketsFrom > time }) {
            return later
        }
        var next = day.whole
        for _ in 0..<Limits.openingSearchMax {
            next = ServiceDay(next.count + 1)
            if let first = sittings(of: service, on: next).first { return first }
        }
        return nil
    }

    /// The sittings that end in a span of a day's minutes, `after` excluded and `through` included,
    /// with their services.
    public func endings(
        on day: ServiceDay, after: LocalTime, through: LocalTime
    ) -> [(hours: ServiceHours, sitting: Sitting)] {
        hours.flatMap { hours in
            sittings(of: hours.service, on: day)
                .filter { after < $0.ends && $0.ends <= through }
                .map { (hours, $0) }
        }
    }

    /// The service day of a date and a minute: its part is 0 when no numbers restart within the day,
    /// else the place of the session that numbers are given out for, from 1.
    public func serviceDay(on day: ServiceDay, at time: LocalTime) -> ServiceDay {
        guard !numbered.isEmpty else { return day.whole }
        let weekday = Weekday(day)
        var part = 1
        var closed = LocalTime.midnight
        for (place, session) in numbered.enumerated() where session.days.contains(weekday) {
            let begins = min(session.opens, max(closed, session.opens + -leadMinutes))
            if begins <= time { part = place + 1 }
            closed = session.closes
        }
        return ServiceDay(day.count, part: UInt8(clamping: part))
    }

    /// The service day after one: the next session's on the same date, or the next date's first.
    public func next(after day: ServiceDay) -> ServiceDay {
        guard day.part > 0 || !numbered.isEmpty else { return day.next }
        let weekday = Weekday(day)
        for (place, session) in numbered.enumerated()
        where place >= Int(day.part) && session.days.contains(weekday) {
            return ServiceDay(day.count, part: UInt8(clamping: place + 1))
        }
        return serviceDay(on: ServiceDay(day.count + 1), at: .midnight)
    }
}
