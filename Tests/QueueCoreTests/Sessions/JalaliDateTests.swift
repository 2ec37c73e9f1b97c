// SPDX-License-Identifier: Apache-2.0

// Jalali dates against another implementation (the ICU calendar) and against dates that are known.

import Foundation
import Testing

@testable import QueueCore

@Suite struct JalaliDateTests {
    /// Days since 1970-01-01 and their dates, as published: the first days of years, the day of the
    /// Unix epoch, leap days.
    @Test(arguments: [
        (0, "1348/10/11"), (20_167, "1403/12/30"), (20_168, "1404/01/01"), (20_532, "1404/12/29"),
        (20_533, "1405/01/01"), (20_780, "1405/09/02"), (11_035, "1378/12/29"),
        (11_036, "1379/01/01"), (17_245, "1395/12/30"), (17_246, "1396/01/01"),
    ])
    func knownDates(_ days: Int32, _ text: String) {
        #expect(JalaliDate(ServiceDay(days)).description == text)
        #expect(JalaliDate(text)?.serviceDay == ServiceDay(days))
    }

    /// Every day to the end of 1501; from 1502 the two may part for a year, as the type says.
    @Test func everyDay_IsAsICUSaysIt() throws {
        var calendar = Calendar(identifier: .persian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        let end = try #require(JalaliDate(year: 1_501, month: 12, day: 29)).serviceDay.count
        for count in 0...end {
            let date = Date(timeIntervalSince1970: Double(count) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let own = JalaliDate(ServiceDay(count))
            guard own.year == parts.year, own.month == parts.month, own.day == parts.day else {
                Issue.record("day \(count) is \(own) here and \(parts) in ICU")
                return
            }
        }
    }

    @Test func everyDay_ComesBack() {
        for count in 0...ServiceDay.countMax {
            let date = JalaliDate(ServiceDay(count))
            guard date.serviceDay.count == count, JalaliDate(date.description) == date else {
                Issue.record("day \(count) came back as \(date.serviceDay)")
                return
            }
        }
        #expect(JalaliDate(ServiceDay(ServiceDay.countMax)).year == JalaliDate.years.upperBound)
        #expect(JalaliDate(ServiceDay(0)).year == JalaliDate.years.lowerBound)
    }

    @Test(arguments: [
        "", "1405", "1405/9", "1405/13/01", "1405/00/10", "1405/07/31", "1404/12/30", "1405/1/0",
        "1300/01/01", "1405/09/02/1", "1405/09/2x", "99999999999999999999/1/1", "1405//1", "a/b/c",
    ])
    func noDate_IsNil(_ text: String) { #expect(JalaliDate(text) == nil) }

    @Test func digitsOfAllKinds_AreRead() {
        #expect(JalaliDate("۱۴۰۵/۰۹/۰۲") == JalaliDate("1405-9-2"))
        #expect(JalaliDate("١٤٠٥/٠٩/٠٢")?.serviceDay == ServiceDay(20_780))
    }

    @Test func words() {
        #expect(JalaliDate(ServiceDay(20_780)).persian == "دوشنبه ۲ آذر ۱۴۰۵")
        #expect(ServiceDay(20_780, part: 2).dateText == "monday 1405/09/02, session 2")
        #expect(Weekday(ServiceDay(0)) == .thursday)
        #expect(Weekday(ServiceDay(-1)) == .wednesday)
        #expect(Weekday(ServiceDay(20_785)) == .saturday)
    }

    @Test func serviceDay_KeepsItsPart() {
        let day = ServiceDay(20_780, part: 2)
        #expect(day.count == 20_780 && day.part == 2 && day.whole == ServiceDay(20_780))
        #expect(ServiceDay("20780.2") == day && ServiceDay("20780") == day.whole)
        for text in ["20780.0", "20780.", ".2", "20780.256", "020780", "1.2.3", "+1", "9999999"] {
            #expect(ServiceDay(text) == nil, "\(text)")
        }
        #expect(day.whole < day && day < day.next && ServiceDay(-5).count == -5)
        #expect(day.isOver(by: ServiceDay(20_780, part: 3)) && !day.isOver(by: day))
        #expect(!day.whole.isOver(by: day) && day.whole.isOver(by: day.next))
        #expect(ServiceDay(.max, part: 255) > ServiceDay(ServiceDay.countMax))
    }
}
