// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import QueueCore

/// What an operator may do, and what the central records by itself.
@Suite struct OperatorTests {
    private func ask(_ town: Town, _ command: CentralCommand) -> Reply? {
        let request = town.nextRequest
        town.nextRequest += 1
        town.feedCentral(.command(command, request))
        return town.replies[request]
    }

    @Test func onlyTheDayThatTheClockNamesCanBeConfirmed() {
        let town = Town()
        #expect(
            ask(town, .turnDay(ServiceDay(207_800)))
                == .refused(.dayNotNow(ServiceDay(207_800), now: ServiceDay(20_000))))
        #expect(town.central?.meta.day == ServiceDay(20_000))
        town.feedCentral(.clock(today: ServiceDay(20_200), isTrusted: true))
        #expect(town.central?.meta.day == ServiceDay(20_000))
        #expect(ask(town, .turnDay(ServiceDay(20_200))) == .dayIs(ServiceDay(20_200)))
        #expect(town.central?.meta.day == ServiceDay(20_200))
    }

    @Test func aCancelledTicketIsNotDealtAnewAfterAFence() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        town.cutWire("hall-b")
        town.take()
        town.settle()
        town.cutWire("hall-a")
        #expect(ask(town, .cancel(number("A001"))) == .cancelled(number("A001")))
        // The central forgets what it keeps in memory alone.
        town.killCentral()
        town.startCentral()
        _ = ask(town, .fence(name("hall-a")))
        town.healWire("hall-b")
        town.settle()
        #expect(town.press(1, at: "hall-b") == .nobodyWaits(1, finished: nil))
        #expect(town.central?.tickets.values.first?.state == .cancelled)
    }

    @Test func numbersUnusedAtTheEndOfTheirDayAreAGapWithAReason() {
        let town = Town()
        town.take()
        town.settle()
        town.clock(day: 20_001)
        town.settle()
        var unused: Set<UInt16> = []
        for case .gap(let day, let series, let first, let last, let reason) in town.history
        where day == ServiceDay(20_000) && series.description == "A" {
            #expect(reason == .dayEnded)
            unused.formUnion(first...last)
        }
        // Two blocks of ten were lent; one number of them was issued.
        #expect(unused == Set(2...20))
    }

    @Test func aNumberThatHasEndedIsNotSaidToBeUnknown() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.ask(.finish(1))
        town.settle()
        #expect(
            ask(town, .cancel(number("A001")))
                == .refused(.numberNotCallable(number("A001"), .finished, booth: 1)))
    }
}
