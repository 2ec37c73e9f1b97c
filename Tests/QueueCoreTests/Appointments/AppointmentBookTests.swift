// SPDX-License-Identifier: Apache-2.0

// Booking, arriving, being away: each answer of the book.

import Testing

@testable import QueueCore

@Suite struct AppointmentBookTests {
    // MARK: - Booking

    @Test func firstFreeTime_IsTakenOverAllDoctors() throws {
        var bench = try BookBench()
        var told: [String] = []
        for mobile in 0..<7 {
            let appointment = try bench.book(mobile: mobile)
            told.append("\(appointment.session.doctor) \(appointment.time)")
        }
        // Doctor 3's slots 08:00 and 08:20 are kept for people without an appointment.
        #expect(
            told == ["4 08:00", "3 08:10", "4 08:10", "3 08:30", "3 08:40", "4 13:00", "4 13:10"])
        let next = try bench.book(mobile: 8)
        #expect(next.session.date == BookBench.today.next)
    }

    @Test func capacity_IsNeverExceeded_AndKeptSlotsStayFree() throws {
        var bench = try BookBench()
        for mobile in 0..<3 { try bench.book(3, mobile: mobile, from: BookBench.today) }
        let fourth = try bench.book(3, mobile: 4)
        #expect(fourth.session.date == BookBench.today.next)
        let sitting = try #require(
            bench.plan.sittings(of: bench.plan.clinics[0].doctors[0], on: BookBench.today).first)
        #expect((0..<5).filter { sitting.isBookable($0) }.count == 3)
        #expect(bench.book.taken(sitting.key) == 3)
    }

    @Test func slotsThatHaveBegun_AreNotBooked() throws {
        var bench = try BookBench()
        #expect(try bench.book(4, at: "08:00").time.description == "08:10")
        #expect(try bench.book(4, mobile: 2, at: "08:10").time.description == "13:00")
    }

    @Test func refusals_NameWhatIsWrong() throws {
        var bench = try BookBench()
        let mobile = try BookBench.mobile(1)
        let now = try BookBench.at("07:00")
        #expect(throws: AppointmentRefusal.unknownClinic(13)) {
            try bench.book.book(Booking(clinic: 13, mobile: mobile), random: 1, at: now)
        }
        #expect(throws: AppointmentRefusal.unknownDoctor(9)) { try bench.book(9) }
        #expect(throws: AppointmentRefusal.pastDate(ServiceDay(20_779))) {
            try bench.book(from: ServiceDay(20_779))
        }
        for _ in 0..<AppointmentLimits.mobileBookingsMax { try bench.book() }
        #expect(throws: AppointmentRefusal.tooManyBookings) { try bench.book() }
        #expect(throws: AppointmentRefusal.noFreeTime) {
            try bench.book(
                mobile: 2,
                from: ServiceDay(BookBench.today.count + AppointmentLimits.bookingDaysMax + 1))
        }
    }

    @Test func codesOfOneDraw_AreDifferent() throws {
        var bench = try BookBench()
        var codes: Set<TrackingCode> = []
        for mobile in 0..<20 {
            bench.randoms = 6
            codes.insert(try bench.book(mobile: mobile).code)
        }
        #expect(codes.count == 20)
    }

    // MARK: - Arriving

    private func answer(
        _ bench: inout BookBench, _ code: TrackingCode, _ time: String, days: Int32 = 0,
        by asker: String = "kiosk"
    ) throws -> String {
        let present = try BookBench.at(time, days: days)
        do throws(AppointmentRefusal) {
            _ = try bench.book.judge(code, by: Name(asker), at: present, now: .zero)
            return "valid"
        } catch {
            return error.name
        }
    }

    @Test func everyKindOfCode_HasItsOwnAnswer() throws {
        var bench = try BookBench()
        let booked = try bench.book(4)
        let code = booked.code
        #expect(booked.time.description == "08:00")
        #expect(try answer(&bench, code, "06:59") == "code-early")
        #expect(try answer(&bench, code, "07:00") == "valid")
        #expect(try answer(&bench, code, "08:15") == "valid")
        #expect(try answer(&bench, code, "08:16") == "code-late")
        #expect(try answer(&bench, code, "08:00", days: 1) == "code-wrong-day")
        #expect(try answer(&bench, code, "08:00", days: -1) == "code-wrong-day")
        let mistyped = try #require(TrackingCode(value: code.value ^ 1))
        #expect(try answer(&bench, mistyped, "08:00") == "code-mistyped")
        #expect(try answer(&bench, TrackingCode(random: 99), "08:00") == "code-unknown")
        let other = try bench.book(4, mobile: 2)
        _ = try bench.unbook(other.code)
        #expect(try answer(&bench, other.code, "08:00") == "code-cancelled")
        bench.book.use(booked, bench.ticket(1), TicketNumber("A001"))
        #expect(try answer(&bench, code, "08:00") == "code-used")
        #expect(
            AppointmentRefusal.codeUsed(TicketNumber("A001")).sentence.contains("A001"))
    }

    @Test func unbookedSlot_IsFreeAgain() throws {
        var bench = try BookBench()
        let first = try bench.book(4)
        _ = try bench.unbook(first.code)
        #expect(try bench.book(4, mobile: 2).time == first.time)
        #expect(throws: AppointmentRefusal.codeCancelled(first.booked)) {
            try bench.unbook(first.code)
        }
    }

    @Test func checkedCode_IsKeptForItsAskerForAWhile() throws {
        var bench = try BookBench()
        let code = try bench.book(4).code
        let (a, b) = (try #require(Name("hall-a")), try #require(Name("hall-b")))
        let now = try BookBench.at("08:00")
        let valid = try bench.book.check(code, by: a, at: now, now: .zero)
        #expect(valid.service.description == "admission")
        #expect(throws: AppointmentRefusal.codeInUse) {
            try bench.book.check(code, by: b, at: now, now: .zero + .seconds(59))
        }
        _ = try bench.book.check(code, by: a, at: now, now: .zero + .seconds(1))
        _ = try bench.book.check(code, by: b, at: now, now: .zero + .seconds(62))
    }

    @Test func guessing_IsRefusedForAWhile() throws {
        var bench = try BookBench()
        let code = try bench.book(4).code
        for seed in 0..<AppointmentLimits.guessesMax {
            let guess = TrackingCode(random: UInt64(seed + 1_000))
            #expect(try answer(&bench, guess, "08:00") == "code-unknown")
        }
        #expect(try answer(&bench, code, "08:00") == "too-many-codes")
        #expect(try answer(&bench, code, "08:00", by: "other") == "valid")
        _ = try bench.book.judge(
            code, by: Name("kiosk"), at: BookBench.at("08:00"),
            now: .zero + AppointmentLimits.guessSpan)
    }

    @Test func guessingUnderManyNames_IsRefusedTheSame() throws {
        var bench = try BookBench()
        let code = try bench.book(4).code
        for seed in 0..<AppointmentLimits.guessesOfAllMax {
            let guess = TrackingCode(random: UInt64(seed + 1_000))
            #expect(try answer(&bench, guess, "08:00", by: "k\(seed)") == "code-unknown")
        }
        #expect(try answer(&bench, code, "08:00", by: "other") == "too-many-codes")
        #expect(throws: AppointmentRefusal.tooManyCodes) {
            try bench.unbook(code, by: Name("system"))
        }
    }

    @Test func missedAppointments_DoNotKeepAPhoneFromBooking() throws {
        var bench = try BookBench()
        for _ in 0..<AppointmentLimits.mobileBookingsMax { try bench.book() }
        #expect(throws: AppointmentRefusal.tooManyBookings) { try bench.book() }
        let later = ServiceDay(BookBench.today.count + 3)
        let present = AppointmentBook.Present(today: later, time: .midnight)
        let booking = Booking(clinic: 12, doctor: 4, mobile: try BookBench.mobile(1), from: later)
        _ = try bench.book.book(booking, random: 999, at: present)
    }

    // MARK: - Told later

    private func told(
        _ bench: inout BookBench, _ code: TrackingCode, _ serial: UInt32, days: Int32 = 0
    ) throws -> ArrivalQuestion.Finding? {
        let date = ServiceDay(BookBench.today.count + days)
        return bench.book.arrived(
            code, bench.ticket(serial), TicketNumber("A009"), on: date,
            at: try #require(Name("hall-a")), today: BookBench.today
        )?.finding
    }

    @Test func toldArrivals_AreUsedOrQuestioned_OnceEach() throws {
        var bench = try BookBench()
        let code = try bench.book(4).code
        #expect(try told(&bench, code, 1) == nil)
        #expect(bench.book.rows.appointments[code]?.ticket == bench.ticket(1))
        #expect(try told(&bench, code, 1) == nil, "told again")
        #expect(try told(&bench, code, 2) == .used)
        #expect(try told(&bench, code, 2) == nil, "told again")
        #expect(try told(&bench, TrackingCode(random: 5_555), 3) == .unknown)
        let tomorrow = try bench.book(4, mobile: 3, from: BookBench.today.next).code
        #expect(try told(&bench, tomorrow, 4) == .otherDay)
        #expect(try told(&bench, tomorrow, 5, days: 1) == nil)
        let off = try bench.book(4, mobile: 4)
        _ = try bench.unbook(off.code)
        #expect(try told(&bench, off.code, 6) == .cancelled)
        #expect(
            bench.book.openQuestions.map(\.finding) == [.used, .unknown, .otherDay, .cancelled])
        let wasThere = bench.book.settle(2)
        #expect(wasThere && bench.book.openQuestions.count == 3)
        let wasNotThere = !bench.book.settle(77)
        #expect(wasNotThere)
    }

    @Test func questions_AreBounded_AndToldBeyondThat() throws {
        var bench = try BookBench()
        for serial in 1...UInt32(AppointmentLimits.questionsMax) + 1 {
            let code = TrackingCode(random: UInt64(serial) + 50_000)
            #expect(try told(&bench, code, serial) == .unknown)
        }
        #expect(bench.book.openQuestions.count == AppointmentLimits.questionsMax)
    }

    // MARK: - The day

    @Test func beginningOfADay_ForgetsWhatIsLongOver() throws {
        var bench = try BookBench()
        let code = try bench.book(4).code
        let morning = try BookBench.at("08:00")
        _ = bench.book.countWalkIn(try #require(Name("admission")), at: morning)
        let kept = BookBench.today.count + AppointmentLimits.pastDaysKept
        bench.book.beginDay(ServiceDay(kept))
        #expect(bench.book.rows.appointments[code] != nil)
        bench.book.beginDay(ServiceDay(kept + 1))
        #expect(bench.book.rows.appointments.isEmpty && bench.book.rows.walkIns.isEmpty)
    }

    @Test func changes_LeadToTheSameRows() throws {
        var bench = try BookBench()
        for mobile in 0..<6 { try bench.book(mobile: mobile) }
        _ = try bench.book.note(
            Absence(doctor: 4, date: BookBench.today, moves: true), at: BookBench.at("07:00"))
        _ = try told(&bench, TrackingCode(random: 8), 9)
        var rows = AppointmentSnapshot()
        for change in bench.book.changes { rows.apply(change) }
        #expect(rows == bench.book.rows)
        // A book from these rows gives the same answers.
        var again = try BookBench(rows: rows)
        again.randoms = 100
        bench.randoms = 100
        #expect(try again.book(mobile: 9) == bench.book(mobile: 9))
    }

    @Test func walkIns_AreLimitedBySessionsThatAreOn() throws {
        var bench = try BookBench()
        let service = try #require(Name("admission"))
        let tooEarly = try BookBench.at("06:59")
        #expect(bench.book.walkInsLeft(service, at: tooEarly) == 0)
        let now = try BookBench.at("07:00")
        #expect(bench.book.walkInsLeft(service, at: now) == 2)
        let counted = bench.book.countWalkIn(service, at: now)
        let session = try #require(counted)
        #expect(session.doctor == 3 && bench.book.walkInsLeft(service, at: now) == 1)
        bench.book.uncountWalkIn(session)
        #expect(bench.book.walkInsLeft(service, at: now) == 2)
        _ = try bench.book.note(Absence(doctor: 3, date: BookBench.today), at: now)
        #expect(bench.book.walkInsLeft(service, at: now) == 0)
        let lab = try #require(Name("lab"))
        #expect(bench.book.walkInsLeft(lab, at: now) == nil)
    }
}
