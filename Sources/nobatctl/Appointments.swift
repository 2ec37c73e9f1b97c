// SPDX-License-Identifier: Apache-2.0

// Appointments, asked of the central: booking, arriving, a doctor's absence, the table of a day. Dates
// are Jalali; digits may be Latin, Persian or Arabic.

import ArgumentParser
import Control
import Foundation
import QueueCore

/// A Jalali date as people type it.
struct DateArgument: ExpressibleByArgument {
    let day: ServiceDay

    init?(argument: String) {
        guard let date = JalaliDate(argument) else { return nil }
        day = date.serviceDay
    }
}

/// A number in any of the three kinds of digits.
struct CodeNumber: ExpressibleByArgument {
    let value: Int

    init?(argument: String) {
        guard let number = Digits.number(argument, max: Int(AppointmentLimits.codeMax)) else {
            return nil
        }
        value = number
    }
}

extension Common {
    /// Asks for something about appointments and prints what was done.
    func actOnAppointments(_ request: ControlRequest) throws {
        let result = try ask(request, as: AppointmentResult.self)
        show(result, AppointmentText.text(result))
    }
}

struct Book: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Book an appointment: the first free time.",
        discussion: "Ask the central (--socket).")
    @OptionGroup var common: Common
    @Argument(help: "The clinic's code.") var clinic: CodeNumber
    @Argument(help: "The doctor's code; 0 for whoever is free first.") var doctor: CodeNumber
    @Argument(help: "The patient's mobile number.") var mobile: String
    @Option(name: .long, help: "No earlier than this date, such as 1405/09/02.")
    var from: DateArgument?
    @Option(name: .customLong("class"), help: "normal, elderly, disabled or emergency.")
    var priority = "normal"

    func run() throws {
        var request = ControlRequest(.book)
        request.clinic = clinic.value
        request.doctor = doctor.value
        request.mobile = mobile
        request.priority = priority
        request.day = from.map { Int($0.day.count) }
        try common.actOnAppointments(request)
    }
}

struct Unbook: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Call an appointment off.")
    @OptionGroup var common: Common
    @Argument(help: "The tracking code.") var code: String

    func run() throws {
        var request = ControlRequest(.unbook)
        request.code = code
        try common.actOnAppointments(request)
    }
}

struct Arrive: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give the ticket for a tracking code.", discussion: "Ask the central (--socket).")
    @OptionGroup var common: Common
    @Argument(help: "The tracking code.") var code: String
    @Flag(name: .long, help: "Although it is early or late.") var force = false

    func run() throws {
        var request = ControlRequest(.arrive)
        request.code = code
        request.force = force ? true : nil
        try common.act(request)
    }
}

struct Absent: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A doctor is away: cancel or move the appointments, and list whom to tell.",
        discussion: "Asked again, it lists the same patients. Ask the central (--socket).")
    @OptionGroup var common: Common
    @Argument(help: "The doctor's code.") var doctor: CodeNumber
    @Option(name: .long, help: "The date, such as 1405/09/02.") var day: DateArgument
    @Option(name: .long, help: "The session, such as morning; default: all of the day.")
    var session: String?
    @Flag(name: .long, help: "Give the patients the doctor's next free times.") var move = false
    @Flag(name: .long, help: "The doctor is there after all and can be booked again.")
    var undo = false

    func run() throws {
        var request = ControlRequest(undo ? .present : .absent)
        request.doctor = doctor.value
        request.day = Int(day.day.count)
        request.session = session
        request.move = move ? true : nil
        try common.actOnAppointments(request)
    }
}

struct Appointments: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The appointments of a day.")
    @OptionGroup var common: Common
    @Option(name: .long, help: "The date, such as 1405/09/02; default: the service day.")
    var day: DateArgument?

    func run() throws {
        var request = ControlRequest(.appointments)
        request.day = day.map { Int($0.day.count) }
        let rows = try common.ask(request, as: [AppointmentRow].self)
        common.show(rows, AppointmentText.table(rows))
    }
}

struct ToCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "to-check",
        abstract: "Tickets that were given out offline for codes which are not good.")
    @OptionGroup var common: Common
    @Option(name: .long, help: "This one was looked into.") var settle: Int?

    func run() throws {
        if let settle {
            var request = ControlRequest(.settle)
            request.question = settle
            return try common.actOnAppointments(request)
        }
        let rows = try common.ask(ControlRequest(.toCheck), as: [ArrivalRow].self)
        common.show(
            rows,
            Table.text(
                ["no.", "ticket", "code", "at", "known since", "finding"],
                rows.map {
                    ["\($0.question)", $0.ticket, $0.code, $0.controller, $0.dateText, $0.text]
                }))
    }
}

/// Appointments as a person reads them.
enum AppointmentText {
    static func text(_ result: AppointmentResult) -> String {
        let first = result.appointments.first
        let time = first.map { "doctor \($0.doctor), \($0.dateText) at \($0.time)" } ?? ""
        switch result.outcome {
        case "booked": return "code \(first?.code ?? ""): \(time)"
        case "unbooked": return "called off: \(time)"
        case "absent" where result.appointments.isEmpty:
            return "noted; nobody has to be told"
        case "absent":
            return "noted; \(result.count ?? 0) patients must be told:\n"
                + table(result.appointments)
        case "present":
            return "the doctor can be booked again; what was moved or cancelled stays so"
        case "imported":
            return "\(result.count ?? 0) appointments taken over:\n" + table(result.appointments)
        case "settled": return "arrival \(result.count ?? 0) is settled"
        default: return result.outcome
        }
    }

    static func table(_ rows: [AppointmentRow]) -> String {
        Table.text(
            ["date", "time", "doctor", "code", "state", "mobile", "ticket"],
            rows.map {
                [
                    $0.dateText, $0.time, "\($0.doctor)", $0.code, $0.state, $0.mobile ?? "",
                    $0.number ?? "",
                ]
            })
    }
}
