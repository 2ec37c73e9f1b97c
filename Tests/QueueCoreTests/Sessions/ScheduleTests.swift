// SPDX-License-Identifier: Apache-2.0

// What is open when: Iran's working week, holidays, lead and grace times, numbers by session.

import Testing

@testable import QueueCore

@Suite struct ScheduleTests {
    /// Tuesday, 1405/09/03.
    static let tuesday = ServiceDay(20_781)
    static let admission = Sample.name("admission")
    static let doctor = Sample.name("doctor")

    enum Sample {
        static func name(_ text: String) -> Name { Name(text) ?? .central }
        static func time(_ text: String) -> LocalTime { LocalTime(text) ?? .midnight }
    }

    static func clinic(
        lead: Int = 30, grace: Int = 20, holidays: [ServiceDay] = [], restarts: Bool = true
    ) -> Schedule {
        let (morning, evening) = (Sample.name("morning"), Sample.name("evening"))
        return Schedule(
            sessions: [
                SessionPlan(
                    name: evening, days: .working, opens: Sample.time("13:00"),
                    closes: Sample.time("20:00")),
                SessionPlan(
                    name: morning, days: .working, opens: Sample.time("8:00"),
                    closes: Sample.time("12:00")),
            ],
            holidays: holidays,
            hours: [
                ServiceHours(
                    service: admission, sessions: [morning, evening], closing: .cancel,
                    restarts: restarts),
                ServiceHours(service: doctor, sessions: [evening], onHolidays: true),
            ],
            leadMinutes: lead, graceMinutes: grace)
    }

    func isOpen(_ schedule: Schedule, _ service: Name, _ day: ServiceDay, _ time: String) -> Bool {
        schedule.sitting(of: service, on: day, at: Sample.time(time)) != nil
    }

    @Test func edgesOfASession() {
        let schedule = Self.clinic()
        for (time, open) in [
            ("00:00", false), ("07:29", false), ("07:30", true), ("11:59", true), ("12:00", false),
            ("12:29", false), ("12:30", true), ("19:59", true), ("20:00", false), ("24:00", false),
        ] {
            #expect(isOpen(schedule, Self.admission, Self.tuesday, time) == open, "\(time)")
        }
        #expect(isOpen(schedule, .central, Self.tuesday, "03:00"))
    }

    @Test func holidaysAndFridays() {
        let schedule = Self.clinic(holidays: [Self.tuesday])
        #expect(!isOpen(schedule, Self.admission, Self.tuesday, "09:00"))
        #expect(isOpen(schedule, Self.doctor, Self.tuesday, "14:00"))
        let friday = ServiceDay(Self.tuesday.count + 3)
        #expect(Weekday(friday) == .friday)
        #expect(!isOpen(schedule, Self.admission, friday, "09:00"))
        #expect(!isOpen(schedule, Self.doctor, friday, "14:00"))
    }

    @Test func nextOpening_PassesOverTheWeekend() throws {
        let schedule = Self.clinic()
        let wednesday = ServiceDay(Self.tuesday.count + 1)
        let next = try #require(
            schedule.nextSitting(of: Self.admission, after: wednesday, at: Sample.time("20:00")))
        #expect(next.day == ServiceDay(wednesday.count + 3) && Weekday(next.day) == .saturday)
        #expect(next.ticketsFrom == Sample.time("07:30") && next.opens == Sample.time("08:00"))
        let noon = schedule.nextSitting(
            of: Self.admission, after: Self.tuesday, at: Sample.time("12:10"))
        #expect(noon?.day == Self.tuesday && noon?.session == Sample.name("evening"))
        let never = Schedule(hours: [ServiceHours(service: Self.doctor, sessions: [])])
        #expect(never.nextSitting(of: Self.doctor, after: wednesday, at: .midnight) == nil)
    }

    /// A long lead or grace time does not reach into the other session.
    @Test func leadAndGrace_StayBetweenTheSessions() {
        let long = Self.clinic(lead: 90, grace: 600)
        let sittings = long.sittings(of: Self.admission, on: Self.tuesday)
        #expect(sittings.map(\.ticketsFrom.description) == ["06:30", "12:00"])
        #expect(sittings.map(\.ends.description) == ["12:00", "23:59"])
    }

    @Test func endings_AreEachInOneSpan() {
        let schedule = Self.clinic(grace: 20)
        var seen: [String] = []
        for minute in 1...1_440 {
            let span = (LocalTime(minute: minute - 1), LocalTime(minute: minute))
            for end in schedule.endings(on: Self.tuesday, after: span.0, through: span.1) {
                seen.append("\(end.hours.service) \(end.sitting.ends)")
            }
        }
        #expect(seen == ["admission 12:20", "admission 20:20", "doctor 20:20"])
        let all = schedule.endings(on: Self.tuesday, after: .midnight, through: .end)
        #expect(all.count == 3)
    }

    @Test func numbersRestartWithTheSession() {
        let schedule = Self.clinic()
        let day = { (time: String) in
            schedule.serviceDay(on: Self.tuesday, at: Sample.time(time)).description
        }
        #expect(day("00:00") == "20781.1" && day("12:29") == "20781.1")
        #expect(day("12:30") == "20781.2" && day("23:59") == "20781.2")
        #expect(schedule.next(after: ServiceDay(20_781, part: 1)).description == "20781.2")
        #expect(schedule.next(after: ServiceDay(20_781, part: 2)).description == "20782.1")
        let friday = ServiceDay(Self.tuesday.count + 3)
        #expect(schedule.serviceDay(on: friday, at: .end).part == 1)
        #expect(schedule.next(after: ServiceDay(friday.count, part: 1)).count == friday.count + 1)
        let daily = Self.clinic(restarts: false)
        #expect(daily.serviceDay(on: Self.tuesday, at: .end) == Self.tuesday)
        #expect(daily.next(after: Self.tuesday) == Self.tuesday.next)
    }

    /// A service of the evening alone gives out no ticket with a number of the morning.
    @Test func ticketsOfARestartingService_WaitForTheOtherOnes() {
        let evening = ServiceHours(
            service: Self.doctor, sessions: [Sample.name("evening")], closing: .cancel,
            restarts: true)
        let long = Self.clinic(lead: 90)
        let schedule = Schedule(
            sessions: long.sessions, hours: [long.hours[0], evening], leadMinutes: 90)
        let sitting = schedule.sittings(of: Self.doctor, on: Self.tuesday).first
        #expect(sitting?.ticketsFrom == Sample.time("12:00"))
        #expect(schedule.serviceDay(on: Self.tuesday, at: Sample.time("11:59")).part == 1)
        #expect(schedule.serviceDay(on: Self.tuesday, at: Sample.time("12:00")).part == 2)
    }

    @Test func times_AreReadAndRefused() {
        #expect(LocalTime("۸:۰۵")?.minute == 485 && LocalTime("24:00") == .end)
        for text in ["", "8", "8:5", "24:01", "08:60", "-1:00", "08:00:00", "9999999999:00"] {
            #expect(LocalTime(text) == nil, "\(text)")
        }
    }
}
