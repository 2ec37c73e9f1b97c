// SPDX-License-Identifier: Apache-2.0

// Booking, and calling off.

extension AppointmentBook {
    /// A slot that can be booked.
    struct FreeSlot {
        var sitting: DoctorSitting
        var slot: Int
        var time: LocalTime { sitting.time(of: slot) }
    }

    /// Books the first free time that suits.
    mutating func book(
        _ booking: Booking, random: UInt64, at present: Present
    ) throws(AppointmentRefusal) -> Appointment {
        guard let clinic = plan.clinic(booking.clinic) else {
            throw .unknownClinic(booking.clinic)
        }
        let doctors = clinic.doctors.filter { booking.doctor == 0 || $0.code == booking.doctor }
        guard !doctors.isEmpty else { throw .unknownDoctor(booking.doctor) }
        if let from = booking.from, from < present.today { throw .pastDate(from) }
        try requireRoom(for: 1)
        let known = toCome(booking.mobile, from: present.today)
        guard known < AppointmentLimits.mobileBookingsMax else { throw .tooManyBookings }
        let first = firstFree(doctors, from: booking.from ?? present.today, at: present)
        guard let first else { throw .noFreeTime }
        let appointment = Appointment(
            code: freshCode(random), clinic: clinic.code, session: first.sitting.key,
            slot: UInt16(first.slot), time: first.time, mobile: booking.mobile,
            priority: booking.priority)
        put(appointment)
        return appointment
    }

    func requireRoom(for count: Int) throws(AppointmentRefusal) {
        guard rows.appointments.count + count <= AppointmentLimits.appointmentsMax else {
            throw .bookFull
        }
    }

    /// A code that nobody has.
    func freshCode(_ random: UInt64) -> TrackingCode {
        var random = random
        while true {
            let code = TrackingCode(random: random)
            if rows.appointments[code] == nil { return code }
            // The next number of a generator of full period: it comes by every code in the end.
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        }
    }

    /// The first free slot of any of the doctors, from a date on, that has not begun.
    func firstFree(
        _ doctors: [DoctorPlan], from first: ServiceDay, at present: Present
    ) -> FreeSlot? {
        let last = present.today.count + AppointmentLimits.bookingDaysMax
        var date = max(first.whole, present.today)
        while date.count <= last {
            let free = doctors.compactMap { firstFree($0, on: date, at: present) }
            let best = free.min {
                ($0.time, $0.sitting.key.doctor) < ($1.time, $1.sitting.key.doctor)
            }
            if let best { return best }
            date = date.next
        }
        return nil
    }

    private func firstFree(
        _ doctor: DoctorPlan, on date: ServiceDay, at present: Present
    ) -> FreeSlot? {
        for sitting in plan.sittings(of: doctor, on: date) where rows.absences[sitting.key] == nil {
            guard taken(sitting.key) < sitting.bookable else { continue }
            let slot = (0..<sitting.capacity).first {
                sitting.isBookable($0) && isFree($0, of: sitting.key)
                    && (date > present.today || sitting.time(of: $0) > present.time)
            }
            if let slot { return FreeSlot(sitting: sitting, slot: slot) }
        }
        return nil
    }

    /// Calls an appointment off.
    mutating func unbook(
        _ code: TrackingCode, by asker: Asker, at present: Present, now: Moment
    ) throws(AppointmentRefusal) -> Appointment {
        guard code.isSound else { throw .codeMistyped }
        try requireNoGuessing(asker, now)
        guard var appointment = rows.appointments[code] else {
            countGuess(asker, now)
            throw .codeUnknown
        }
        try requireNotOver(appointment)
        guard appointment.session.date >= present.today else {
            throw .pastDate(appointment.session.date)
        }
        appointment.state = .cancelled
        put(appointment)
        return appointment
    }

    func requireNotOver(_ appointment: Appointment) throws(AppointmentRefusal) {
        switch appointment.state {
        case .booked: return
        case .used: throw .codeUsed(appointment.number)
        case .cancelled, .absence: throw .codeCancelled(appointment.booked)
        }
    }
}
