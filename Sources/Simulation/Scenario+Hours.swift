// SPDX-License-Identifier: Apache-2.0

// The hours of a simulated clinic: mornings and evenings, services that carry or cancel those who
// still wait, numbers by day or by session, a holiday.

import QueueCore

extension Scenario {
    /// Draws how each service follows the sessions; some are always open.
    mutating func drawHours(_ dice: inout Dice) {
        guard let morning = Name("morning"), let evening = Name("evening") else { return }
        hours = services.compactMap { service in
            guard dice.chance(perMille: 800) else { return nil }
            let closing = dice.pick([ClosingRule.carry, .cancel, .cancel])
            let sessions = dice.pick([[morning, evening], [morning, evening], [evening]])
            return ServiceHours(
                service: service.name, sessions: sessions, closing: closing,
                restarts: closing == .cancel && dice.chance(perMille: 600),
                onHolidays: dice.chance(perMille: 200))
        }
        hasHoliday = dice.chance(perMille: 150)
        leadMinutes = dice.among(0...20) / haste
        graceMinutes = dice.pick([0, 0, 15, 60]) / haste
        controllersKnowHours = dice.chance(perMille: 700)
    }

    /// The hours of services, where any has some.
    var schedule: Schedule { hours.isEmpty ? .always : clinicHours }

    /// The sessions in whole minutes, on every day of the week.
    var clinicHours: Schedule {
        guard let morning = Name("morning"), let evening = Name("evening") else { return .always }
        let minutes = sessions.map { Int($0.lowerBound / 60)..<Int(($0.upperBound + 59) / 60) }
        let plans = [
            SessionPlan(
                name: morning, days: .all, opens: LocalTime(minute: minutes[0].lowerBound),
                closes: LocalTime(minute: minutes[0].upperBound)),
            SessionPlan(
                name: evening, days: .all,
                opens: LocalTime(minute: max(minutes[0].upperBound, minutes[1].lowerBound)),
                closes: LocalTime(minute: minutes[1].upperBound)),
        ]
        return Schedule(
            sessions: plans, holidays: hasHoliday ? [ServiceDay(World.firstDay + 1)] : [],
            hours: hours, leadMinutes: leadMinutes, graceMinutes: graceMinutes)
    }

    /// Minutes of the day at which something opens, closes or ends, and midnight.
    var clockMinutes: [Int64] {
        let schedule = schedule
        var minutes: Set<Int64> = [0]
        for hours in hours {
            for sitting in schedule.sittings(
                of: hours.service, on: ServiceDay(World.firstDay))
            {
                for time in [sitting.ticketsFrom, sitting.closes, sitting.ends]
                where time < .end {
                    minutes.insert(Int64(time.minute))
                }
            }
        }
        return minutes.sorted()
    }
}
