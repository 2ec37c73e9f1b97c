// SPDX-License-Identifier: Apache-2.0

// Sessions, holidays and hours of services, as both files write them.

import Foundation
import NobatConfiguration
import QueueCore
import Testing

struct ScheduleTests {
    static let schedule = """
        schedule:
          sessions:
            - { name: morning, hours: 8:00-12:00 }
            - { name: night, days: [friday], hours: 20:00-24:00 }
          holidays: [1405/01/01, "1405-01-13"]
          lead: 30m
          grace: 5m
        """

    static let central =
        Samples.central.replacingOccurrences(of: "halls:", with: "\(schedule)\nhalls:")
        .replacingOccurrences(
            of: "series: A\n",
            with: "series: A\n        sessions: [morning, night]\n        at-close: cancel\n"
                + "        numbers: session\n        on-holidays: true\n")

    @Test func everyKey_IsRead() throws {
        let plan = try CentralConfiguration.parse(text: Self.central, file: "f.yaml").plan
        let (lab, morning, night) = (
            try #require(Name("lab")), try #require(Name("morning")), try #require(Name("night"))
        )
        let expected = Schedule(
            sessions: [
                SessionPlan(
                    name: morning, days: .working, opens: LocalTime(minute: 480),
                    closes: LocalTime(minute: 720)),
                SessionPlan(
                    name: night, days: [.init(rawValue: 64)], opens: LocalTime(minute: 1_200),
                    closes: .end),
            ],
            holidays: ["1405/01/01", "1405/01/13"].compactMap { JalaliDate($0)?.serviceDay },
            hours: [
                ServiceHours(
                    service: lab, sessions: [morning, night], closing: .cancel, restarts: true,
                    onHolidays: true)
            ], leadMinutes: 30, graceMinutes: 5)
        #expect(plan.schedule == expected)
    }

    @Test func withoutASchedule_AllIsOpen() throws {
        let plan = try CentralConfiguration.parse(text: Samples.central, file: "f.yaml").plan
        #expect(plan.schedule == .always)
    }

    static let bad: [BadFile] = [
        BadFile(
            "8:00-12:00", "12:00-8:00",
            """
            6:31: the session closes at 08:00, before it opens at 12:00; make two sessions of one \
            that goes on past midnight
            """),
        BadFile(
            "8:00-12:00", "8-12",
            """
            6:31: "8-12" is no opening and closing time; write two times of day, as in "hours: \
            08:00-12:00"
            """),
        BadFile(
            "[friday]", "[fryday]",
            """
            7:29: "fryday" is no value of "days"; did you mean "friday"?
            """),
        BadFile(
            "1405/01/01", "1405/12/30",
            """
            8:14: "1405/12/30" is no date of the Jalali calendar; write year/month/day, as in \
            "1405/01/01"
            """),
        BadFile(
            "lead: 30m", "lead: 90s",
            """
            9:9: 90s is no whole number of minutes; write it in m, as in 30m
            """),
        BadFile(
            "[morning, night]", "[mornign]",
            """
            16:20: there is no session "mornign" in the schedule; did you mean "morning"?
            """),
        BadFile(
            "at-close: cancel", "at-close: carry",
            """
            18:18: numbers that start over with each session would meet those of tickets that are \
            carried into it; write "at-close: cancel", or "numbers: day"
            """),
        BadFile(
            "        sessions: [morning, night]\n", "",
            """
            16:19: "at-close" has no meaning for a service that is always open; add its sessions, \
            as in "sessions: [morning]", or take "at-close" away
            17:18: "numbers" has no meaning for a service that is always open; add its sessions, \
            as in "sessions: [morning]", or take "numbers" away
            18:22: "on-holidays" has no meaning for a service that is always open; add its \
            sessions, as in "sessions: [morning]", or take "on-holidays" away
            """),
        BadFile(
            "days: [friday], hours: 20:00-24:00", "hours: 11:00-24:00",
            """
            16:29: the sessions "morning" and "night" are at the same time; let one end before the \
            other begins, or name one of them
            16:19: numbers start over with "morning" and with "night", which are at the same time; \
            let services with "numbers: session" have sessions one after the other
            """),
    ]

    @Test(arguments: bad)
    func badFile_IsReported(file: BadFile) {
        #expect(Set(Samples.centralErrors(file.applied(to: Self.central))) == Set(file.errors))
    }
}
