// SPDX-License-Identifier: Apache-2.0

// Clinics and doctors of a simulated hall.

import QueueCore

extension Scenario {
    /// How many in a thousand worlds have doctors who can be booked.
    private static let bookableWorlds = 600

    /// The clinics of this world; `plan.clinics` is empty where nobody can be booked.
    var appointmentPlan: AppointmentPlan {
        var dice = Dice(seed: seed, 7)
        guard dice.chance(perMille: Self.bookableWorlds), let service = services.first else {
            return .none
        }
        // Walk-ins are limited in some worlds only: whoever is refused tests nothing else.
        let areLimited = dice.chance(perMille: 300)
        let doctors = (0..<dice.among(1...3)).map { place in
            DoctorPlan(
                code: DoctorCode(3 + place), sessions: clinicHours.sessions.map(\.name),
                visitMinutes: max(1, dice.pick([4, 8, 15]) / haste),
                capacity: dice.chance(perMille: 300) ? dice.among(2...6) : nil,
                walkIns: areLimited ? dice.among(1...max(1, ticketsADay / 6)) : 0)
        }
        let clinic = ClinicPlan(
            code: 12, service: service.name, earlyMinutes: max(1, 60 / haste),
            lateMinutes: max(1, 20 / haste), doctors: doctors)
        return AppointmentPlan(
            clinics: [clinic], schedule: clinicHours, walkInLeadMinutes: 120)
    }
}
