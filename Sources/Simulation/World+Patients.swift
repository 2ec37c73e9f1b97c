// SPDX-License-Identifier: Apache-2.0

// Patients with appointments book, come in time, early, late, twice or with wrong codes; doctors are
// away.

import QueueCore

extension World {
    mutating func perform(_ deed: PatientDeed) {
        guard !witness.appointmentPlan.clinics.isEmpty else { return }
        if central.isRunning { tellCentralClock() }
        switch deed {
        case .book(let doctor, let mobile, let ahead, let twice):
            book(doctor, mobile, ahead, asksTwice: twice)
        case .arrive(let number, let twice):
            guard let patient = patients.patient(number) else { return }
            askAtKiosk(.arrive(patient.booked.code), .arrive(patient.booked.code), twice: twice)
        case .arriveAt(let who, let number):
            guard let patient = patients.patient(number) else { return }
            arrive(patient.booked.code, at: who)
        case .typeAt(let who, let number):
            guard let patient = patients.patient(number) else { return }
            type(patient.booked.code, atKioskOf: who)
        case .checkAndArrive(let who, let number):
            guard let patient = patients.patient(number) else { return }
            let code = patient.booked.code
            askAtKiosk(.check(code), .check(code, at: who), twice: false)
        case .guess(let random):
            if let code = guessed(random) { askAtKiosk(.arrive(code), .arrive(code), twice: false) }
        case .guessAt(let who, let random):
            if let code = guessed(random) { arrive(code, at: who) }
        case .unbook(let number):
            guard let patient = patients.patient(number) else { return }
            patients.end(patient.booked.code)
            ask(.appointments(.ask(.unbook(patient.booked.code), random: 0)))
        case .absence(let doctor, let session, let ahead, let moves):
            let names = witness.appointmentPlan.schedule.sessions.map(\.name)
            let absence = Absence(
                doctor: doctor, date: date(ahead),
                session: session < names.count ? names[session] : nil,
                moves: moves)
            ask(.appointments(.ask(.absence(absence), random: 0)))
        }
    }

    private func date(_ ahead: Int) -> ServiceDay {
        ServiceDay(wallDay(0).count + Int32(ahead))
    }

    /// A code as a stranger may type it.
    private func guessed(_ random: UInt32) -> TrackingCode? {
        let sound = TrackingCode(random: UInt64(random))
        return random % 2 == 0
            ? sound : TrackingCode(value: sound.value % 10 == 9 ? sound.value - 1 : sound.value + 1)
    }

    private mutating func book(
        _ doctor: DoctorCode, _ mobile: UInt16, _ ahead: Int, asksTwice: Bool
    ) {
        let digits = "\(10_000 + Int(mobile))"
        guard let mobile = MobileNumber("0912\(digits)00"),
            let clinic = witness.appointmentPlan.clinics.first
        else { return }
        let booking = Booking(
            clinic: clinic.code, doctor: doctor, mobile: mobile,
            from: ahead == 0 ? nil : date(ahead))
        askAtKiosk(.book(booking), .book, twice: asksTwice)
    }

    private mutating func askAtKiosk(
        _ request: AppointmentRequest, _ question: Patients.Question, twice: Bool
    ) {
        guard central.isRunning else { return }
        kioskReference += 1
        patients.asked[kioskReference] = question
        let ask = ClientMessage.appointment(reference: kioskReference, request)
        for _ in 0..<(twice ? 2 : 1) where central.isRunning {
            feedCentral(.message(kioskLink, ask, random: marks.mark()))
        }
    }

    /// A controller takes a code without an answer of the central.
    private mutating func arrive(_ code: TrackingCode, at who: Int) {
        guard let clinic = witness.appointmentPlan.clinics.first else { return }
        command(who, .arrive(service: clinic.service, priority: .normal, code))
    }

    // MARK: - What the central says

    mutating func kioskHears(_ answer: AppointmentAnswer, _ reference: UInt64) {
        switch answer {
        case .booked(let booked):
            if let other = patients.bookedFor.replace(reference, with: booked.code),
                other != booked.code
            {
                witness.fail(4, "one booking had two codes, \(booked.code) the second")
            }
            let isNew = patients.index[booked.code] == nil
            patients.tell(booked)
            witness.tally.count(.booked)
            if isNew, hasClerks { planVisit(booked) }
        case .valid(let service, let priority):
            guard case .check(let code, let who) = patients.asked[reference] else { return }
            witness.tally.count(.codeChecked)
            command(who, .arrive(service: service, priority: priority, code))
        case .tell: witness.fail(10, "a kiosk was told a mobile number")
        }
    }

