// SPDX-License-Identifier: Apache-2.0

// Patients who bring a code: each kind of code that is not good has an answer of its own.

extension AppointmentBook {
    /// Who asks about a code: a client, or nil for a person at the central's own socket.
    typealias Asker = Name?

    /// The appointment that a ticket may be given for now, or why none may. `isLenient`: a person at
    /// the desk has decided that early or late does not matter.
    mutating func judge(
        _ code: TrackingCode, by asker: Asker, at present: Present, now: Moment,
        isLenient: Bool = false
    ) throws(AppointmentRefusal) -> Appointment {
        guard code.isSound else { throw .codeMistyped }
        try requireNoGuessing(asker, now)
        guard let appointment = rows.appointments[code] else {
            countGuess(asker, now)
            throw .codeUnknown
        }
        try requireNotOver(appointment)
        guard appointment.session.date == present.today else {
            throw .codeWrongDay(appointment.booked)
        }
        if let other = reserved[code], other.until > now, other.asker != asker { throw .codeInUse }
        if !isLenient { try requireInTime(appointment, present.time) }
        return appointment
    }

    private func requireInTime(
        _ appointment: Appointment, _ time: LocalTime
    ) throws(AppointmentRefusal) {
        guard let clinic = plan.clinic(appointment.clinic) else {
            throw .unknownClinic(appointment.clinic)
        }
        let from = appointment.time + -clinic.earlyMinutes
        let until = appointment.time + clinic.lateMinutes
        guard time >= from else { throw .codeEarly(appointment.booked, from: from) }
        guard time <= until else { throw .codeLate(appointment.booked, until: until) }
    }

    /// Judges a code and keeps it for the asker while a ticket is issued elsewhere.
    mutating func check(
        _ code: TrackingCode, by asker: Name, at present: Present, now: Moment
    ) throws(AppointmentRefusal) -> (service: Name, priority: PriorityClass) {
        let appointment = try judge(code, by: asker, at: present, now: now)
        let service = try service(of: appointment)
        if reserved.count >= AppointmentLimits.reservationsMax {
            for (code, one) in reserved where one.until <= now { reserved[code] = nil }
        }
        guard reserved.count < AppointmentLimits.reservationsMax else { throw .codeInUse }
        reserved[code] = Reservation(
            asker: asker, until: now + AppointmentLimits.reservationSpan)
        return (service, appointment.priority)
    }

    /// The service that a ticket for an appointment is issued for.
    func service(of appointment: Appointment) throws(AppointmentRefusal) -> Name {
        guard let clinic = plan.clinic(appointment.clinic) else {
            throw .unknownClinic(appointment.clinic)
        }
        return clinic.service
    }

    /// A ticket was given for an appointment.
    mutating func use(_ appointment: Appointment, _ ticket: TicketID, _ number: TicketNumber?) {
        var appointment = appointment
        appointment.state = .used
        appointment.ticket = ticket
        appointment.number = number
        reserved[appointment.code] = nil
        put(appointment)
    }

    /// A controller has issued a ticket for a code. What is wrong with the code, if anything is and it
    /// was not known yet. Early and late are not judged: nobody knows when the slip was printed.
    mutating func arrived(
        _ code: TrackingCode, _ ticket: TicketID, _ number: TicketNumber?, on date: ServiceDay,
        at controller: Name, today: ServiceDay
    ) -> ArrivalQuestion? {
        let known = rows.appointments[code]
        if known?.ticket == ticket { return nil }
        let finding: ArrivalQuestion.Finding
        switch known?.state {
        case nil: finding = .unknown
        case .used: finding = .used
        case .cancelled, .absence: finding = .cancelled
        case .booked:
            guard let known, known.session.date == date.whole else {
                finding = .otherDay
                break
            }
            use(known, ticket, number)
            return nil
        }
        // Told again, under a new epoch or to an older copy of the book, it is no new question.
        let isTold = rows.questions.values.contains { $0.ticket == ticket && $0.code == code }
        guard !isTold else { return nil }
        let question = ArrivalQuestion(
            number: nextQuestion(), code: code, ticket: ticket, ticketNumber: number,
            controller: controller, date: today.whole, finding: finding)
        if rows.questions.count >= AppointmentLimits.questionsMax {
            let done = rows.questions.values.filter(\.isDone).map(\.number).min()
            guard let done else { return question }
            note(.forgetQuestion(done))
        }
        note(.question(question))
        return question
    }

    /// A person has looked into a question. Whether there is such a question.
    mutating func settle(_ number: UInt64) -> Bool {
        guard var question = rows.questions[number] else { return false }
        question.isDone = true
        note(.question(question))
        return true
    }

    // MARK: - Guessing

    mutating func countGuess(_ asker: Asker, _ now: Moment) {
        guard let asker else { return }
        guesses[asker] = (guesses[asker] ?? Guesses(since: now, count: 0)).oneMore(now)
        guessesOfAll = guessesOfAll.oneMore(now)
        guard guesses.count > AppointmentLimits.reservationsMax else { return }
        for key in guesses.keys where guesses[key]?.isOver(now) == true { guesses.remove(key) }
    }

    func requireNoGuessing(_ asker: Asker, _ now: Moment) throws(AppointmentRefusal) {
        guard let asker else { return }
        let own = guesses[asker]
        let isTooMany =
            own.map { $0.count >= AppointmentLimits.guessesMax && !$0.isOver(now) } ?? false
        let areTooMany =
            guessesOfAll.count >= AppointmentLimits.guessesOfAllMax && !guessesOfAll.isOver(now)
        if isTooMany || areTooMany { throw .tooManyCodes }
    }
}

extension AppointmentBook.Guesses {
    fileprivate func isOver(_ now: Moment) -> Bool {
        now >= since + AppointmentLimits.guessSpan
    }

    fileprivate func oneMore(_ now: Moment) -> Self {
        isOver(now) ? Self(since: now, count: 1) : Self(since: since, count: count + 1)
    }
}
