// SPDX-License-Identifier: Apache-2.0

// The tables of the appointment book in the central's database. Mobile numbers stand here and in the
// backups of this file, nowhere else.

import QueueCore

enum AppointmentTable {
    static let appointments = Table(
        "appointments", "code", "clinic", "doctor", "date", "session", "slot", "minute", "mobile",
        "class", "state", "ticket", "ticket_number", "moved_date", "moved_session")
    static let absences = Table("absences", keys: 3, "doctor", "date", "session")
    static let walkIns = Table("walk_ins", keys: 3, "doctor", "date", "session", "count")
    static let questions = Table(
        "arrivals_to_check", "number", "code", "ticket", "ticket_number", "controller", "date",
        "finding", "is_done")

    static let all = [appointments, absences, walkIns, questions]

    static let sql = """
        CREATE TABLE appointments (
            code INTEGER PRIMARY KEY, clinic INTEGER NOT NULL, doctor INTEGER NOT NULL,
            date INTEGER NOT NULL, session TEXT NOT NULL, slot INTEGER NOT NULL,
            minute INTEGER NOT NULL, mobile TEXT NOT NULL, class TEXT NOT NULL,
            state TEXT NOT NULL, ticket TEXT, ticket_number TEXT, moved_date INTEGER,
            moved_session TEXT
        ) STRICT;
        CREATE TABLE absences (
            doctor INTEGER NOT NULL, date INTEGER NOT NULL, session TEXT NOT NULL,
            PRIMARY KEY (doctor, date, session)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE walk_ins (
            doctor INTEGER NOT NULL, date INTEGER NOT NULL, session TEXT NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (doctor, date, session)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE arrivals_to_check (
            number INTEGER PRIMARY KEY, code INTEGER NOT NULL, ticket TEXT NOT NULL,
            ticket_number TEXT, controller TEXT NOT NULL, date INTEGER NOT NULL,
            finding TEXT NOT NULL, is_done INTEGER NOT NULL
        ) STRICT;

        """

    /// Writes one change; the transaction is the caller's.
    static func apply(_ change: AppointmentChange, in db: any RowBase) throws {
        var row = RowWriter()
        switch change {
        case .put(let appointment):
            row.add(appointment)
            try appointments.replace(row, in: db)
        case .forget(let code):
            try db.run(
                "DELETE FROM appointments WHERE code = ?", [ColumnValue(code.value)])
        case .absent(let session):
            row.add(session)
            try absences.replace(row, in: db)
        case .present(let session): try delete(session, from: "absences", in: db)
        case .walkIns(let session, let count):
            row.add(session)
            row.add(count)
            try walkIns.replace(row, in: db)
        case .forgetWalkIns(let session): try delete(session, from: "walk_ins", in: db)
        case .question(let question):
            row.add(question)
            try questions.replace(row, in: db)
        case .forgetQuestion(let number):
            try db.run(
                "DELETE FROM arrivals_to_check WHERE number = ?", [ColumnValue(number.clamped)])
        }
    }

    private static func delete(
        _ session: DoctorSession, from table: String, in db: any RowBase
    ) throws {
        var row = RowWriter()
        row.add(session)
        try db.run(
            "DELETE FROM \(table) WHERE doctor = ? AND date = ? AND session = ?", row.values)
    }

    /// Reads the whole book.
    static func load(_ db: any RowBase) throws -> AppointmentSnapshot {
        var rows = AppointmentSnapshot()
        for appointment in try appointments.rows(in: db, read: { try $0.appointment() }) {
            rows.appointments[appointment.code] = appointment
        }
        for session in try absences.rows(in: db, read: { try $0.doctorSession() }) {
            rows.absences[session] = true
        }
        let counts = try walkIns.rows(in: db) { row in
            (session: try row.doctorSession(), count: try row.integer(UInt16.self))
        }
        for (session, count) in counts { rows.walkIns[session] = count }
        for question in try questions.rows(in: db, read: { try $0.question() }) {
            rows.questions[question.number] = question
        }
        return rows
    }
}

extension RowWriter {
    fileprivate mutating func add(_ session: DoctorSession) {
        add(session.doctor)
        add(session.date.count)
        add(session.session)
    }

    fileprivate mutating func add(_ appointment: Appointment) {
        add(appointment.code.value)
        add(appointment.clinic)
        add(appointment.session)
        add(appointment.slot)
        add(appointment.time.minute)
        add(appointment.mobile.digits)
        add(appointment.priority.word)
        add(appointment.state.rawValue)
        add(appointment.ticket)
        add(appointment.number)
        add(appointment.movedFrom?.date.count)
        add(appointment.movedFrom?.session)
    }

    fileprivate mutating func add(_ question: ArrivalQuestion) {
        add(question.number)
        add(question.code.value)
        add(question.ticket)
        add(question.ticketNumber)
        add(question.controller)
        add(question.date.count)
        add(question.finding.rawValue)
        add(question.isDone)
    }
}

extension RowReader {
    fileprivate mutating func doctorSession() throws(BadRow) -> DoctorSession {
        DoctorSession(
            doctor: try integer(), date: ServiceDay(try integer()), session: try name())
    }

    private mutating func code() throws(BadRow) -> TrackingCode {
        guard let code = TrackingCode(value: try integer()) else { throw bad("no code") }
        return code
    }

    fileprivate mutating func appointment() throws(BadRow) -> Appointment {
        let code = try code()
        let clinic: ClinicCode = try integer()
        let session = try doctorSession()
        let slot: UInt16 = try integer()
        let time = LocalTime(minute: try integer())
        // Not `parsed`: its error quotes the value.
        guard let mobile = MobileNumber(try text()) else { throw bad("no mobile number") }
        var appointment = Appointment(
            code: code, clinic: clinic, session: session, slot: slot, time: time, mobile: mobile,
            priority: try parsed { PriorityClass(word: $0) })
        appointment.state = try parsed { Appointment.State(rawValue: $0) }
        appointment.ticket = try ticketIDIfAny()
        appointment.number = try numberIfAny()
        let date = try integerIfAny(Int32.self)
        let name = try nameIfAny()
        if let date, let name {
            appointment.movedFrom = DoctorSession(
                doctor: session.doctor, date: ServiceDay(date), session: name)
        }
        return appointment
    }

    fileprivate mutating func question() throws(BadRow) -> ArrivalQuestion {
        ArrivalQuestion(
            number: try counter(), code: try code(), ticket: try ticketID(),
            ticketNumber: try numberIfAny(), controller: try name(),
            date: ServiceDay(try integer()),
            finding: try parsed { ArrivalQuestion.Finding(rawValue: $0) }, isDone: try flag())
    }
}
