// SPDX-License-Identifier: Apache-2.0

// A clinic with two doctors, to try the appointment book on.

import Testing

@testable import QueueCore

/// Clinic 12 for `admission`: doctor 3 with five slots in the morning, of which two are kept, and doctor
/// 4 with two in the morning and two in the evening.
struct BookBench {
    static let today = ServiceDay(20_780)
    let morning: Name
    let evening: Name
    let plan: AppointmentPlan
    var book: AppointmentBook
    var randoms: UInt64 = 1

    init(rows: AppointmentSnapshot = AppointmentSnapshot()) throws {
        morning = try #require(Name("morning"))
        evening = try #require(Name("evening"))
        let sessions = [
            SessionPlan(
                name: morning, days: .all, opens: LocalTime(minute: 480),
                closes: LocalTime(minute: 720)),
            SessionPlan(
                name: evening, days: .all, opens: LocalTime(minute: 780),
                closes: LocalTime(minute: 1_200)),
        ]
        let doctors = [
            DoctorPlan(code: 3, sessions: [morning], visitMinutes: 10, capacity: 5, walkIns: 2),
            DoctorPlan(code: 4, sessions: [morning, evening], visitMinutes: 10, capacity: 2),
        ]
        let clinic = ClinicPlan(
            code: 12, service: try #require(Name("admission")), earlyMinutes: 60, lateMinutes: 15,
            doctors: doctors)
        plan = AppointmentPlan(
            clinics: [clinic], schedule: Schedule(sessions: sessions), walkInLeadMinutes: 60)
        book = AppointmentBook(plan: plan, rows: rows)
    }

    /// A time of today, or of a day after.
    static func at(_ time: String, days: Int32 = 0) throws -> AppointmentBook.Present {
        AppointmentBook.Present(
            today: ServiceDay(today.count + days), time: try #require(LocalTime(time)))
    }

    static func mobile(_ last: Int) throws -> MobileNumber {
        try #require(MobileNumber("0912" + "\(1_000_000 + last)"))
    }

    @discardableResult
    mutating func unbook(_ code: TrackingCode, by asker: Name? = nil) throws -> Appointment {
        try book.unbook(code, by: asker, at: Self.at("07:00"), now: .zero)
    }

    @discardableResult
    mutating func book(
        _ doctor: DoctorCode = 0, mobile: Int = 1, at time: String = "07:00",
        from: ServiceDay? = nil
    ) throws -> Appointment {
        randoms += 1
        return try book.book(
            Booking(clinic: 12, doctor: doctor, mobile: try Self.mobile(mobile), from: from),
            random: randoms, at: try Self.at(time))
    }

    func ticket(_ serial: UInt32) -> TicketID {
        TicketID(issuer: .central, run: Epoch(random: 1), serial: serial)
    }
}
