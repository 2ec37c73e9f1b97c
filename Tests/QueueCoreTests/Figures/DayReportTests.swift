// SPDX-License-Identifier: Apache-2.0

// A day's figures from lines of history, each worked out by hand.

import Testing

@testable import QueueCore

@Suite struct DayReportTests {
    private static let midnight: Int64 = 20_000 * 86_400
    private let hall = name("hall-a")
    private let epoch = Epoch(random: 9)

    /// A ledger that is told what happened at which second of its day.
    private struct Teller {
        var ledger = DayLedger(day: ServiceDay(20_000))
        var facts: UInt64 = 0

        mutating func fact(
            _ fact: Fact, _ second: Int64?, on line: Int32 = 20_000, arrived: Bool = false
        ) {
            facts += 1
            let at = second.map { WallTime(DayReportTests.midnight + $0) } ?? .unknown
            ledger.add(
                .fact(controller: name("hall-a"), epoch: Epoch(random: 9), Numbered(facts, fact)),
                on: ServiceDay(line), at: HistoryTime(at, isArrival: arrived))
        }

        mutating func tell(_ entry: HistoryEntry, _ second: Int64, on line: Int32 = 20_000) {
            ledger.add(
                entry, on: ServiceDay(line),
                at: HistoryTime(WallTime(DayReportTests.midnight + second)))
        }

        var report: DayReport {
            ledger.report(controllers: [name("hall-a"), name("hall-b")]) {
                $0.seconds - DayReportTests.midnight
            }
        }
    }

    private func ticket(_ serial: UInt32, day: Int32 = 20_000) -> Ticket {
        Ticket(
            id: TicketID(issuer: hall, run: epoch, serial: serial),
            number: number("A00\(serial)"),
            day: ServiceDay(day), service: name("lab"), rank: UInt64(serial))
    }

    private let booth = BoothPlace(controller: name("hall-a"), booth: 2)

    @Test func waitsAndServicesAreTheirDifferences() {
        var teller = Teller()
        let (one, two) = (ticket(1), ticket(2))
        teller.fact(.issued(one), 8 * 3_600)
        teller.tell(.issued(two), 8 * 3_600 + 60)
        teller.fact(.called(booth: 2, ticket: one), 8 * 3_600 + 300)
        teller.fact(.finished(booth: 2, ticket: one.id), 9 * 3_600 + 10)
        teller.fact(.called(booth: 2, ticket: two), 9 * 3_600 + 10)
        teller.fact(.noShow(booth: 2, ticket: two.id), 9 * 3_600 + 70)
        let day = teller.report.figures(.day)
        #expect(day?.issued == 2 && day?.called == 2 && day?.served == 1 && day?.noShows == 1)
        #expect(day?.waiting.all == [300, 3_550] && day?.service.all == [3_310])
        #expect(day?.waiting.mean == 1_925 && day?.waiting.max == 3_550)
        #expect(teller.report.figures(.hour(8))?.issued == 2)
        #expect(teller.report.figures(.hour(8))?.called == 1)
        #expect(teller.report.figures(.hour(9))?.noShows == 1)
        #expect(teller.report.figures(.booth(booth))?.service.sum == 3_310)
        #expect(teller.report.figures(.booth(booth))?.issued == 0)
        #expect(teller.report.figures(.serviceHour(name("lab"), 9))?.waiting.all == [3_550])
    }

    @Test func aCallTakenBackIsNone_andTheOneBeforeGoesOn() {
        var teller = Teller()
        let (one, two) = (ticket(1), ticket(2))
        teller.fact(.issued(one), 100)
        teller.fact(.issued(two), 100)
        teller.fact(.called(booth: 2, ticket: one), 200)
        teller.fact(.finished(booth: 2, ticket: one.id), 300)
        teller.fact(.called(booth: 2, ticket: two), 300)
        teller.fact(.undone(booth: 2, uncalled: two.id, restored: one.id), 303)
        teller.fact(.finished(booth: 2, ticket: one.id), 400)
        teller.fact(.called(booth: 2, ticket: two), 400)
        let day = teller.report.figures(.day)
        #expect(day?.called == 2 && day?.served == 1)
        #expect(day?.waiting.all == [100, 300] && day?.service.all == [200])
    }

