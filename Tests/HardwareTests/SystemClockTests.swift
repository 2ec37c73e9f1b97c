// SPDX-License-Identifier: Apache-2.0

// The board's clocks: that they agree with themselves, and which wall clock is not believed.

import Glibc
import QueueCore
import Testing

@testable import Hardware

@Suite struct SystemClockTests {
    @Test func monotonicClock_NeverGoesBack_AndMoves() throws {
        let clock: any Clock = try SystemClock(timeZone: "Asia/Tehran")
        let start = clock.now()
        var last = start
        for _ in 0..<1_000 {
            let now = clock.now()
            #expect(now >= last)
            last = now
        }
        usleep(20_000)
        #expect(clock.now() - start >= .milliseconds(20))
    }

    @Test func serviceDay_IsThatOfTheWallClock() throws {
        let clock = try SystemClock(timeZone: "Asia/Tehran")
        let before = clock.zone.day(at: clock.wallSeconds())
        let day = clock.serviceDay()
        #expect((before...clock.zone.day(at: clock.wallSeconds())).contains(day))
        #expect(abs(Int(time(nil)) / 86_400 - day) <= 1)
    }

    @Test func yearsThatCannotBe_AreNotBelieved() {
        #expect(!SystemClock.isYearSane(0))
        #expect(!SystemClock.isYearSane(1_735_689_599))  // the last second of 2024
        #expect(SystemClock.isYearSane(1_735_689_600))
        #expect(SystemClock.isYearSane(4_102_444_799))  // the last second of 2099
        #expect(!SystemClock.isYearSane(4_102_444_800))
        #expect(!SystemClock.isYearSane(Int64.max))
    }

    @Test func unknownZone_SaysWhatToWrite() {
        let error = #expect(throws: ZoneError.self) { try SystemClock(timeZone: "Tehran") }
        #expect(error?.description.contains("no time zone \"Tehran\"") == true)
        #expect(error?.description.contains("Asia/Tehran") == true)
    }

    @Test func simulatedClock_TurnsItsDay_AndCanBeWrong() throws {
        let zone = try ZoneRules(named: "Asia/Tehran")
        let clock = SimulatedClock(wallSeconds: 1_774_124_999, isTrusted: true, zone: zone)
        let day = clock.serviceDay()
        clock.advance(.milliseconds(999))
        #expect(clock.serviceDay() == day)
        clock.advance(.milliseconds(1))
        #expect(clock.serviceDay() == day + 1)
        #expect(clock.now() == Moment.zero + .seconds(1))
        clock.setWall(0, isTrusted: false)
        #expect(clock.serviceDay() == 0 && !clock.isTrusted())
        #expect(clock.now() == Moment.zero + .seconds(1))
    }

    @Test func civilDays_MatchKnownDates() {
        #expect(CivilDay.days(year: 1970, month: 1, day: 1) == 0)
        #expect(CivilDay.days(year: 2000, month: 2, day: 29) == 11_016)
        #expect(CivilDay.days(year: 2100, month: 3, day: 1) == 47_541)
        for year: Int64 in 1900...2200 {
            let first = CivilDay.days(year: year, month: 1, day: 1)
            #expect(CivilDay.year(ofDay: first) == year)
            #expect(CivilDay.year(ofDay: first - 1) == year - 1)
        }
        #expect(CivilDay.weekday(ofDay: 0) == 4)
        #expect(CivilDay.weekday(ofDay: -5) == 6)
    }
}
