// SPDX-License-Identifier: Apache-2.0

// A doctor is away: nobody is booked then any more, and whoever was is moved or cancelled, and told.

extension AppointmentBook {
    /// Notes an absence and does what it asks for. Asked again, it does nothing new and names the same
    /// patients.
    mutating func note(
        _ absence: Absence, at present: Present
    ) throws(AppointmentRefusal) -> (sessions: [DoctorSession], patients: [ToTell]) {
        guard let (_, doctor) = plan.doctor(absence.doctor) else {
            throw .unknownDoctor(absence.doctor)
        }
        let date = absence.date.whole
        guard date >= present.today else { throw .pastDate(date) }
        let sessions = sessions(of: absence, doctor)
        guard !sessions.isEmpty else { throw .noSession(absence.doctor, date) }
        // All are closed first, so that nobody is moved from one into another of them.
        for session in sessions where rows.absences[session] == nil { note(.absent(session)) }
        for session in sessions {
            for appointment in affected(by: session) where appointment.session == session {
                shift(appointment, away: session, doctor, moves: absence.moves, at: present)
            }
        }
        let patients = sessions.flatMap { affected(by: $0) }.filter {
            $0.state != .booked || $0.movedFrom != nil
        }
        return (sessions, patients.map { Self.toTell($0) })
    }

    /// The sessions of an absence: as the doctor has them, and any that were noted or booked before the
    /// configuration took them away.
    private func sessions(of absence: Absence, _ doctor: DoctorPlan) -> [DoctorSession] {
        let date = absence.date.whole
        var sessions = plan.sittings(of: doctor, on: date).map(\.key)
        let known = rows.absences.keys + rows.appointments.values.map(\.session)
        for session in known.sorted()
        where session.doctor == doctor.code && session.date == date && !sessions.contains(session) {
            sessions.append(session)
        }
        return sessions.filter { absence.session == nil || $0.session == absence.session }
    }

    /// Appointments that a doctor's absence concerns, in order of their old time where it is known.
    private func affected(by session: DoctorSession) -> [Appointment] {
        rows.appointments.values.filter { appointment in
            switch appointment.state {
            case .booked: appointment.session == session || appointment.movedFrom == session
            case .absence: appointment.session == session
            case .used, .cancelled: false
            }
        }.sorted { ($0.session, $0.time, $0.code) < ($1.session, $1.time, $1.code) }
    }

    private mutating func shift(
        _ appointment: Appointment, away session: DoctorSession, _ doctor: DoctorPlan, moves: Bool,
        at present: Present
    ) {
        guard moves || appointment.state == .booked else { return }
        var appointment = appointment
        let free = moves ? firstFree([doctor], from: session.date, at: present) : nil
        if let free {
            appointment.movedFrom = session
            appointment.session = free.sitting.key
            appointment.slot = UInt16(free.slot)
            appointment.time = free.time
            appointment.state = .booked
        } else {
            appointment.state = .absence
        }
        put(appointment)
    }

    private static func toTell(_ appointment: Appointment) -> ToTell {
        ToTell(
            mobile: appointment.mobile,
            outcome: appointment.state == .booked ? .moved : .cancelled,
            booked: appointment.booked)
    }

    /// The doctor is there after all; appointments that were moved or cancelled stay so. The sessions
    /// that can be booked again.
    mutating func withdraw(_ absence: Absence) -> [DoctorSession] {
        let noted = rows.absences.keys.filter {
            $0.doctor == absence.doctor && $0.date == absence.date.whole
                && (absence.session == nil || $0.session == absence.session)
        }.sorted()
        for session in noted { note(.present(session)) }
        return noted
    }
}