    @Test func whoComesBackOrGoesOnWaitsAnew() {
        var teller = Teller()
        let one = ticket(1)
        teller.fact(.issued(one), 0)
        teller.fact(.called(booth: 2, ticket: one), 10)
        teller.fact(.parked(booth: 2, ticket: one.id, forSeconds: 600), 20)
        teller.fact(.returned(one.id), 620)
        teller.fact(.called(booth: 2, ticket: one), 650)
        teller.fact(
            .transferred(booth: 2, ticket: one.id, service: name("x-ray"), kept: true), 700)
        var moved = one
        moved.service = name("x-ray")
        teller.fact(.called(booth: 2, ticket: moved), 720)
        let report = teller.report
        #expect(report.figures(.service(name("lab")))?.waiting.all == [10, 30])
        #expect(report.figures(.service(name("lab")))?.served == 1)
        #expect(report.figures(.service(name("lab")))?.service.all == [50])
        #expect(report.figures(.service(name("x-ray")))?.waiting.all == [20])
        #expect(report.figures(.service(name("x-ray")))?.issued == 0)
    }

    @Test func whatIsToldOnTheNextDayBelongsToItsOwn() {
        var teller = Teller()
        teller.fact(.issued(ticket(1)), 100)
        teller.fact(.called(booth: 2, ticket: ticket(1)), 200, on: 20_001)
        teller.fact(.issued(ticket(2, day: 20_001)), 86_500, on: 20_001)
        #expect(teller.report.figures(.day)?.called == 1)
        #expect(teller.report.figures(.day)?.issued == 1)
        #expect(!teller.ledger.isComplete(at: ServiceDay(20_001), controllers: [hall]))
        #expect(!teller.ledger.isComplete(at: ServiceDay(20_002), controllers: [hall]))
        teller.fact(.dayTurned(ServiceDay(20_002)), nil, on: 20_002)
        #expect(teller.ledger.isComplete(at: ServiceDay(20_002), controllers: [hall]))
        #expect(!teller.ledger.isComplete(at: ServiceDay(20_002), controllers: [name("hall-b")]))
    }

    @Test func timesThatAreNotExactAreToldAsSuch() {
        var teller = Teller()
        teller.fact(.issued(ticket(1)), 100, arrived: true)
        teller.fact(.called(booth: 2, ticket: ticket(1)), 150)
        teller.fact(.issued(ticket(2)), 300)
        teller.fact(.called(booth: 2, ticket: ticket(2)), 200)
        teller.fact(.issued(ticket(3)), 300)
        teller.fact(.called(booth: 2, ticket: ticket(3)), nil)
        let report = teller.report
        #expect(report.figures(.day)?.unsure == 2 && report.untimed == 1)
        #expect(report.figures(.day)?.waiting.all == [50])
    }

    @Test func absencesAreCountedWithinTheDaysWork() {
        var teller = Teller()
        let hallB = name("hall-b")
        teller.tell(.dayTurned(ServiceDay(20_000)), 0)
        teller.tell(.absent(hallB), 0)
        teller.fact(.issued(ticket(1)), 8 * 3_600)
        teller.tell(.linkDown(hall, trayCount: 3), 8 * 3_600 + 1_800)
        teller.tell(.linkUp(hall), 9 * 3_600 + 600)
        // The central itself was gone for ten minutes, and hall-a came back five later.
        teller.tell(
            .started(lastAlive: WallTime(Self.midnight + 10 * 3_600)), 10 * 3_600 + 600)
        teller.tell(.linkUp(hall), 10 * 3_600 + 900)
        teller.fact(.called(booth: 2, ticket: ticket(1)), 11 * 3_600)
        let told = teller.report.absences
        #expect(
            told.filter { $0.controller == hall } == [
                OfflineSpan(controller: hall, hour: nil, seconds: 2_400 + 900),
                OfflineSpan(controller: hall, hour: 8, seconds: 1_800),
                OfflineSpan(controller: hall, hour: 9, seconds: 600),
                OfflineSpan(controller: hall, hour: 10, seconds: 900),
            ])
        #expect(
            told.first { $0.controller == hallB }
                == OfflineSpan(controller: hallB, hour: nil, seconds: 3 * 3_600))
    }

    @Test func ninetyOfAHundredIsTheNinetieth() {
        var spans = Spans()
        #expect(spans.p90 == nil && spans.mean == nil)
        for span in (1...100).reversed() { spans.add(Int64(span)) }
        #expect(spans.p90 == 90)
        var few = Spans()
        for span in [5, 1, 3] { few.add(Int64(span)) }
        #expect(few.p90 == 5 && few.mean == 3)
    }
}
