// SPDX-License-Identifier: Apache-2.0

// What happens to appointments, in words. Codes are told by their last digits, and mobile numbers not
// at all: whoever reads a log has no business with either.

import QueueCore

extension Narration {
    /// A line of the central's history about appointments.
    init(_ entry: AppointmentEntry, say: (TicketID) -> String) {
        switch entry {
        case .booked(let booked): self.init("appointment-booked", "\(Self.text(booked)) booked")
        case .unbooked(let booked):
            self.init("appointment-unbooked", "\(Self.text(booked)) called off")
        case .used(let booked, let ticket):
            self.init("appointment-used", "\(say(ticket)) was for \(Self.text(booked))")
        case .absent(let session):
            self.init("doctor-absent", "\(Self.text(session)) is cancelled", isWarning: true)
        case .present(let session):
            self.init("doctor-present", "\(Self.text(session)) takes place after all")
        case .moved(let booked):
            self.init("appointment-moved", "moved: now \(Self.text(booked))")
        case .cancelled(let booked):
            self.init("appointment-cancelled", "\(Self.text(booked)) cancelled")
        case .imported(let count):
            self.init("appointments-imported", "a list of \(count) appointments taken over")
        case .toCheck(let code, let ticket, let controller, let finding):
            self.init(
                "arrival-to-check",
                "\(controller) gave out \(say(ticket)) for code \(code.masked): \(finding.sentence)",
                isWarning: true)
        case .settled(let number): self.init("arrival-settled", "arrival \(number) was looked into")
        }
    }

    private static func text(_ booked: Booked) -> String {
        "appointment \(booked.code.masked) with doctor \(booked.doctor) on \(booked.text)"
    }

    private static func text(_ session: DoctorSession) -> String {
        "session \(session.session) of doctor \(session.doctor) on \(session.date.dateText)"
    }
}

extension ArrivalQuestion.Finding {
    /// What is wrong with the code, for the person who looks into it.
    public var sentence: String {
        switch self {
        case .unknown: "nobody has booked under it"
        case .used: "another ticket was given for it"
        case .cancelled: "the appointment was cancelled"
        case .otherDay: "the appointment is on another day"
        }
    }
}
