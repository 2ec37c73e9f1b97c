// SPDX-License-Identifier: Apache-2.0

// What the central keeps on disk of appointments, row by row, and the changes to it.

/// An appointment. It holds a mobile number, which printing does not show.
public struct Appointment: Hashable, Sendable {
    /// Where an appointment is in its life.
    public enum State: String, CaseIterable, Sendable {
        /// The patient is expected.
        case booked
        /// A ticket was given for it.
        case used
        /// The patient has called it off.
        case cancelled
        /// The doctor is away, and no other time was found or wanted.
        case absence
    }

    /// What the patient brings along.
    public let code: TrackingCode
    /// The clinic that it was booked at.
    public let clinic: ClinicCode
    /// The doctor's session.
    public var session: DoctorSession
    /// The slot of the session, from 0.
    public var slot: UInt16
    /// When the slot began when it was booked.
    public var time: LocalTime
    /// Where to tell the patient of changes.
    public let mobile: MobileNumber
    /// The class of the ticket that the patient gets.
    public let priority: PriorityClass
    /// Where it is in its life.
    public var state: State
    /// The ticket that was given for it.
    public var ticket: TicketID?
    /// The number of that ticket.
    public var number: TicketNumber?
    /// The session that it was moved away from because the doctor was away.
    public var movedFrom: DoctorSession?

    /// An appointment that is expected.
    public init(
        code: TrackingCode, clinic: ClinicCode, session: DoctorSession, slot: UInt16,
        time: LocalTime, mobile: MobileNumber, priority: PriorityClass
    ) {
        self.code = code
        self.clinic = clinic
        self.session = session
        self.slot = slot
        self.time = time
        self.mobile = mobile
        self.priority = priority
        state = .booked
    }

    /// What the patient is told.
    public var booked: Booked {
        Booked(code: code, doctor: session.doctor, date: session.date, time: time)
    }

    /// Whether it has a slot that nobody else can have.
    public var holdsSlot: Bool { state == .booked || state == .used }
}

/// A ticket that a controller issued for a code which turned out not to be good: a person looks into
/// it. The ticket stays as it is.
public struct ArrivalQuestion: Hashable, Sendable {
    /// What is wrong with the code.
    public enum Finding: String, CaseIterable, Sendable {
        /// Nobody has booked under it.
        case unknown
        /// Another ticket was given for it.
        case used
        /// The appointment was cancelled.
        case cancelled
        /// The appointment is on another day.
        case otherDay = "other-day"
    }

    /// Its number, from 1.
    public let number: UInt64
    /// The code that was brought.
    public let code: TrackingCode
    /// The ticket that was issued for it.
    public let ticket: TicketID
    /// The number of that ticket, when it is known.
    public let ticketNumber: TicketNumber?
    /// Where it was issued.
    public let controller: Name
    /// The date that it became known on.
    public let date: ServiceDay
    /// What is wrong with the code.
    public let finding: Finding
    /// Whether a person has looked into it.
    public var isDone: Bool

    /// A question.
    public init(
        number: UInt64, code: TrackingCode, ticket: TicketID, ticketNumber: TicketNumber?,
        controller: Name, date: ServiceDay, finding: Finding, isDone: Bool = false
    ) {
        self.number = number
        self.code = code
        self.ticket = ticket
        self.ticketNumber = ticketNumber
        self.controller = controller
        self.date = date
        self.finding = finding
        self.isDone = isDone
    }
}

/// One change to the rows of the appointment book.
public enum AppointmentChange: Hashable, Sendable {
    /// Insert or replace an appointment, by its code.
    case put(Appointment)
    /// Forget an appointment.
    case forget(TrackingCode)
    /// The doctor is away then.
    case absent(DoctorSession)
    /// The doctor is there after all, or the session is long over.
    case present(DoctorSession)
    /// So many tickets were given out for the session to people without an appointment.
    case walkIns(DoctorSession, UInt16)
    /// The session is long over.
    case forgetWalkIns(DoctorSession)
    /// Insert or replace a question, by its number.
    case question(ArrivalQuestion)
    /// Forget a question.
    case forgetQuestion(UInt64)
}

/// All rows of the appointment book, as read from disk.
public struct AppointmentSnapshot: Hashable, Sendable {
    /// The appointments.
    public var appointments = KeyedRows<TrackingCode, Appointment>()
    /// When doctors are away.
    public var absences = KeyedRows<DoctorSession, Bool>()
    /// Tickets given out to people without an appointment.
    public var walkIns = KeyedRows<DoctorSession, UInt16>()
    /// What a person is to look into.
    public var questions = KeyedRows<UInt64, ArrivalQuestion>()

    /// No rows.
    public init() {}

    /// Carries out one change.
    public mutating func apply(_ change: AppointmentChange) {
        switch change {
        case .put(let appointment): appointments[appointment.code] = appointment
        case .forget(let code): appointments[code] = nil
        case .absent(let session): absences[session] = true
        case .present(let session): absences[session] = nil
        case .walkIns(let session, let count): walkIns[session] = count
        case .forgetWalkIns(let session): walkIns[session] = nil
        case .question(let question): questions[question.number] = question
        case .forgetQuestion(let number): questions[number] = nil
        }
    }
}