    /// Somebody was refused at the kiosk: for a reason that is so.
    mutating func kioskIsRefused(_ name: String, _ reference: UInt64) {
        let code: TrackingCode
        switch patients.asked[reference] {
        case .arrive(let brought), .check(let brought, _): code = brought
        case .book, nil: return
        }
        switch name {
        case "code-early": witness.tally.count(.codeEarly)
        case "code-late": witness.tally.count(.codeLate)
        case "code-wrong-day": witness.tally.count(.codeOnWrongDay)
        case "code-used": witness.tally.count(.codeUsedAgain)
        case "code-cancelled": witness.tally.count(.codeCancelled)
        case "code-mistyped": witness.tally.count(.codeMistyped)
        case "code-unknown":
            witness.tally.count(.codeUnknown)
            if patients.index[code] != nil, !witness.centralForgot, isKept(code) {
                witness.fail(10, "the central does not know the code \(code), which it gave out")
            }
        default: break
        }
    }

    /// Whether the appointment of a code is not so old that it may be forgotten.
    private func isKept(_ code: TrackingCode) -> Bool {
        guard let patient = patients.index[code].map({ patients.all[$0] }) else { return false }
        return patient.booked.date.count + AppointmentLimits.pastDaysKept > wallDay(0).count
            && central.wallError == 0
    }

    mutating func heardOnSocket(_ reply: AppointmentReply) {
        guard case .absent(let told) = reply else { return }
        for patient in told {
            switch patient.outcome {
            case .moved:
                witness.tally.count(.movedByAbsence)
                patients.tell(patient.booked)
            case .cancelled:
                witness.tally.count(.cancelledByAbsence)
                patients.end(patient.booked.code)
            }
        }
    }

    /// When and where somebody who has just booked will come: mostly in time.
    private mutating func planVisit(_ booked: Booked) {
        guard let patient = patients.index[booked.code] else { return }
        let days = booked.date.count - Self.firstDay
        let at =
            Moment.zero + Self.dayLength * Int64(days) + .seconds(Int64(booked.time.minute) * 60)
        let haste = scenario.haste
        let offset =
            trips.chance(perMille: 700)
            ? trips.among(-1_800 / haste...600 / haste) : trips.among(-7_200...7_200) / haste
        let comes = max(now + .seconds(5), at + .seconds(Int64(offset)))
        guard comes - now < Self.dayLength * 3 else { return }
        let who = trips.below(names.count)
        let deed: PatientDeed =
            switch trips.below(10) {
            case 0..<5: .arrive(patient: patient, asksTwice: trips.chance(perMille: 200))
            case 5..<7: .arriveAt(who, patient: patient)
            case 7: .checkAndArrive(who, patient: patient)
            case 8: .typeAt(who, patient: patient)
            default: .unbook(patient: patient)
            }
        put(.deed(.patient(deed)), after: comes - now)
        if trips.chance(perMille: 150) {
            let again: PatientDeed =
                trips.chance(perMille: 500)
                ? .arrive(patient: patient, asksTwice: false) : .arriveAt(who, patient: patient)
            put(.deed(.patient(again)), after: comes - now + .seconds(Int64(1 + trips.below(600))))
        }
    }

    /// What strangers, forgetful patients and doctors do on a day.
    mutating func planPatients(_ midnight: Moment, _ deeds: inout [TimedDeed]) {
        let plan = witness.appointmentPlan
        guard let clinic = plan.clinics.first else { return }
        var dice = Dice(seed: scenario.seed, 8 + UInt64(bitPattern: midnight.microseconds))
        let count = max(4, scenario.ticketsADay / 6)
        for turn in 0..<count {
            let session = dice.pick(scenario.sessions)
            let length = Int(session.upperBound - session.lowerBound)
            // Most call before the clinic opens.
            let from = dice.chance(perMille: 600) ? -1_800 : 0
            let at = midnight + .seconds(session.lowerBound + Int64(dice.among(from...length)))
            let doctor = dice.chance(perMille: 500) ? 0 : dice.pick(clinic.doctors).code
            let deed: PatientDeed =
                switch turn == 0 ? 20 : dice.below(20) {
                case 0: .guess(dice.mark())
                case 1: .guessAt(dice.below(names.count), dice.mark())
                case 2: .arrive(patient: dice.below(1_000), asksTwice: false)
                case 3: .arriveAt(dice.below(names.count), patient: dice.below(1_000))
                case 20:
                    .absence(
                        doctor: dice.pick(clinic.doctors).code, session: dice.below(3),
                        ahead: dice.below(2), moves: dice.chance(perMille: 600))
                default:
                    .book(
                        doctor: doctor, mobile: UInt16(dice.below(200)),
                        ahead: dice.pick([0, 0, 0, 1]), asksTwice: dice.chance(perMille: 100))
                }
            deeds.append(TimedDeed(at: at, deed: .patient(deed)))
        }
    }
}
