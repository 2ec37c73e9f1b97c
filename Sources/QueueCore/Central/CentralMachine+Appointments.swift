// SPDX-License-Identifier: Apache-2.0

// The appointment book at the central: who may ask it what, over the line protocol and on the
// central's own socket, and what is recorded of it.

extension AppointmentRequest {
    /// Whether a client of this role may ask for it. Mobile numbers are told to hospital systems alone.
    func isFor(_ role: Role?) -> Bool {
        switch (self, role) {
        case (.check, .controller): true
        case (.book, .kiosk), (.check, .kiosk), (.arrive, .kiosk): true
        case (_, .system): true
        case (.absence, .supervisor): false
        case (_, .supervisor): true
        default: false
        }
    }
}

/// What the central's machine remembers of appointments only while it runs.
struct AppointmentDesk: Sendable {
    /// The clinic's date and time of day, from a clock that is known to be right.
    var clock: AppointmentBook.Present?
    /// The last ticket that was counted as one without an appointment, and where.
    var counted: (ticket: TicketID, session: DoctorSession)?
    /// What controllers were last told of each service.
    var quotas = KeyedRows<Name, UInt16>()
    /// Whether what controllers were told may have changed.
    var quotasMayChange = false
}

extension CentralMachine {
    /// Date and time for the book: only a time of the service day that has begun is of use.
    func present() throws(AppointmentRefusal) -> AppointmentBook.Present {
        guard let clock = desk.clock, clock.today == meta.day.whole else { throw .noTime }
        return clock
    }

    /// Ends a step: what has changed in the book goes to disk with all else.
    mutating func finishAppointments() {
        if desk.quotasMayChange {
            desk.quotasMayChange = false
            tellQuotas()
        }
        for change in book.changes { output.changes.append(.appointment(change)) }
        book.changes.removeAll()
    }

    mutating func tellTime(_ time: LocalTime, on date: ServiceDay) {
        desk.clock = date == .unknown ? nil : AppointmentBook.Present(today: date, time: time)
        desk.quotasMayChange = !book.plan.clinics.isEmpty
    }

    // MARK: - Over the line protocol

    mutating func answer(
        _ request: AppointmentRequest, _ reference: UInt64, _ id: LinkID, random: UInt32
    ) {
        guard let name = sessions[id]?.name else { return }
        switch request {
        case .absence(let absence): tell(absence, reference, id)
        case .check:
            // Judged anew each time: it changes nothing that is kept.
            let reply = reply(to: request, by: name, random: 0)
            effect(.send(id, appointmentAnswer(reply, reference)))
        case .book, .unbook, .arrive:
            answerOnce(reference, id) { machine in
                let reply = machine.reply(to: request, by: name, random: UInt64(random))
                return machine.appointmentAnswer(reply, reference)
            }
        }
    }

    private func appointmentAnswer(_ reply: Reply, _ reference: UInt64) -> CentralMessage {
        switch reply {
        case .appointment(.booked(let booked)):
            .appointment(reference: reference, .booked(booked))
        case .appointment(.valid(let service, let priority)):
            .appointment(reference: reference, .valid(service: service, priority: priority))
        default: Self.answer(reply, reference)
        }
    }

    private mutating func tell(_ absence: Absence, _ reference: UInt64, _ id: LinkID) {
        switch reply(to: .absence(absence), by: nil, random: 0) {
        case .appointment(.absent(let patients)):
            for patient in patients {
                effect(.send(id, .appointment(reference: reference, .tell(patient))))
            }
            effect(.send(id, .done(reference: reference)))
        case let reply: effect(.send(id, Self.answer(reply, reference)))
        }
    }

    // MARK: - On the socket

    mutating func obey(_ command: AppointmentCommand) -> Reply {
        do throws(AppointmentRefusal) {
            switch command {
            case .ask(let request, let random):
                return reply(to: request, by: nil, random: random)
            case .admit(let code): return try admit(code, by: nil, isLenient: true)
            case .take(let list, let randoms): return try take(list, randoms)
            case .present(let absence):
                let sessions = book.withdraw(absence)
                guard !sessions.isEmpty else { throw .noSession(absence.doctor, absence.date) }
                for session in sessions { record(.appointment(.present(session))) }
                desk.quotasMayChange = true
                return .appointment(.present)
            case .settle(let number):
                guard book.settle(number) else { throw .unknownQuestion(number) }
                record(.appointment(.settled(number)))
                return .appointment(.settled(number))
            }
        } catch {
            return .refused(.appointment(error))
        }
    }

    private mutating func take(
        _ list: [ImportRow], _ randoms: [UInt64]
    ) throws(AppointmentRefusal) -> Reply {
        let (taken, errors) = book.take(list, randoms: randoms, at: try present())
        guard errors.isEmpty else { return .appointment(.importRefused(errors)) }
        record(.appointment(.imported(taken.count)))
        return .appointment(.imported(taken.map(\.booked)))
    }

    // MARK: - Both

    private mutating func reply(
        to request: AppointmentRequest, by asker: Name?, random: UInt64
    ) -> Reply {
        do throws(AppointmentRefusal) {
            switch request {
            case .book(let booking):
                let booked = try book.book(booking, random: random, at: try present()).booked
                record(.appointment(.booked(booked)))
                return .appointment(.booked(booked))
            case .unbook(let code):
                let booked = try book.unbook(code, by: asker, at: try present(), now: now).booked
                record(.appointment(.unbooked(booked)))
                return .appointment(.unbooked(booked))
            case .check(let code):
                // Nobody knows yet which codes are used.
                if isSettling { return .refused(.settling) }
                let valid = try book.check(
                    code, by: asker ?? .central, at: try present(), now: now)
                return .appointment(.valid(service: valid.service, priority: valid.priority))
            case .arrive(let code): return try admit(code, by: asker, isLenient: false)
            case .absence(let absence): return try note(absence)
            }
        } catch {
            return .refused(.appointment(error))
        }
    }

    /// Gives the ticket for a code.
    private mutating func admit(
        _ code: TrackingCode, by asker: Name?, isLenient: Bool
    ) throws(AppointmentRefusal) -> Reply {
        if isSettling { return .refused(.settling) }
        let appointment = try book.judge(
            code, by: asker, at: try present(), now: now, isLenient: isLenient)
        let reply = issue(try book.service(of: appointment), appointment.priority)
        if case .issued(let number, let ticket, _, _) = reply {
            book.use(appointment, ticket, number)
            record(.appointment(.used(appointment.booked, ticket)))
        }
        return reply
    }

    private mutating func note(_ absence: Absence) throws(AppointmentRefusal) -> Reply {
        let before = Set(book.rows.absences.keys)
        let (sessions, patients) = try book.note(absence, at: try present())
        for session in sessions where !before.contains(session) {
            record(.appointment(.absent(session)))
        }
        for case .put(let appointment) in book.changes {
            record(
                .appointment(
                    appointment.state == .booked
                        ? .moved(appointment.booked) : .cancelled(appointment.booked)))
        }
        desk.quotasMayChange = true
        return .appointment(.absent(patients))
    }
}
