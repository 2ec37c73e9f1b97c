// SPDX-License-Identifier: Apache-2.0

// What is promised about appointments, held against every commit of the central: a code gives one
// ticket, no session has more appointments than it may, and no code that a controller took is dropped.

import QueueCore

/// What the witness knows of the appointment appointments.
struct SeenBook: Sendable {
    /// The slot that each code holds.
    var slots = KeyedRows<TrackingCode, Slot>()
    /// How many codes hold a slot of each session.
    var counts = KeyedRows<DoctorSession, Int>()
    /// The ticket that each code gave.
    var tickets = KeyedRows<TrackingCode, TicketID>()
    /// What controllers have told, by ticket, until it was judged.
    var told = KeyedRows<TicketID, TrackingCode>()
    /// The tickets that were judged: the code is used by it, or a person is to look into it.
    var judged = KeyedRows<TicketID, TrackingCode>()
    /// Facts of the present commit.
    var toldNow: [(ticket: TicketID, code: TrackingCode)] = []

    /// A slot of a session.
    struct Slot: Hashable, Sendable {
        var session: DoctorSession
        var slot: UInt16
    }
}

extension Witness {
    /// A central starts from what is on its disk, which may be an older copy.
    mutating func read(_ rows: AppointmentSnapshot) {
        let (told, judged) = (appointments.told, appointments.judged)
        appointments = SeenBook()
        appointments.told = told
        appointments.judged = judged
        for appointment in rows.appointments.values { put(appointment) }
    }

    mutating func committed(_ change: AppointmentChange) {
        switch change {
        case .put(let appointment): put(appointment)
        case .forget(let code):
            if let old = appointments.slots[code] {
                appointments.counts[old.session, default: 0] -= 1
            }
            appointments.slots[code] = nil
        case .question(let question): appointments.judged[question.ticket] = question.code
        default: break
        }
    }

    private mutating func put(_ appointment: Appointment) {
        let code = appointment.code
        if let old = appointments.slots[code] { appointments.counts[old.session, default: 0] -= 1 }
        appointments.slots[code] = nil
        if let ticket = appointment.ticket {
            if let other = appointments.tickets.replace(code, with: ticket), other != ticket {
                fail(10, "the code \(code) gave two tickets, \(ticket) the second")
            }
            appointments.judged[ticket] = code
        }
        guard appointment.holdsSlot else { return }
        let slot = SeenBook.Slot(session: appointment.session, slot: appointment.slot)
        if appointments.slots.values.contains(slot) {
            fail(10, "two appointments have slot \(slot.slot) of \(slot.session)")
        }
        appointments.slots[code] = slot
        appointments.counts[slot.session, default: 0] += 1
        let count = appointments.counts[slot.session] ?? 0
        guard let most = most(slot.session) else {
            return fail(10, "an appointment in a session that is not held: \(slot.session)")
        }
        if count > most { fail(10, "\(count) appointments in \(slot.session), which has \(most)") }
    }

    /// How many appointments a session may have, worked out from the configuration.
    private func most(_ session: DoctorSession) -> Int? {
        let plan = appointmentPlan
        guard
            let doctor = plan.clinics.flatMap(\.doctors).first(where: { $0.code == session.doctor }
            ),
            let hours = plan.schedule.sessions.first(where: { $0.name == session.session })
        else { return nil }
        let minutes = Int(hours.closes.minute) - Int(hours.opens.minute)
        let slots = doctor.capacity ?? max(1, minutes / doctor.visitMinutes)
        return max(0, slots - doctor.walkIns)
    }

    mutating func told(_ entry: AppointmentEntry) {
        switch entry {
        case .used: tally.count(.codeUsedInTime)
        case .toCheck(let code, let ticket, _, _):
            tally.count(.arrivalToCheck)
            appointments.judged[ticket] = code
        default: break
        }
    }

    /// A controller has committed that a ticket was for a code.
    mutating func arrived(_ ticket: TicketID, _ code: TrackingCode) {
        tally.count(.arrivedAtController)
        appointments.told[ticket] = code
    }

    /// The history has such a fact; the same commit must judge it.
    mutating func heardArrival(_ ticket: TicketID, _ code: TrackingCode) {
        appointments.toldNow.append((ticket, code))
    }

    /// The end of a commit.
    mutating func judgeArrivals() {
        guard !appointments.toldNow.isEmpty else { return }
        for (ticket, code) in appointments.toldNow {
            if appointments.judged[ticket] != code {
                fail(3, "the central was told that \(ticket) is for \(code), and dropped it")
            }
            appointments.told[ticket] = nil
        }
        appointments.toldNow.removeAll()
    }

    /// At the end, the central has judged all that controllers have told.
    mutating func checkArrivals() {
        guard !hasForgotten, let lost = appointments.told.first(where: { _ in true }) else {
            return
        }
        fail(3, "\(lost.0) was for \(lost.1), and the central has never heard of it")
    }
}
