// SPDX-License-Identifier: Apache-2.0

/// Why the appointment book did not do what it was asked; each has a name for programs and a sentence
/// for the patient or the person at the desk. None tells a mobile number.
public enum AppointmentRefusal: Error, Hashable, Sendable {
    case unknownClinic(ClinicCode)
    case unknownDoctor(DoctorCode)
    case noFreeTime
    case tooManyBookings
    case bookFull
    case noSession(DoctorCode, ServiceDay)
    case pastDate(ServiceDay)
    case noTime
    case codeMistyped
    case codeUnknown
    case codeUsed(TicketNumber?)
    case codeCancelled(Booked)
    case codeWrongDay(Booked)
    case codeEarly(Booked, from: LocalTime)
    case codeLate(Booked, until: LocalTime)
    case codeInUse
    case tooManyCodes
    case walkInsFull(Name)
    case unknownQuestion(UInt64)

    /// The name on the wire and in JSON.
    public var name: String {
        switch self {
        case .unknownClinic: "unknown-clinic"
        case .unknownDoctor: "unknown-doctor"
        case .noFreeTime: "no-free-time"
        case .tooManyBookings: "too-many-bookings"
        case .bookFull: "book-full"
        case .noSession: "no-session"
        case .pastDate: "past-date"
        case .noTime: "no-time"
        case .codeMistyped: "code-mistyped"
        case .codeUnknown: "code-unknown"
        case .codeUsed: "code-used"
        case .codeCancelled: "code-cancelled"
        case .codeWrongDay: "code-wrong-day"
        case .codeEarly: "code-early"
        case .codeLate: "code-late"
        case .codeInUse: "code-in-use"
        case .tooManyCodes: "too-many-codes"
        case .walkInsFull: "walk-ins-full"
        case .unknownQuestion: "unknown-question"
        }
    }

    /// What happened and what to do, in one sentence.
    public var sentence: String {
        switch self {
        case .unknownClinic(let code):
            "there is no clinic \(code); clinics are in the configuration"
        case .unknownDoctor(let code):
            "there is no doctor \(code) here; doctors are in the configuration"
        case .noFreeTime:
            "no free time within \(AppointmentLimits.bookingDaysMax) days; try another doctor, or a later date"
        case .tooManyBookings:
            "this mobile number has \(AppointmentLimits.mobileBookingsMax) appointments to come; "
                + "cancel one first"
        case .bookFull: "the book holds as many appointments as it may; try again tomorrow"
        case .noSession(let doctor, let date):
            "doctor \(doctor) sees nobody then (\(date.dateText)); see the doctor's sessions"
        case .pastDate(let date): "\(date.dateText) is over"
        case .noTime:
            "the time of day is not known here: nobat-central needs a clock that is right"
        case .codeMistyped: "a digit of the code is wrong; look at it and type it once more"
        case .codeUnknown: "nobody has booked under this code; ask at the desk"
        case .codeUsed(let number):
            "a ticket was given for this code already" + (number.map { ": \($0)" } ?? "")
        case .codeCancelled(let booked):
            "the appointment of \(booked.text) was cancelled; ask at the desk"
        case .codeWrongDay(let booked): "the appointment is on another day: \(booked.text)"
        case .codeEarly(let booked, let from):
            "it is early: the appointment is at \(booked.time); come back at \(from)"
        case .codeLate(let booked, let until):
            "it is late: the appointment was at \(booked.time) and kept until \(until); ask at the desk"
        case .codeInUse: "this code is being used at another place just now; wait a minute"
        case .tooManyCodes: "too many unknown codes came from here; wait a minute"
        case .walkInsFull(let service):
            "all tickets that \(service) has for people without an appointment are given out for now"
        case .unknownQuestion(let number):
            "there is no arrival \(number) to be checked; see nobatctl to-check"
        }
    }
}

extension Booked {
    /// Date and time as people read them: `monday 1405/09/02 at 10:30`.
    public var text: String { "\(date.dateText) at \(time)" }
}
