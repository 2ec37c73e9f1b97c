// SPDX-License-Identifier: Apache-2.0

// Reads the clinic's sessions, holidays and the hours of its services; central and controller write
// them alike.

import QueueCore

/// The schedule as far as it is read.
struct ScheduleReading {
    /// Keys of a service that say how it follows the sessions.
    static let serviceKeys = ["sessions", "at-close", "numbers", "on-holidays"]

    private let isThere: Bool
    private var sessions: [SessionPlan] = []
    /// Names of sessions, those of faulty ones too.
    private var names: [Name] = []
    private var holidays: [ServiceDay] = []
    private var leadMinutes = 0
    private var graceMinutes = 0
    private var hours: [ServiceHours] = []

    /// The schedule.
    var schedule: Schedule {
        Schedule(
            sessions: sessions, holidays: holidays, hours: hours, leadMinutes: leadMinutes,
            graceMinutes: graceMinutes)
    }

    private enum Numbers: String, CaseIterable {
        case day, session
    }

    /// Reads `schedule` in `file`.
    init(_ file: Fields) {
        let value = file.optional("schedule")
        isThere = value != nil
        guard
            let fields = value?.fields(
                "\"schedule\"", keys: ["sessions", "holidays", "lead", "grace"],
                example: "schedule: { sessions: […] }")
        else { return }
        let example = "- { name: morning, hours: 08:00-12:00 }"
        let items = fields.required("sessions", example: "[{ name: morning, hours: 08:00-12:00 }]")?
            .list(1...ConfigurationLimits.sessionsMax, of: "sessions", example: example)
        var once = Once<Name>()
        for item in items ?? [] { add(session: item, &once) }
        readHolidays(fields)
        leadMinutes = fields.minutes("lead") ?? 0
        graceMinutes = fields.minutes("grace") ?? 0
    }

    private mutating func add(session item: Value, _ once: inout Once<Name>) {
        guard
            let fields = item.fields(
                "a session", keys: ["name", "days", "hours"],
                example: "{ name: morning, hours: 08:00-12:00 }")
        else { return }
        let nameValue = fields.required("name", example: "morning")
        let name = nameValue?.name(example: "morning")
        if let name, let nameValue {
            once.take(
                name, at: nameValue.place, fields.reading, "the session \"\(name)\"",
                "give one of the two another name")
            names.append(name)
        }
        let days = fields.weekdays()
        let span = fields.required("hours", example: "08:00-12:00")?.hours()
        guard let name, let days, let span else { return }
        sessions.append(
            SessionPlan(name: name, days: days, opens: span.lowerBound, closes: span.upperBound))
    }

    private mutating func readHolidays(_ fields: Fields) {
        let items = fields.optional("holidays")?.list(
            0...ConfigurationLimits.holidaysMax, of: "holidays", example: "- 1405/01/01")
        var once = Once<ServiceDay>()
        for item in items ?? [] {
            guard let text = item.text("a date", example: "1405/01/01") else { continue }
            guard let date = JalaliDate(text) else {
                item.report(
                    "\"\(Reading.shown(text))\" is no date of the Jalali calendar",
                    "write year/month/day, as in \"1405/01/01\"")
                continue
            }
            once.take(
                date.serviceDay, at: item.place, item.reading, "the holiday \(date)",
                "keep one of the two")
            holidays.append(date.serviceDay)
        }
    }

    /// Reads how a service follows the sessions.
    mutating func add(service: Name?, _ fields: Fields) {
        guard let value = fields.optional("sessions") else {
            for key in Self.serviceKeys {
                fields.optional(key)?.report(
                    "\"\(key)\" has no meaning for a service that is always open",
                    "add its sessions, as in \"sessions: [morning]\", or take \"\(key)\" away")
            }
            return
        }
        guard isThere else {
            return value.report(
                "the file has no schedule that these sessions could be of",
                "add \"schedule: { sessions: […] }\" to the file")
        }
        let own = sessionNames(value)
        let closing = fields.optional("at-close").map { $0.choice(ClosingRule.self) } ?? .carry
        let numbers = fields.optional("numbers").map { $0.choice(Numbers.self) } ?? .day
        let onHolidays = fields.flag("on-holidays", otherwise: false)
        guard let service, let own, let closing, let numbers, let onHolidays else { return }
        if numbers == .session, closing == .carry {
            (fields.optional("numbers") ?? value).report(
                "numbers that start over with each session would meet those of tickets that are "
                    + "carried into it",
                "write \"at-close: cancel\", or \"numbers: day\"")
            return
        }
        hours.append(
            ServiceHours(
                service: service, sessions: own.map(\.name), closing: closing,
                restarts: numbers == .session, onHolidays: onHolidays))
        if numbers == .session { checkNumbered(value) }
    }

