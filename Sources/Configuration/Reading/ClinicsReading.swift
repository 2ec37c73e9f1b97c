// SPDX-License-Identifier: Apache-2.0

// Reads clinics and their doctors: who can be booked, when, and how many.

import QueueCore

/// The clinics of a central as far as they are read.
struct ClinicsReading {
    private let schedule: Schedule
    private let services: [Name]
    private var clinics: [ClinicPlan] = []
    private var walkInLead = 120
    private var clinicCodes = Once<UInt16>()
    private var doctorCodes = Once<UInt16>()

    private static let codes = 1...Int(AppointmentLimits.codeMax)

    init(schedule: Schedule, services: [Name]) {
        self.schedule = schedule
        self.services = services
    }

    /// What the core needs to know.
    var plan: AppointmentPlan {
        AppointmentPlan(clinics: clinics, schedule: schedule, walkInLeadMinutes: walkInLead)
    }

    /// Reads `clinics` in `file`.
    mutating func read(_ file: Fields) {
        guard let value = file.optional("clinics") else { return }
        let items = value.list(
            1...AppointmentLimits.clinicsMax, of: "clinics",
            example: "- { code: 12, service: admission, doctors: […] }")
        for item in items ?? [] { add(clinic: item) }
        let doctors = clinics.reduce(0) { $0 + $1.doctors.count }
        if doctors > AppointmentLimits.doctorsMax {
            value.report(
                "the clinics have \(doctors) doctors together, but may have "
                    + "\(AppointmentLimits.doctorsMax)", "take some away")
        }
    }

    private mutating func add(clinic value: Value) {
        guard
            let fields = value.fields(
                "a clinic", keys: ["code", "service", "early", "late", "doctors"],
                example: "{ code: 12, service: admission, doctors: […] }")
        else { return }
        let code = code(fields, 12, "the clinic", &clinicCodes)
        let serviceValue = fields.required("service", example: "admission")
        let service = serviceValue?.name(example: "admission")
        if let service, !services.contains(service) {
            let near = Suggestion.nearest(to: "\(service)", among: services.map(\.description))
            serviceValue?.report(
                "no hall has a service \"\(service)\"",
                near.map { "did you mean \"\($0)\"?" } ?? "add it to a hall, or name another")
        }
        let early = fields.minutes("early", ConfigurationLimits.arrivalSpan, otherwise: 60)
        let late = fields.minutes("late", ConfigurationLimits.arrivalSpan, otherwise: 15)
        let items = fields.required("doctors", example: "[{ code: 3, sessions: [morning] }]")?.list(
            1...AppointmentLimits.doctorsMax, of: "doctors",
            example: "- { code: 3, sessions: [morning] }")
        var doctors: [DoctorPlan] = []
        for item in items ?? [] {
            if let doctor = doctor(item) { doctors.append(doctor) }
        }
        guard let code, let service, let early, let late else { return }
        clinics.append(
            ClinicPlan(
                code: code, service: service, earlyMinutes: early, lateMinutes: late,
                doctors: doctors))
    }

    private func code(
        _ fields: Fields, _ example: Int, _ what: String, _ once: inout Once<UInt16>
    ) -> UInt16? {
        guard let value = fields.required("code", example: "\(example)"),
            let number = value.integer(Self.codes, example: example)
        else { return nil }
        once.take(
            UInt16(number), at: value.place, value.reading, "\(what) \(number)",
            "give one of the two another code")
        return UInt16(number)
    }

    private mutating func doctor(_ value: Value) -> DoctorPlan? {
        guard
            let fields = value.fields(
                "a doctor", keys: ["code", "sessions", "days", "visit", "capacity", "walk-ins"],
                example: "{ code: 3, sessions: [morning] }")
        else { return nil }
        let code = code(fields, 3, "the doctor", &doctorCodes)
        let sessions = sessions(fields)
        let days = days(fields)
        let visit = fields.minutes("visit", ConfigurationLimits.visitSpan, otherwise: 8)
        let capacity = fields.optional("capacity").map {
            $0.integer(1...AppointmentLimits.capacityMax, example: 20)
        }
        let walkIns = fields.integer(
            "walk-ins", 0...AppointmentLimits.capacityMax, otherwise: 0)
        guard let code, let sessions, let days, let visit, let walkIns else { return nil }
        if case .some(nil) = capacity { return nil }
        let doctor = DoctorPlan(
            code: code, sessions: sessions.map(\.name), days: days, visitMinutes: visit,
            capacity: capacity.flatMap { $0 }, walkIns: walkIns)
        check(doctor, sessions, fields)
        return doctor
    }

    private func sessions(_ fields: Fields) -> [SessionPlan]? {
        let items = fields.required("sessions", example: "[morning]")?.list(
            1...ConfigurationLimits.sessionsMax, of: "sessions", example: "[morning]")
        let known = schedule.sessions
        var sessions: [SessionPlan] = []
        var once = Once<Name>()
        for item in items ?? [] {
            guard let name = item.name(example: "morning") else { continue }
            once.take(
                name, at: item.place, item.reading, "the session \"\(name)\"",
                "name it once for each doctor")
            guard let session = known.first(where: { $0.name == name }) else {
                let near = Suggestion.nearest(
                    to: "\(name)", among: known.map(\.name.description))
                item.report(
                    "there is no session \"\(name)\" in the schedule",
                    near.map { "did you mean \"\($0)\"?" } ?? "add it to \"schedule\"")
                continue
            }
            if let other = sessions.first(where: { $0.overlaps(session) && $0.name != name }) {
                item.report(
                    "the sessions \"\(other.name)\" and \"\(name)\" are at the same time",
                    "let one end before the other begins, or name one of them")
            }
            sessions.append(session)
        }
        return items == nil ? nil : sessions
    }

    private func days(_ fields: Fields) -> Weekdays? {
        guard let value = fields.optional("days") else { return .all }
        let items = value.list(1...7, of: "days", example: "[saturday, monday]")
        let days = items?.compactMap { item in
            item.choice(Weekday.allCases.map(\.word)).flatMap { Weekday(word: $0) }
        }
        return days.map { Weekdays($0) }
    }

    /// A doctor's slots must fit the sessions, and some must be left to be booked.
    private func check(_ doctor: DoctorPlan, _ sessions: [SessionPlan], _ fields: Fields) {
        for session in sessions {
            let minutes = Int(session.closes.minute) - Int(session.opens.minute)
            let room = max(1, minutes / doctor.visitMinutes)
            if let capacity = doctor.capacity, capacity > minutes {
                fields.optional("capacity")?.report(
                    "\(capacity) patients do not fit the \(minutes) minutes of \"\(session.name)\"",
                    "make it \(minutes) or less")
            }
            guard doctor.walkIns >= (doctor.capacity ?? room) else { continue }
            fields.optional("walk-ins")?.report(
                "\"\(session.name)\" has \(doctor.capacity ?? room) slots, but \(doctor.walkIns) are "
                    + "kept for people without an appointment, and none is left to be booked",
                "keep fewer")
        }
    }
}

extension Fields {
    /// A length of time in whole minutes, or its default.
    fileprivate func minutes(
        _ key: String, _ range: ClosedRange<TimeSpan>, otherwise: Int
    ) -> Int? {
        guard let value = optional(key) else { return otherwise }
        guard let span = value.span(range, example: "\(otherwise)m") else { return nil }
        guard span.microseconds % 60_000_000 == 0 else {
            value.report(
                "this is no whole number of minutes", "write it in m, as in \(otherwise)m")
            return nil
        }
        return Int(span.microseconds / 60_000_000)
    }
}
