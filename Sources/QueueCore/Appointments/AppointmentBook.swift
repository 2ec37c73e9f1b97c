// SPDX-License-Identifier: Apache-2.0

/// The appointments of all clinics: who is expected when, which codes are used, when doctors are away.
/// It is a part of the central's machine: it does no I/O and knows date, time and randomness only as
/// they are handed in. Each method that changes something leaves the rows to be made durable in
/// ``changes``; its owner takes them out in the same step.
public struct AppointmentBook: Sendable {
    /// How it is configured.
    public let plan: AppointmentPlan
    /// All that is on disk.
    public private(set) var rows: AppointmentSnapshot
    /// Rows changed in this step.
    var changes: [AppointmentChange] = []

    /// Which code has which slot.
    private var slots = KeyedRows<DoctorSession, [UInt16: TrackingCode]>()
    /// Appointments to come of each mobile number.
    private var toCome: [MobileNumber: Int] = [:]
    /// Codes that were checked and are being turned into tickets.
    var reserved = KeyedRows<TrackingCode, Reservation>()
    /// Unknown codes that clients have brought lately.
    var guesses = KeyedRows<Name, Guesses>()
    /// Those of all clients together: one can come back under another name.
    var guessesOfAll = Guesses(since: .zero, count: 0)
    private var lastQuestion: UInt64 = 0

    /// A code that is kept for whoever checked it.
    struct Reservation: Sendable {
        var asker: Name
        var until: Moment
    }

    /// How many unknown codes came from a client since a moment.
    struct Guesses: Sendable {
        var since: Moment
        var count: Int
    }

    /// A date and a time of day, as the clinic's clock has them.
    public struct Present: Hashable, Sendable {
        /// The date; its part is 0.
        public var today: ServiceDay
        /// The time of day.
        public var time: LocalTime

        /// A date and a time.
        public init(today: ServiceDay, time: LocalTime) {
            self.today = today.whole
            self.time = time
        }
    }

    /// A book from what is on disk.
    public init(plan: AppointmentPlan, rows: AppointmentSnapshot) {
        self.plan = plan
        self.rows = rows
        for appointment in rows.appointments.values { index(appointment) }
        lastQuestion = rows.questions.keys.max() ?? 0
    }

    /// Stores an appointment and keeps the slots in step with it.
    mutating func put(_ appointment: Appointment) {
        if let old = rows.appointments[appointment.code] { unindex(old) }
        index(appointment)
        note(.put(appointment))
    }

    mutating func forget(_ code: TrackingCode) {
        if let old = rows.appointments[code] { unindex(old) }
        note(.forget(code))
    }

    mutating func note(_ change: AppointmentChange) {
        rows.apply(change)
        changes.append(change)
    }

    private mutating func index(_ appointment: Appointment) {
        if appointment.holdsSlot {
            slots[appointment.session, default: [:]][appointment.slot] = appointment.code
        }
        if appointment.state == .booked { toCome[appointment.mobile, default: 0] += 1 }
    }

    private mutating func unindex(_ appointment: Appointment) {
        if appointment.holdsSlot {
            slots[appointment.session, default: [:]][appointment.slot] = nil
        }
        guard appointment.state == .booked, let count = toCome[appointment.mobile] else { return }
        toCome[appointment.mobile] = count > 1 ? count - 1 : nil
    }

    /// Whether nobody has the slot.
    func isFree(_ slot: Int, of session: DoctorSession) -> Bool {
        slots[session]?[UInt16(slot)] == nil
    }

    /// Who has the slot.
    func holder(of slot: Int, _ session: DoctorSession) -> TrackingCode? {
        slots[session]?[UInt16(slot)]
    }

    /// How many slots of a session are taken.
    public func taken(_ session: DoctorSession) -> Int { slots[session]?.count ?? 0 }

    /// Appointments that a mobile number is expected with from a day on. Those that were missed count
    /// no more; they are looked for only where it matters.
    func toCome(_ mobile: MobileNumber, from today: ServiceDay) -> Int {
        let count = toCome[mobile] ?? 0
        guard count >= AppointmentLimits.mobileBookingsMax else { return count }
        return rows.appointments.values.count {
            $0.mobile == mobile && $0.state == .booked && $0.session.date >= today
        }
    }

    /// The appointments of a doctor's session that have a slot, in order of time.
    func holders(of session: DoctorSession) -> [Appointment] {
        let codes = (slots[session] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        return codes.compactMap { rows.appointments[$0] }
    }

    /// The number of the next question.
    mutating func nextQuestion() -> UInt64 {
        lastQuestion += 1
        return lastQuestion
    }

    /// The appointments of a date, in order of time and doctor.
    public func appointments(on date: ServiceDay) -> [Appointment] {
        rows.appointments.values.filter { $0.session.date == date.whole }.sorted {
            ($0.time, $0.session.doctor, $0.code) < ($1.time, $1.session.doctor, $1.code)
        }
    }

    /// The questions that wait for a person, oldest first.
    public var openQuestions: [ArrivalQuestion] {
        rows.questions.values.filter { !$0.isDone }.sorted { $0.number < $1.number }
    }

    /// Forgets what is long over.
    mutating func beginDay(_ today: ServiceDay) {
        let oldest = today.count - AppointmentLimits.pastDaysKept
        for appointment in rows.appointments.values where appointment.session.date.count < oldest {
            forget(appointment.code)
        }
        for session in rows.absences.keys where session.date.count < oldest {
            note(.present(session))
        }
        for session in rows.walkIns.keys where session.date.count < oldest {
            note(.forgetWalkIns(session))
        }
        for (session, _) in slots where session.date.count < oldest { slots[session] = nil }
        let firstKept = today.count - AppointmentLimits.questionDaysKept
        for question in rows.questions.values {
            let isOld = question.date.count < (question.isDone ? oldest : firstKept)
            if isOld { note(.forgetQuestion(question.number)) }
        }
    }
}