    /// The sessions that a service names; none of them at the same time as another.
    private func sessionNames(_ value: Value) -> [SessionPlan]? {
        let items = value.list(
            1...ConfigurationLimits.sessionsMax, of: "sessions", example: "sessions: [morning]")
        var once = Once<Name>()
        var own: [SessionPlan] = []
        for item in items ?? [] {
            guard let name = item.name(example: "morning") else { continue }
            once.take(
                name, at: item.place, item.reading, "the session \"\(name)\"",
                "name it once for each service")
            guard names.contains(name) else {
                let near = Suggestion.nearest(to: "\(name)", among: names.map(\.description))
                item.report(
                    "there is no session \"\(name)\" in the schedule",
                    near.map { "did you mean \"\($0)\"?" } ?? "add it there")
                continue
            }
            guard let session = sessions.first(where: { $0.name == name }) else { continue }
            if let other = own.first(where: { $0.overlaps(session) && $0.name != name }) {
                item.report(
                    "the sessions \"\(other.name)\" and \"\(name)\" are at the same time",
                    "let one end before the other begins, or name one of them")
            }
            own.append(session)
        }
        return items == nil ? nil : own
    }

    /// The sessions that numbers start over with must come one after the other for the whole clinic.
    private func checkNumbered(_ value: Value) {
        let numbered = Set(hours.filter(\.restarts).flatMap(\.sessions))
        let plans = sessions.filter { numbered.contains($0.name) }
        for (place, plan) in plans.enumerated() {
            guard let other = plans[..<place].first(where: { $0.overlaps(plan) }) else { continue }
            return value.report(
                "numbers start over with \"\(other.name)\" and with \"\(plan.name)\", which are at "
                    + "the same time",
                "let services with \"numbers: session\" have sessions one after the other")
        }
    }
}

extension Value {
    /// Opening and closing time, as `08:00-12:00`.
    fileprivate func hours() -> Range<LocalTime>? {
        guard let text = text("an opening and a closing time", example: "08:00-12:00") else {
            return nil
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let opens = LocalTime(parts[0]), let closes = LocalTime(parts[1])
        else {
            report(
                "\"\(Reading.shown(text))\" is no opening and closing time",
                "write two times of day, as in \"\(key): 08:00-12:00\"")
            return nil
        }
        guard opens < closes else {
            report(
                "the session closes at \(closes), before it opens at \(opens)",
                "make two sessions of one that goes on past midnight")
            return nil
        }
        return opens..<closes
    }
}

extension Fields {
    /// The weekdays of a session; the working week where nothing is said.
    fileprivate func weekdays() -> Weekdays? {
        guard let value = optional("days") else { return .working }
        let items = value.list(1...7, of: "days", example: "days: [saturday, sunday]")
        var once = Once<String>()
        let days = items?.compactMap { item -> Weekday? in
            guard let word = item.choice(Weekday.allCases.map(\.word)) else { return nil }
            once.take(word, at: item.place, reading, "\(word)", "keep one of the two")
            return Weekday(word: word)
        }
        return days.map { Weekdays($0) }
    }

    /// A length of time in whole minutes.
    fileprivate func minutes(_ key: String) -> Int? {
        guard let value = optional(key) else { return nil }
        guard let span = value.span(ConfigurationLimits.leadSpan, example: "30m") else {
            return nil
        }
        guard span.microseconds % 60_000_000 == 0 else {
            value.report("\(span.shown) is no whole number of minutes", "write it in m, as in 30m")
            return nil
        }
        return Int(span.microseconds / 60_000_000)
    }
}
