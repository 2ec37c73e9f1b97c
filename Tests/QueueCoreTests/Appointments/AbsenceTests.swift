// SPDX-License-Identifier: Apache-2.0

// A doctor is away; a list is taken over.

import Testing

@testable import QueueCore

@Suite struct AbsenceTests {
    private func away(
        _ bench: inout BookBench, session: Name? = nil, moves: Bool
    ) throws -> [ToTell] {
        try bench.book.note(
            Absence(doctor: 4, date: BookBench.today, session: session, moves: moves),
            at: BookBench.at("07:00")
        ).patients
    }

    @Test func cancelledPatients_AreListed_EachTimeAnew() throws {
        var bench = try BookBench()
        let codes = try (0..<4).map { try bench.book(4, mobile: $0).code }
        bench.book.use(
            try #require(bench.book.rows.appointments[codes[0]]), bench.ticket(1), nil)
        let told = try away(&bench, session: bench.morning, moves: false)
        #expect(told.map(\.booked.code) == [codes[1]], "the one who is there already is not told")
        #expect(told.first?.outcome == .cancelled)
        #expect(told.first?.mobile == (try BookBench.mobile(1)))
        #expect(try away(&bench, session: bench.morning, moves: false) == told)
        let day = try away(&bench, moves: false)
        #expect(day.map(\.booked.code).sorted() == codes[1...].sorted())
    }

    @Test func movedPatients_GetTheNextFreeTimes_InOrder() throws {
        var bench = try BookBench()
        let codes = try (0..<2).map { try bench.book(4, mobile: $0).code }
        try bench.book(4, mobile: 3)  // 13:00
        let told = try away(&bench, session: bench.morning, moves: true)
        #expect(told.map(\.outcome) == [.moved, .moved])
        let texts = told.map { "\($0.booked.date) \($0.booked.time)" }.sorted()
        #expect(texts == ["20780 13:10", "20781 08:00"])
        let first = try #require(bench.book.rows.appointments[codes[0]])
        #expect(first.session.session == bench.evening && first.movedFrom?.session == bench.morning)
        let again = try away(&bench, session: bench.morning, moves: true)
        #expect(Set(again) == Set(told))
        // The evening is off as well: whoever was moved there is moved on.
        let evening = try away(&bench, session: bench.evening, moves: true)
        #expect(evening.count == 2 && evening.allSatisfy { $0.booked.date > BookBench.today })
    }

    @Test func absentDoctor_IsNotBooked_UntilTheAbsenceIsWithdrawn() throws {
        var bench = try BookBench()
        _ = try away(&bench, moves: false)
        #expect(try bench.book(4).session.date == BookBench.today.next)
        let absence = Absence(doctor: 4, date: BookBench.today)
        #expect(bench.book.withdraw(absence).count == 2)
        #expect(bench.book.withdraw(absence).isEmpty)
        #expect(try bench.book(4).session.date == BookBench.today)
    }

    @Test func absencesThatMakeNoSense_AreRefused() throws {
        var bench = try BookBench()
        let now = try BookBench.at("07:00")
        #expect(throws: AppointmentRefusal.unknownDoctor(9)) {
            try bench.book.note(Absence(doctor: 9, date: BookBench.today), at: now)
        }
        #expect(throws: AppointmentRefusal.pastDate(ServiceDay(20_779))) {
            try bench.book.note(Absence(doctor: 4, date: ServiceDay(20_779)), at: now)
        }
        let night = try #require(Name("night"))
        #expect(throws: AppointmentRefusal.noSession(4, BookBench.today)) {
            try bench.book.note(
                Absence(doctor: 4, date: BookBench.today, session: night), at: now)
        }
    }

    // MARK: - Lists

    private func row(
        _ line: Int, _ time: String, doctor: DoctorCode = 4, date: ServiceDay = BookBench.today
    ) throws -> ImportRow {
        ImportRow(
            line: line, doctor: doctor, date: date, time: try #require(LocalTime(time)),
            mobile: try BookBench.mobile(line))
    }

    @Test func soundList_IsTakenOverWhole() throws {
        var bench = try BookBench()
        let list = [try row(2, "08:10"), try row(3, "13:00"), try row(4, "08:30", doctor: 3)]
        let (taken, errors) = bench.book.take(
            list, randoms: list.indices.map { UInt64($0) + 5 }, at: try BookBench.at("07:00"))
        #expect(errors.isEmpty && taken.map(\.time.description) == ["08:10", "13:00", "08:30"])
        #expect(Set(taken.map(\.code)).count == 3 && taken.allSatisfy { $0.code.isSound })
        #expect(bench.book.rows.appointments.count == 3)
        #expect(try bench.book(4, mobile: 9).time.description == "08:00")
    }

    @Test func everyError_IsTold_AndNothingIsTakenOver() throws {
        var bench = try BookBench()
        try bench.book(4)
        _ = try bench.book.note(
            Absence(doctor: 4, date: BookBench.today, session: bench.evening),
            at: BookBench.at("07:00"))
        bench.book.changes = []
        let list = [
            try row(2, "08:10"), try row(3, "08:00"), try row(4, "08:10"),
            try row(5, "08:05"), try row(6, "12:30"), try row(7, "13:00"),
            try row(8, "08:00", doctor: 3), try row(9, "08:00", doctor: 77),
            try row(10, "08:00", date: ServiceDay(20_779)),
            try row(11, "08:00", date: ServiceDay(20_999)),
        ]
        let (taken, errors) = bench.book.take(
            list, randoms: list.indices.map { UInt64($0) + 5 }, at: try BookBench.at("07:00"))
        #expect(taken.isEmpty && bench.book.rows.appointments.count == 1)
        #expect(bench.book.changes.isEmpty)
        #expect(errors.map(\.line) == [3, 4, 5, 6, 7, 8, 9, 10, 11])
        let columns: [ImportColumn] = [
            .time, .time, .time, .time, .date, .time, .doctor, .date, .date,
        ]
        #expect(errors.map(\.column) == columns)
        #expect(errors[1].reason.contains("line 2"))
        #expect(errors[2].reason.contains("08:00 and 08:10"))
        #expect(errors.allSatisfy { !$0.reason.contains("0912") })
    }
}
