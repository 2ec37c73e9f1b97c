// SPDX-License-Identifier: Apache-2.0

// Appointments at the central's machine: who may ask for what, over which connection, and what is
// recorded and told.

import Testing

@testable import QueueCore

/// A central with the clinic of ``BookBench`` and clients that speak to it.
private struct Desk {
    var machine: CentralMachine
    var snapshot: CentralSnapshot
    let plan: CentralPlan
    let service: Name
    var now = Moment.zero
    /// Beyond those that tests name themselves.
    var references: UInt64 = 100

    static let kiosk: LinkID = 1
    static let phone: LinkID = 2
    static let supervisor: LinkID = 3
    static let hall: LinkID = 4

    init() throws {
        let bench = try BookBench()
        service = try #require(Name("admission"))
        let main = try #require(Name("main"))
        let series = try #require(Series("A"))
        let local = try #require(Series("L"))
        let hall = HallPlan(
            name: main,
            controllers: [ControllerEntry(name: try #require(Name("hall-a")), localSeries: local)])
        plan = CentralPlan(
            halls: [hall],
            services: [try #require(Service(name: service, hall: main, series: series))],
            appointments: bench.plan, schedule: bench.plan.schedule)
        snapshot = CentralSnapshot(epoch: Epoch(random: 7))
        machine = CentralMachine(plan: plan, snapshot: snapshot, run: Epoch(random: 8))
        snapshot.apply(machine.start(at: now).changes)
        now = now + .seconds(10)
        try tell("07:00")
        for (link, role) in [
            (Self.kiosk, Role.kiosk), (Self.phone, .system), (Self.supervisor, .supervisor),
        ] {
            step(.connected(link))
            step(
                .message(
                    link, .attach(version: 1, role: role, name: try #require(Name("c\(link)"))),
                    random: 1))
        }
    }

    mutating func tell(_ time: String) throws {
        step(
            .clock(
                today: BookBench.today, at: try #require(LocalTime(time)), isTrusted: true))
    }

    @discardableResult
    mutating func step(_ input: CentralInput) -> [CentralEffect] {
        let output = machine.step(input, at: now)
        snapshot.apply(output.changes)
        return output.effects
    }

    mutating func ask(_ link: LinkID, _ request: AppointmentRequest) -> [CentralMessage] {
        references += 1
        return say(link, .appointment(reference: references, request))
    }

    mutating func say(_ link: LinkID, _ message: ClientMessage) -> [CentralMessage] {
        step(.message(link, message, random: 12_345 &+ UInt32(references))).compactMap {
            if case .send(link, let answer) = $0 { answer } else { nil }
        }
    }

    mutating func book(_ mobile: Int) throws -> Booked {
        let wish = Booking(clinic: 12, doctor: 4, mobile: try BookBench.mobile(mobile))
        guard case .appointment(_, .booked(let booked))? = ask(Self.phone, .book(wish)).first else {
            throw Missing()
        }
        return booked
    }

    struct Missing: Error {}

    mutating func connectHall() throws -> [CentralMessage] {
        let name = try #require(Name("hall-a"))
        step(.connected(Self.hall))
        var heard = say(
            Self.hall,
            .hello(
                Hello(
                    version: 1, name: name, epoch: Epoch(random: 9), central: nil, applied: 0,
                    first: 1, last: 0, acknowledged: 0, day: BookBench.today)))
        heard += say(Self.hall, .fact(Numbered(1, .reportBegan)))
        heard += say(Self.hall, .fact(Numbered(2, .reportEnded)))
        return heard
    }
}

@Suite struct CentralAppointmentsTests {
    private func name(_ message: CentralMessage?) -> String {
        switch message {
        case .refused(_, let name, _): name
        case .ticket: "ticket"
        case .done: "done"
        case .appointment(_, .valid): "valid"
        case .appointment(_, .booked): "booked"
        case .error(let complaint, _): complaint.rawValue
        default: "nothing"
        }
    }

    @Test func bookedCode_GivesOneTicket_OverTheProtocol() throws {
        var desk = try Desk()
        let booked = try desk.book(1)
        let answer = desk.ask(Desk.kiosk, .arrive(booked.code)).first
        guard case .ticket(_, let number, let id, _, _)? = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(number.description == "A001")
        #expect(desk.machine.book.rows.appointments[booked.code]?.ticket == id)
        // The same question again on the same connection has the same answer.
        let again = desk.say(
            Desk.kiosk, .appointment(reference: desk.references, .arrive(booked.code)))
        #expect(again.first == answer)
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "code-used")
        #expect(desk.snapshot.appointments == desk.machine.book.rows)
    }

    @Test func everybodyMayAskForWhatIsTheirs_Only() throws {
        var desk = try Desk()
        let booked = try desk.book(1)
        let absence = Absence(doctor: 4, date: BookBench.today)
        #expect(name(desk.ask(Desk.supervisor, .absence(absence)).first) == "role")
        var other = try Desk()
        #expect(name(other.ask(Desk.kiosk, .unbook(booked.code)).first) == "role")
        let told = desk.ask(Desk.phone, .absence(absence))
        guard case .appointment(_, .tell(let patient))? = told.first else {
            Issue.record("\(told)")
            return
        }
        #expect(patient.mobile == (try BookBench.mobile(1)) && name(told.last) == "done")
    }

    @Test func mobileNumbers_AreInNoEventNoHistoryAndNoRefusal() throws {
        var desk = try Desk()
        var shown = ""
        let mobile = try BookBench.mobile(77)
        for _ in 0...AppointmentLimits.mobileBookingsMax {
            let wish = Booking(clinic: 12, mobile: mobile)
            desk.references += 1
            let effects = desk.step(
                .message(
                    Desk.phone, .appointment(reference: desk.references, .book(wish)),
                    random: UInt32(desk.references)))
            shown += "\(effects)"
        }
        shown +=
            "\(desk.step(.command(.appointments(.ask(.absence(Absence(doctor: 4, date: BookBench.today)), random: 1)), 1)))"
        #expect(shown.contains("too-many-bookings") && shown.contains("absent"))
        #expect(!shown.contains(mobile.digits.dropFirst(4)))
    }

    @Test func checkedCode_IsAControllers_AndItsFactIsJudged() throws {
        var desk = try Desk()
        _ = try desk.connectHall()
        let booked = try desk.book(1)
        #expect(name(desk.ask(Desk.hall, .check(booked.code)).first) == "valid")
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "code-in-use")
        let ticket = Ticket(
            id: TicketID(issuer: try #require(Name("hall-a")), run: Epoch(random: 3), serial: 1),
            number: try #require(TicketNumber("A040")), day: BookBench.today,
            service: desk.service, rank: 5)
        _ = desk.say(Desk.hall, .fact(Numbered(3, .issued(ticket))))
        _ = desk.say(Desk.hall, .fact(Numbered(4, .arrived(ticket.id, booked.code))))
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "code-used")
        #expect(desk.machine.book.rows.appointments[booked.code]?.number == ticket.number)
        #expect(desk.machine.book.openQuestions.isEmpty)
        // Another slip for the same code: the ticket stays, and a person is asked.
        var second = ticket
        second = Ticket(
            id: TicketID(issuer: ticket.id.issuer, run: ticket.id.run, serial: 2),
            number: try #require(TicketNumber("A041")), day: ticket.day, service: ticket.service,
            rank: 6)
        _ = desk.say(Desk.hall, .fact(Numbered(5, .issued(second))))
        _ = desk.say(Desk.hall, .fact(Numbered(6, .arrived(second.id, booked.code))))
        #expect(desk.machine.book.openQuestions.map(\.ticketNumber) == [second.number])
        #expect(desk.machine.tickets[second.id]?.state == .waiting)
    }

    @Test func walkIns_EndWithTheirQuota_AndControllersAreTold() throws {
        var desk = try Desk()
        let heard = try desk.connectHall()
        #expect(heard.contains(.quota(service: desk.service, left: 2)))
        let take = { (reference: UInt64) in
            ClientMessage.take(reference: reference, service: desk.service, priority: .normal)
        }
        #expect(name(desk.say(Desk.kiosk, take(1)).first) == "ticket")
        let effects = desk.step(.message(Desk.kiosk, take(2), random: 1))
        #expect(
            effects.contains(.send(Desk.hall, .quota(service: desk.service, left: 0))))
        #expect(name(desk.say(Desk.kiosk, take(3)).first) == "walk-ins-full")
        let emergency = ClientMessage.take(
            reference: 4, service: desk.service, priority: .emergency)
        #expect(name(desk.say(Desk.kiosk, emergency).first) == "ticket")
        // A code's ticket is no walk-in.
        let booked = try desk.book(1)
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "ticket")
    }

    @Test func withoutATime_NothingIsBookedOrJudged() throws {
        var desk = try Desk()
        let booked = try desk.book(1)
        desk.step(.clock(today: BookBench.today, at: .midnight, isTrusted: false))
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "no-time")
        try desk.tell("07:00")
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "ticket")
    }

    @Test func settlingCentral_DoesNotJudge() throws {
        var desk = try Desk()
        let booked = try desk.book(1)
        desk.machine = CentralMachine(
            plan: desk.plan, snapshot: CentralSnapshot(epoch: Epoch(random: 2)),
            run: Epoch(random: 3))
        _ = desk.machine.start(at: desk.now)
        desk.step(.connected(Desk.kiosk))
        _ = desk.say(
            Desk.kiosk, .attach(version: 1, role: .kiosk, name: try #require(Name("kiosk"))))
        try desk.tell("07:00")
        #expect(name(desk.ask(Desk.kiosk, .arrive(booked.code)).first) == "settling")
        #expect(name(desk.ask(Desk.kiosk, .check(booked.code)).first) == "settling")
    }
}
