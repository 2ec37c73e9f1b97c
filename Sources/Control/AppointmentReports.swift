// SPDX-License-Identifier: Apache-2.0

// What the central tells of appointments over its socket. Dates stand twice: in days since 1970-01-01
// for programs, and as people read them.

import QueueCore

/// An appointment.
public struct AppointmentRow: Codable, Sendable, Equatable {
    /// The tracking code.
    public var code: String
    /// The doctor's code.
    public var doctor: Int
    /// The date, in days since 1970-01-01.
    public var date: Int
    /// The date as people read it: `monday 1405/09/02`.
    public var dateText: String
    /// The time of day, `10:30`.
    public var time: String
    /// `booked`, `used`, `cancelled` or `absence`; `moved` where patients are to be told.
    public var state: String
    /// The clinic's code, where it is known.
    public var clinic: Int?
    /// The doctor's session.
    public var session: String?
    /// The number of the ticket that was given for it.
    public var number: String?
    /// The mobile number: in full only where the patient is to be told, else its last digits.
    public var mobile: String?

    /// What a patient is told of an appointment.
    public init(_ booked: Booked, state: String) {
        code = booked.code.description
        doctor = Int(booked.doctor)
        date = Int(booked.date.count)
        dateText = booked.date.dateText
        time = booked.time.description
        self.state = state
    }

    /// An appointment of the book.
    public init(_ appointment: Appointment) {
        self.init(appointment.booked, state: appointment.state.rawValue)
        clinic = Int(appointment.clinic)
        session = appointment.session.session.description
        number = appointment.number?.description
        mobile = "\(appointment.mobile)"
    }

    /// A patient who is to be told.
    public init(_ patient: ToTell) {
        self.init(patient.booked, state: patient.outcome.rawValue)
        mobile = patient.mobile.digits
    }
}

/// A ticket that was given out for a code which turned out not to be good.
public struct ArrivalRow: Codable, Sendable, Equatable {
    /// The number to settle it by.
    public var question: Int
    /// The code.
    public var code: String
    /// The ticket's number, or its identity.
    public var ticket: String
    /// Where it was given out.
    public var controller: String
    /// The date that it became known on, as people read it.
    public var dateText: String
    /// `unknown`, `used`, `cancelled` or `other-day`.
    public var finding: String
    /// The finding in a sentence.
    public var text: String

    /// A row.
    public init(_ question: ArrivalQuestion) {
        self.question = Int(clamping: question.number)
        code = question.code.description
        ticket = question.ticketNumber?.description ?? question.ticket.description
        controller = question.controller.description
        dateText = question.date.dateText
        finding = question.finding.rawValue
        text = question.finding.sentence
    }
}

/// What is wrong with a list, and where.
public struct ImportErrorRow: Codable, Sendable, Equatable {
    /// The line of the file, from 1.
    public var line: Int
    /// The heading of the column, or nil when it is about the whole row.
    public var column: String?
    /// What is wrong and what to do.
    public var reason: String

    /// A row.
    public init(_ error: ImportError) {
        line = error.line
        column = error.column?.rawValue
        reason = error.reason
    }

    /// `list.csv:3: mobile: …`.
    public func text(file: String) -> String {
        "\(file):\(line): " + (column.map { "\($0): " } ?? "") + reason
    }
}

/// What was done about appointments.
public struct AppointmentResult: Codable, Sendable, Equatable {
    /// `booked`, `unbooked`, `valid`, `absent`, `present`, `staged`, `imported`, `import-refused` or
    /// `settled`.
    public var outcome: String
    /// The appointments that it is about: of `absent`, those whose patients must be told.
    public var appointments: [AppointmentRow] = []
    /// What is wrong with the list.
    public var errors: [ImportErrorRow] = []
    /// How many rows, or which question.
    public var count: Int?
    /// The service and class of a ticket that may be given out.
    public var service: String?

    /// A result; the other values are set as they apply.
    public init(_ outcome: String, count: Int? = nil) {
        self.outcome = outcome
        self.count = count
    }

    /// What the core replied.
    public init(_ reply: AppointmentReply) {
        switch reply {
        case .booked(let booked):
            self.init("booked")
            appointments = [AppointmentRow(booked, state: "booked")]
        case .unbooked(let booked):
            self.init("unbooked")
            appointments = [AppointmentRow(booked, state: "cancelled")]
        case .valid(let service, _):
            self.init("valid")
            self.service = service.description
        case .absent(let patients):
            self.init("absent", count: patients.count)
            appointments = patients.map { AppointmentRow($0) }
        case .present: self.init("present")
        case .imported(let list):
            self.init("imported", count: list.count)
            appointments = list.map { AppointmentRow($0, state: "booked") }
        case .importRefused(let errors):
            self.init("import-refused", count: errors.count)
            self.errors = errors.map { ImportErrorRow($0) }
        case .settled(let number): self.init("settled", count: Int(clamping: number))
        }
    }
}
