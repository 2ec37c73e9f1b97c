// SPDX-License-Identifier: Apache-2.0

// How long a ticket will wait, from the day's own turns.

import Testing

@testable import QueueCore

@Suite struct WaitTests {
    private let hall = name("hall-a")
    private let lab = name("lab")

    private func ticket(_ serial: UInt32, _ service: String = "lab") -> Ticket {
        Ticket(
            id: TicketID(issuer: hall, run: Epoch(random: 5), serial: serial),
            number: number("A001"), day: ServiceDay(20_000), service: name(service),
            rank: UInt64(serial))
    }

    private func taught(_ spans: [Int64]) -> WaitEstimator {
        var pace = WaitEstimator(expected: [lab: .seconds(100)])
        var second: Int64 = 1_000
        for (place, span) in spans.enumerated() {
            let ticket = ticket(UInt32(place + 1))
            pace.note(.called(booth: 1, ticket: ticket), of: hall, at: second)
            second += span
            pace.note(.finished(booth: 1, ticket: ticket.id), of: hall, at: second)
        }
        return pace
    }

    @Test func untilThereAreEnoughTheConfiguredFigureStands() {
        #expect(taught([10, 10, 10, 10]).turn(of: lab) == .seconds(100))
        #expect(taught([10, 10, 10, 10, 10]).turn(of: lab) == .seconds(10))
        #expect(taught([]).turn(of: name("other")) == FigureLimits.visitSpan)
    }

    @Test func oneLongCaseCountsThreefoldAtMost() {
        // 5 × 60 and one of two hours, taken for 180.
        #expect(taught([60, 60, 7_200, 60, 60, 60]).turn(of: lab) == .seconds(80))
    }

    @Test func onlyTheNewestTurnsCount() {
        let slow = [Int64](repeating: 600, count: FigureLimits.turnsKept)
        let quick = [Int64](repeating: 60, count: FigureLimits.turnsKept)
        #expect(taught(slow + quick).turn(of: lab) == .seconds(60))
    }

    @Test func anotherTicketsEndAndAnUndoneCallTeachNothing() {
        var pace = taught([10, 10, 10, 10])
        pace.note(.called(booth: 1, ticket: ticket(50)), of: hall, at: 5_000)
        pace.note(.finished(booth: 1, ticket: ticket(51).id), of: hall, at: 5_010)
        pace.note(.undone(booth: 1, uncalled: ticket(50).id, restored: nil), of: hall, at: 5_010)
        pace.note(.finished(booth: 1, ticket: ticket(50).id), of: hall, at: 5_020)
        #expect(pace.turn(of: lab) == .seconds(100))
    }

    @Test func aClocksMistakeTeachesNothing() {
        var pace = taught([10, 10, 10, 10])
        for (from, to) in [(1, Int64.max), (Int64.max, 1), (1, 90_000), (.min, .max)] {
            pace.note(.called(booth: 1, ticket: ticket(50)), of: hall, at: from)
            pace.note(.finished(booth: 1, ticket: ticket(50).id), of: hall, at: to)
        }
        #expect(pace.turn(of: lab) == .seconds(100))
    }

    @Test func aNewDayBeginsAnew() {
        var pace = taught([10, 10, 10, 10, 10])
        pace.note(.dayTurned(ServiceDay(20_001)), of: hall, at: 9_000)
        #expect(pace.turn(of: lab) == .seconds(100))
    }

    @Test func theLineIsSharedAmongTheBoothsThatServeIt() {
        let pace = WaitEstimator(expected: [lab: .seconds(100), name("x-ray"): .seconds(400)])
        var line = WaitingLine(for: ticket(9))
        #expect(line.wait(pace) == nil)
        line.add([ticket(1), ticket(2), ticket(3, "x-ray"), ticket(10)])
        #expect(line.ahead == 2)
        line.add(booth: [lab], isBusy: true)
        // Two turns before it and one that stands, at one booth.
        #expect(line.wait(pace) == .seconds(300))
        line.add(booth: [name("x-ray"), lab], isBusy: false)
        // The booth for both takes all of x-ray: (2 × 100 + 400) over two booths.
        #expect(line.wait(pace) == .seconds(300))
        line.add(booth: [name("x-ray")], isBusy: true)
        // Half of x-ray is another booth's now.
        #expect(line.wait(pace) == .seconds(200))
    }

    @Test func aRestartedControllerKeepsTheDaysPace() {
        let town = Town(booths: 1)
        town.feed(hall, .time(WallTime(1_728_000_000)))
        for _ in 0..<8 { town.take() }
        town.settle()
        for _ in 0..<7 {
            town.press(1)
            town.now = town.now + .seconds(30)
        }
        let admission = name("admission")
        #expect(town.controllers[hall]?.pace.turn(of: admission) == .seconds(30))
        #expect(town.central?.pace.turn(of: admission) == FigureLimits.visitSpan)
        town.settle()
        #expect(town.central?.pace.turn(of: admission) == .seconds(30))
        town.kill("hall-a")
        town.start("hall-a")
        #expect(town.controllers[hall]?.pace.turn(of: admission) == .seconds(30))
    }
}
