// SPDX-License-Identifier: Apache-2.0

// A history line about appointments as columns.

import QueueCore

extension RecordText {
    /// A line about appointments as columns; the controller has a column of its own.
    init(_ entry: AppointmentEntry) {
        switch entry {
        case .booked(let booked): self.init("appointment-booked", booked)
        case .unbooked(let booked): self.init("appointment-unbooked", booked)
        case .used(let booked, let ticket):
            self.init("appointment-used", booked)
            self.ticket = ticket
        case .absent(let session): self.init("doctor-absent", session)
        case .present(let session): self.init("doctor-present", session)
        case .moved(let booked): self.init("appointment-moved", booked)
        case .cancelled(let booked): self.init("appointment-cancelled", booked)
        case .imported(let count):
            self.init("appointments-imported")
            detail.add("count", count)
        case .toCheck(let code, let ticket, _, let finding):
            self.init("arrival-to-check", ticket: ticket)
            detail.add("code", code)
            detail.add("finding", finding.rawValue)
        case .settled(let number):
            self.init("arrival-settled")
            detail.add("question", number)
        }
    }

    private init(_ kind: String, _ booked: Booked) {
        self.init(kind)
        detail.add("code", booked.code)
        detail.add("doctor", booked.doctor)
        detail.add("date", booked.date)
        detail.add("time", booked.time)
    }

    private init(_ kind: String, _ session: DoctorSession) {
        self.init(kind)
        detail.add("doctor", session.doctor)
        detail.add("date", session.date)
        detail.add("session", session.session)
    }

    /// The line about appointments that the columns tell, or nil when it is about something else.
    func appointmentEntry(_ controller: Name?) throws(BadRow) -> AppointmentEntry? {
        switch kind {
        case "appointment-booked": return .booked(try booked())
        case "appointment-unbooked": return .unbooked(try booked())
        case "appointment-used": return .used(try booked(), try theTicket())
        case "doctor-absent": return .absent(try doctorSession())
        case "doctor-present": return .present(try doctorSession())
        case "appointment-moved": return .moved(try booked())
        case "appointment-cancelled": return .cancelled(try booked())
        case "appointments-imported": return .imported(try detail.value("count") { Int($0) })
        case "arrival-to-check":
            guard let controller else { throw lacks("controller") }
            return .toCheck(
                try code(), try theTicket(), controller: controller,
                try detail.value("finding") { ArrivalQuestion.Finding(rawValue: String($0)) })
        case "arrival-settled":
            return .settled(try detail.value("question") { UInt64($0) })
        default: return nil
        }
    }

    private func code() throws(BadRow) -> TrackingCode {
        try detail.value("code") { TrackingCode($0) }
    }

    private func date() throws(BadRow) -> ServiceDay {
        try detail.value("date") { Int32($0).map { ServiceDay($0) } }
    }

    private func booked() throws(BadRow) -> Booked {
        Booked(
            code: try code(), doctor: try detail.value("doctor") { DoctorCode($0) },
            date: try date(), time: try detail.value("time") { LocalTime($0) })
    }

    private func doctorSession() throws(BadRow) -> DoctorSession {
        DoctorSession(
            doctor: try detail.value("doctor") { DoctorCode($0) }, date: try date(),
            session: try detail.value("session") { Name($0) })
    }
}
