// SPDX-License-Identifier: Apache-2.0

// Tickets for people without an appointment. Each doctor's session keeps some slots for them; together,
// the sessions that are on, or begin soon, say how many tickets their service may still give out.

extension AppointmentBook {
    /// Whether the service gives out a limited number of tickets to people without an appointment.
    func limitsWalkIns(_ service: Name) -> Bool {
        plan.clinics.contains { clinic in
            clinic.service == service && clinic.doctors.contains { $0.walkIns > 0 }
        }
    }

    /// How many tickets the service may give out now; nil when nobody counts.
    func walkInsLeft(_ service: Name, at present: Present) -> Int? {
        guard limitsWalkIns(service) else { return nil }
        return current(service, at: present).reduce(0) { $0 + left($1) }
    }

    private func left(_ sitting: DoctorSitting) -> Int {
        max(0, sitting.walkIns - Int(rows.walkIns[sitting.key] ?? 0))
    }

    /// The sittings that a ticket given out now can be for.
    private func current(_ service: Name, at present: Present) -> [DoctorSitting] {
        let clinics = plan.clinics.filter { $0.service == service }
        return clinics.flatMap(\.doctors).flatMap { doctor in
            plan.sittings(of: doctor, on: present.today).filter { sitting in
                rows.absences[sitting.key] == nil && present.time < sitting.closes
                    && sitting.opens + -plan.walkInLeadMinutes <= present.time
            }
        }
    }

    /// Counts a ticket for the session that has most left, and returns it; nil when nobody counts.
    mutating func countWalkIn(_ service: Name, at present: Present) -> DoctorSession? {
        guard limitsWalkIns(service) else { return nil }
        let sittings = current(service, at: present)
        // Of several the first; a ticket beyond all limits, issued offline, is counted too.
        guard let most = sittings.map({ left($0) }).max(),
            let sitting = sittings.first(where: { left($0) == most })
        else { return nil }
        let count = rows.walkIns[sitting.key] ?? 0
        note(.walkIns(sitting.key, count == .max ? count : count + 1))
        return sitting.key
    }

    /// The ticket counted last was for a code after all.
    mutating func uncountWalkIn(_ session: DoctorSession) {
        guard let count = rows.walkIns[session], count > 0 else { return }
        note(.walkIns(session, count - 1))
    }
}
