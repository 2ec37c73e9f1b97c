// SPDX-License-Identifier: Apache-2.0

// What is asked of the appointment book and what it answers; the line protocol and the central's own
// socket carry the same.

/// The number that patients choose a clinic by on the telephone, 1…``AppointmentLimits/codeMax``.
public typealias ClinicCode = UInt16

/// The number that patients choose a doctor by, 1…``AppointmentLimits/codeMax``; 0 stands for whoever
/// is free first.
public typealias DoctorCode = UInt16

/// A patient wants an appointment.
public struct Booking: Hashable, Sendable {
    /// The clinic.
    public var clinic: ClinicCode
    /// The doctor, or 0 for the first free time of any doctor of the clinic.
    public var doctor: DoctorCode
    /// Where the patient is told of changes.
    public var mobile: MobileNumber
    /// The class of the ticket that the patient will get.
    public var priority: PriorityClass
    /// No earlier date than this one; nil for the first free time.
    public var from: ServiceDay?

    /// A wish for an appointment.
    public init(
        clinic: ClinicCode, doctor: DoctorCode = 0, mobile: MobileNumber,
        priority: PriorityClass = .normal, from: ServiceDay? = nil
    ) {
        self.clinic = clinic
        self.doctor = doctor
        self.mobile = mobile
        self.priority = priority
        self.from = from
    }
}

/// An appointment as the patient is told of it.
public struct Booked: Hashable, Sendable {
    /// What the patient brings along.
    public var code: TrackingCode
    /// Whom the patient will see.
    public var doctor: DoctorCode
    /// On which date; its part is 0.
    public var date: ServiceDay
    /// At what time.
    public var time: LocalTime

    /// An appointment.
    public init(code: TrackingCode, doctor: DoctorCode, date: ServiceDay, time: LocalTime) {
        self.code = code
        self.doctor = doctor
        self.date = date
        self.time = time
    }
}

/// A doctor is away.
public struct Absence: Hashable, Sendable {
    /// The doctor.
    public var doctor: DoctorCode
    /// The date; its part is 0.
    public var date: ServiceDay
    /// The session, or nil for all of the doctor's sessions of that date.
    public var session: Name?
    /// Whether the patients get the doctor's next free times, rather than none.
    public var moves: Bool

    /// An absence.
    public init(doctor: DoctorCode, date: ServiceDay, session: Name? = nil, moves: Bool = false) {
        self.doctor = doctor
        self.date = date
        self.session = session
        self.moves = moves
    }
}

/// A patient who must be told that an appointment was moved or cancelled.
public struct ToTell: Hashable, Sendable {
    /// What became of the appointment.
    public enum Outcome: String, CaseIterable, Sendable {
        case moved, cancelled
    }

    /// Where to call.
    public var mobile: MobileNumber
    /// What became of the appointment.
    public var outcome: Outcome
    /// The appointment as it now is; when cancelled, as it was.
    public var booked: Booked

    /// A patient to be told.
    public init(mobile: MobileNumber, outcome: Outcome, booked: Booked) {
        self.mobile = mobile
        self.outcome = outcome
        self.booked = booked
    }
}

/// What a client asks of the appointment book over the line protocol.
public enum AppointmentRequest: Hashable, Sendable {
    /// An appointment is wanted.
    case book(Booking)
    /// The patient will not come.
    case unbook(TrackingCode)
    /// Somebody has brought this code: may a ticket be issued for it? It is kept for the asker for
    /// ``AppointmentLimits/reservationSpan``.
    case check(TrackingCode)
    /// Somebody has brought this code and wants the ticket.
    case arrive(TrackingCode)
    /// A doctor is away.
    case absence(Absence)
}

/// What the appointment book says over the line protocol.
public enum AppointmentAnswer: Hashable, Sendable {
    /// To ``AppointmentRequest/book(_:)``.
    case booked(Booked)
    /// To ``AppointmentRequest/check(_:)``: issue a ticket of this class for this service.
    case valid(service: Name, priority: PriorityClass)
    /// To ``AppointmentRequest/absence(_:)``, once for each patient, before the end of the answer.
    case tell(ToTell)
}
