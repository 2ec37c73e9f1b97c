// SPDX-License-Identifier: Apache-2.0

// Rows and history lines of the appointment book, each kind at least once.

import QueueCore
import Testing

@testable import Store

enum AppointmentSamples {
    static func session(_ date: Int32) throws -> DoctorSession {
        DoctorSession(
            doctor: 9_999, date: ServiceDay(date), session: try Samples.name("morning"))
    }

    static func booked() -> Booked {
        Booked(
            code: TrackingCode(random: 3), doctor: 12, date: ServiceDay(20_780),
            time: LocalTime(minute: 1_439))
    }

    static func entries() throws -> [AppointmentEntry] {
        let ticket = try Samples.ticketID(8)
        let findings = ArrivalQuestion.Finding.allCases
        let hall = try Samples.name("hall-a")
        return [
            .booked(booked()), .unbooked(booked()), .used(booked(), ticket),
            .absent(try session(20_781)), .present(try session(20_782)), .moved(booked()),
            .cancelled(booked()), .imported(5_000), .settled(.max >> 1),
        ] + findings.map { .toCheck(TrackingCode(random: 4), ticket, controller: hall, $0) }
    }

    static func appointment(_ seed: UInt64) throws -> Appointment {
        let mobile = try #require(MobileNumber("09121234567"))
        return Appointment(
            code: TrackingCode(random: seed), clinic: 9_999, session: try session(20_780),
            slot: UInt16(seed), time: LocalTime(minute: 480), mobile: mobile, priority: .elderly)
    }

    /// An appointment in every state, and each other kind of row.
    static func changes() throws -> [AppointmentChange] {
        var used = try appointment(1)
        used.state = .used
        used.ticket = try Samples.ticketID(5)
        used.number = TicketNumber("A007")
        var moved = try appointment(2)
        moved.movedFrom = try session(20_700)
        var away = try appointment(3)
        away.state = .absence
        let questions = try ArrivalQuestion.Finding.allCases.enumerated().map { place, finding in
            ArrivalQuestion(
                number: UInt64(place + 1), code: used.code, ticket: try Samples.ticketID(6),
                ticketNumber: place == 0 ? nil : TicketNumber("B999"),
                controller: try Samples.name("hall-a"), date: ServiceDay(20_779), finding: finding,
                isDone: place == 1)
        }
        return [
            .put(try appointment(4)), .put(used), .put(moved), .put(away),
            .absent(try session(20_780)), .absent(try session(20_781)),
            .walkIns(try session(20_780), 3), .walkIns(try session(20_780), 4),
            .walkIns(try session(20_781), .max),
        ] + questions.map { .question($0) } + [
            .forget(away.code), .present(try session(20_781)),
            .forgetWalkIns(try session(20_781)), .forgetQuestion(2),
        ]
    }
}
