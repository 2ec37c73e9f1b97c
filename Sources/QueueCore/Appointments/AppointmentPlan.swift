// SPDX-License-Identifier: Apache-2.0

// Clinics and doctors as configured, and what follows from that for a date: who sits when, with how
// many slots, and which of them are kept for people without an appointment.

/// A doctor who can be booked.
public struct DoctorPlan: Hashable, Sendable {
    /// The doctor's code; no two of a central share one.
    public var code: DoctorCode
    /// The clinic's sessions that the doctor holds.
    public var sessions: [Name]
    /// The days of the week, of those that the sessions have.
    public var days: Weekdays
    /// Minutes from one slot to the next.
    public var visitMinutes: Int
    /// Slots of a session; nil for as many as there is time for.
    public var capacity: Int?
    /// Slots of a session that are kept for people without an appointment.
    public var walkIns: Int

    /// A doctor.
    public init(
        code: DoctorCode, sessions: [Name], days: Weekdays = .all, visitMinutes: Int = 8,
        capacity: Int? = nil, walkIns: Int = 0
    ) {
        precondition(code >= 1 && visitMinutes >= 1 && walkIns >= 0, "a doctor that can't be")
        self.code = code
        self.sessions = sessions
        self.days = days
        self.visitMinutes = visitMinutes
        self.capacity = capacity
        self.walkIns = walkIns
    }
}

/// Doctors who are booked under one code.
public struct ClinicPlan: Hashable, Sendable {
    /// The clinic's code.
    public var code: ClinicCode
    /// The service that a patient with an appointment gets a ticket for.
    public var service: Name
    /// How long before the appointment a code is taken, in minutes.
    public var earlyMinutes: Int
    /// How long after it, in minutes.
    public var lateMinutes: Int
    /// The doctors.
    public var doctors: [DoctorPlan]

    /// A clinic.
    public init(
        code: ClinicCode, service: Name, earlyMinutes: Int = 60, lateMinutes: Int = 15,
        doctors: [DoctorPlan]
    ) {
        self.code = code
        self.service = service
        self.earlyMinutes = earlyMinutes
        self.lateMinutes = lateMinutes
        self.doctors = doctors
    }
}

/// A session of a doctor on a date.
public struct DoctorSession: Hashable, Comparable, Sendable {
    /// The doctor.
    public var doctor: DoctorCode
    /// The date; its part is 0.
    public var date: ServiceDay
    /// The clinic's session.
    public var session: Name

    /// A session of a doctor.
    public init(doctor: DoctorCode, date: ServiceDay, session: Name) {
        self.doctor = doctor
        self.date = date
        self.session = session
    }

    /// By date, then session and doctor.
    public static func < (left: DoctorSession, right: DoctorSession) -> Bool {
        (left.date, left.session, left.doctor) < (right.date, right.session, right.doctor)
    }
}

extension DoctorSession: RowKey {
    /// All three parts.
    public var hint: UInt64 {
        session.hint &+ UInt64(UInt32(bitPattern: date.count)) << 16 | UInt64(doctor)
    }
}

/// A doctor's session with its hours and slots.
public struct DoctorSitting: Hashable, Sendable {
    /// Which session it is.
    public let key: DoctorSession
    /// When it begins.
    public let opens: LocalTime
    /// When it ends.
    public let closes: LocalTime
    /// How many slots it has.
    public let capacity: Int
    /// How many of them are kept for people without an appointment.
    public let walkIns: Int
    /// Minutes from one slot to the next, unless so many slots need less.
    let visitMinutes: Int

    /// When a slot begins; slots count from 0.
    public func time(of slot: Int) -> LocalTime {
        let length = Int(closes.minute) - Int(opens.minute)
        return opens + min(slot * visitMinutes, slot * length / capacity)
    }

    /// Whether a slot may be booked; those that may not are spread evenly over the session.
    public func isBookable(_ slot: Int) -> Bool {
        let bookable = capacity - walkIns
        return (slot + 1) * bookable / capacity > slot * bookable / capacity
    }

    /// How many slots may be booked.
    public var bookable: Int { capacity - walkIns }
}

/// Everything about appointments that is configured.
public struct AppointmentPlan: Hashable, Sendable {
    /// The clinics.
    public var clinics: [ClinicPlan]
    /// The sessions and holidays that doctors follow.
    public private(set) var schedule: Schedule
    /// How long before a doctor's session tickets are given out for it to people without an
    /// appointment, in minutes.
    public var walkInLeadMinutes: Int

    /// A plan.
    public init(
        clinics: [ClinicPlan], schedule: Schedule = .always, walkInLeadMinutes: Int = 120
    ) {
        self.clinics = clinics
        self.schedule = schedule
        self.walkInLeadMinutes = walkInLeadMinutes
    }

    /// No appointments at all.
    public static let none = AppointmentPlan(clinics: [])

    /// The same clinics with another schedule.
    public func following(_ schedule: Schedule) -> AppointmentPlan {
        var plan = self
        plan.schedule = schedule
        return plan
    }

    /// The clinic with a code.
    public func clinic(_ code: ClinicCode) -> ClinicPlan? { clinics.first { $0.code == code } }

    /// A doctor and the clinic that the doctor is of.
    public func doctor(_ code: DoctorCode) -> (clinic: ClinicPlan, doctor: DoctorPlan)? {
        for clinic in clinics {
            if let doctor = clinic.doctors.first(where: { $0.code == code }) {
                return (clinic, doctor)
            }
        }
        return nil
    }

    /// The sessions of a doctor on a date, in order of time.
    public func sittings(of doctor: DoctorPlan, on date: ServiceDay) -> [DoctorSitting] {
        let weekday = Weekday(date)
        guard doctor.days.contains(weekday), !schedule.isHoliday(date) else { return [] }
        return schedule.sessions.compactMap { session in
            guard session.days.contains(weekday), doctor.sessions.contains(session.name) else {
                return nil
            }
            let length = Int(session.closes.minute) - Int(session.opens.minute)
            let room = max(1, length / doctor.visitMinutes)
            let capacity = min(doctor.capacity ?? room, AppointmentLimits.capacityMax)
            return DoctorSitting(
                key: DoctorSession(doctor: doctor.code, date: date.whole, session: session.name),
                opens: session.opens, closes: session.closes, capacity: capacity,
                walkIns: min(doctor.walkIns, capacity), visitMinutes: doctor.visitMinutes)
        }
    }
}
