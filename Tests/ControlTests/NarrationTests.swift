// SPDX-License-Identifier: Apache-2.0

import Control
import QueueCore
import Testing

@Suite struct NarrationTests {
    @Test func aFactNamesNumbersNotIdentities() throws {
        let id = try #require(TicketID("central.5f.42"))
        let number = try #require(TicketNumber("A042"))
        let known = Narration(.finished(booth: 2, ticket: id)) { $0 == id ? number : nil }
        #expect(known.text == "A042 finished at booth 2")
        #expect(known.kind == "finished")
        let unknown = Narration(.finished(booth: 2, ticket: id)) { _ in nil }
        #expect(unknown.text == "central.5f.42 finished at booth 2")
    }

    @Test func whatNeedsAPersonIsAWarning() throws {
        let down = try #require(Narration(ControllerEvent.linkDown) { _ in nil })
        #expect(down.isWarning)
        let stuck = try #require(Narration(ControllerEvent.buttonStuck(4)) { _ in nil })
        #expect(stuck.isWarning && stuck.text.contains("booth 4"))
        let back = try #require(Narration(ControllerEvent.displayBack(4)) { _ in nil })
        #expect(!back.isWarning)
    }

    @Test func marksAreNotWorthALine() throws {
        let series = try #require(Series("A"))
        let mark = Order.mark(day: ServiceDay(1), series: series, through: 50)
        #expect(Narration(mark) { _ in nil } == nil)
    }

    /// Every kind of line that is made of a code.
    static func linesWithCodes(_ code: TrackingCode) throws -> [Narration] {
        let ticket = try #require(TicketID("central.5f.42"))
        let number = try #require(TicketNumber("A042"))
        let hall = try #require(Name("hall-a"))
        let booked = Booked(
            code: code, doctor: 12, date: ServiceDay(20_780), time: LocalTime(minute: 600))
        let arrived = Fact.arrived(ticket, code)
        let entries: [AppointmentEntry] =
            [
                .booked(booked), .unbooked(booked), .used(booked, ticket), .moved(booked),
                .cancelled(booked),
            ]
            + ArrivalQuestion.Finding.allCases.map { .toCheck(code, ticket, controller: hall, $0) }
        let histories: [HistoryEntry] =
            entries.map { .appointment($0) } + [
                .fact(controller: hall, epoch: Epoch(random: 9), Numbered(1, arrived))
            ]
        let kiosk: [KioskEvent] = [.refused("unknown-code", code: code), .codeAgain(code, number)]
        return histories.map { Narration($0) { _ in number } }
            + kiosk.map { Narration($0) } + [Narration(arrived) { _ in number }]
            + [Narration(ControllerEvent.fact(Numbered(1, arrived))) { _ in number }]
            .compactMap(\.self)
    }

    @Test func noPageShowsTheEndOfACode() throws {
        let code = TrackingCode(random: 3)
        let lines = try Self.linesWithCodes(code)
        #expect(lines.count == 14)
        for line in lines {
            #expect(line.text.contains(code.masked), "\(line.kind) was to tell of a code")
            #expect(!Narration.isForPages(line.kind), "\(line.kind)")
        }
        for kind in ["called", "link-down", "disk-failed", "slip-not-printed", "doctor-absent"] {
            #expect(Narration.isForPages(kind), "\(kind)")
        }
    }
}
