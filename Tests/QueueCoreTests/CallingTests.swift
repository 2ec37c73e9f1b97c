// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import QueueCore

@Suite struct CallingTests {
    @Test func aPressCallsTheFirstTicketAndShowsIt() {
        let town = Town()
        #expect(town.take() == .issued(number("A001"), town.issued[0].id, ahead: 0, wait: .zero))
        town.take()
        town.settle()
        #expect(town.lamps[name("hall-a")]?[1] == .waiting)
        #expect(town.press(1) == .called(1, number("A001")))
        #expect(town.text(1) == "A001")
        #expect(town.press(2) == .called(2, number("A002")))
        town.settle()
        #expect(town.central?.tickets.values.allSatisfy { $0.state == .called } == true)
        #expect(town.lamps[name("hall-a")]?[1] == .nobody)
    }

    @Test func offlineNothingChangesForTheBoothsAndLaterBothAgree() {
        let town = Town()
        for _ in 0..<4 { town.take() }
        town.settle()
        town.cutWire("hall-a")
        #expect(town.press(1) == .called(1, number("A001")))
        guard
            case .issued(let offline, _, _, _) = town.ask(
                .take(service: name("lab"), priority: .normal))
        else { return #expect(Bool(false)) }
        #expect(offline.series == series("B"))
        #expect(town.press(1) == .called(1, number("A002")))
        town.healWire("hall-a")
        town.settle()
        let central = town.central!
        #expect(central.tickets.values.filter { $0.state == .finished }.count == 1)
        #expect(central.tickets.values.contains { $0.ticket.number == offline })
        #expect(town.controllers[name("hall-a")]?.outboxCount == 0)
    }

    @Test func numbersGoOnInTheLocalSeriesWhenTheBlocksAreUsedUp() {
        let town = Town()
        town.cutWire("hall-a")
        var numbers: [TicketNumber] = []
        for _ in 0..<12 {
            if case .issued(let number, _, _, _) = town.ask(
                .take(service: name("admission"), priority: .normal))
            {
                numbers.append(number)
            }
        }
        #expect(numbers.count == 12)
        #expect(numbers.prefix(10).allSatisfy { $0.series == series("A") })
        #expect(numbers.suffix(2).map(\.description) == ["L001", "L002"])
        town.healWire("hall-a")
        town.settle()
        #expect(Set(town.central!.tickets.values.map(\.ticket.number)) == Set(numbers))
    }

    @Test func aSecondPressWithinTheGuardTimeCallsNobody() {
        let town = Town()
        var plan = town.controllerPlans[name("hall-a")]!
        plan.guardSpan = .milliseconds(800)
        var machine = ControllerMachine(
            plan: plan, snapshot: town.disks[name("hall-a")]!, run: Epoch(random: 9))
        _ = machine.start(at: .zero)
        for _ in 0..<2 {
            _ = machine.step(
                .command(.take(service: name("admission"), priority: .normal), 1), at: .zero)
        }
        _ = machine.step(.press(1, .short, 2), at: .zero)
        let held = machine.step(.press(1, .short, 3), at: .zero + .milliseconds(799))
        #expect(
            held.effects.contains(
                .reply(3, .refused(.guardTime(remaining: .milliseconds(1))))))
        #expect(held.changes.isEmpty)
        let later = machine.step(.press(1, .short, 4), at: .zero + .milliseconds(800))
        #expect(later.effects.contains(.reply(4, .called(1, machine.sign(0).number!))))
    }

    @Test func theGuardTimeBeginsWhenTheCallIsOnDisk() {
        let town = Town()
        var plan = town.controllerPlans[name("hall-a")]!
        plan.guardSpan = .milliseconds(800)
        var machine = ControllerMachine(
            plan: plan, snapshot: town.disks[name("hall-a")]!, run: Epoch(random: 9))
        _ = machine.start(at: .zero)
        for _ in 0..<2 {
            _ = machine.step(
                .command(.take(service: name("admission"), priority: .normal), 1), at: .zero)
        }
        _ = machine.step(.press(1, .short, 2), at: .zero)
        machine.committed(at: .zero + .milliseconds(1_200))
        for early in [500, 1_199, 1_999] {
            let output = machine.step(.press(1, .short, 3), at: .zero + .milliseconds(Int64(early)))
            #expect(output.changes.isEmpty, "\(early) ms")
        }
        let later = machine.step(.press(1, .short, 4), at: .zero + .milliseconds(2_000))
        #expect(!later.changes.isEmpty)
    }

    @Test func recallHasALimitAndUndoRestoresTheOneBefore() {
        let town = Town()
        town.take()
        town.take()
        town.settle()
        town.press(1)
        for count in 1...3 {
            #expect(town.press(1, .double) == .recalled(1, number("A001"), count: count))
        }
        #expect(town.press(1, .double) == .refused(.recallLimit(3)))
        town.press(1)
        #expect(town.text(1) == "A002")
        #expect(town.ask(.undo(1)) == .undone(1, shows: number("A001")))
        #expect(town.text(1) == "A001")
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        #expect(town.press(2) == .called(2, number("A002")))
        town.settle()
        #expect(town.central!.tickets.values.filter { $0.state == .called }.count == 2)
    }

    @Test func undoComesTooLateAfterAFewSeconds() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.now = town.now + .milliseconds(5_001)
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        #expect(town.text(1) == "A001")
    }

    @Test func aParkedTicketReturnsAheadOfItsClass() {
        let town = Town()
        for _ in 0..<3 { town.take() }
        town.settle()
        town.press(1)
        #expect(town.ask(.park(1, seconds: 60)) == .ended(1, number("A001"), .parked))
        #expect(town.text(1) == "----")
        town.press(1)
        #expect(town.text(1) == "A002")
        town.pass(.seconds(60))
        #expect(town.press(1) == .called(1, number("A001")))
        town.settle()
        #expect(
            town.central!.tickets.values.first { $0.ticket.number == number("A001") }?.state
                == .called)
    }

    @Test func aParkedTicketSurvivesARestart() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.ask(.park(1, seconds: 60))
        town.kill("hall-a")
        town.start("hall-a")
        town.settle()
        town.pass(.seconds(61))
        #expect(town.press(1) == .called(1, number("A001")))
    }

    @Test func aNoShowCanStillBeCalledByNumber() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        #expect(town.press(1, .long) == .ended(1, number("A001"), .noShow))
        #expect(town.press(1) == .nobodyWaits(1, finished: nil))
        #expect(town.ask(.call(2, number("A001"))) == .called(2, number("A001")))
        #expect(
            town.ask(.call(1, number("A001")))
                == .refused(.numberNotCallable(number("A001"), .called, booth: 2)))
        #expect(town.ask(.call(1, number("A999"))) == .refused(.unknownNumber(number("A999"))))
        town.settle()
        #expect(town.central!.tickets.values.first?.state == .called)
    }

    @Test func classesThenTheBoothsPreferenceThenTheOrderOfIssue() {
        let town = Town()
        town.take("lab")
        town.take("admission")
        town.take("admission")
        town.take("lab", .emergency)
        town.settle()
        var called: [String] = []
        for _ in 0..<4 {
            if case .called(_, let number) = town.press(1) { called.append(number.description) }
        }
        #expect(called == ["B002", "A001", "A002", "B001"])
    }

    @Test func transferKeepsTheTicketInThisHallUnderItsNewService() {
        let town = Town()
        town.take("admission")
        town.settle()
        town.press(1)
        #expect(
            town.ask(.transfer(1, service: name("lab"))) == .ended(1, number("A001"), .transferred))
        #expect(town.text(1) == "----")
        #expect(
            town.ask(.transfer(1, service: name("nowhere")))
                == .refused(.unknownService(name("nowhere"))))
        town.pass(.seconds(6))
        town.settle()
        #expect(town.central!.tickets.values.first?.ticket.service == name("lab"))
        #expect(town.press(2) == .called(2, number("A001")))
    }

    @Test func aClosedBoothShowsDashesAndAPressOpensIt() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.ask(.close(1))
        #expect(town.text(1) == "----")
        town.settle()
        #expect(town.central!.booths[name("hall-a")]?.first?.isOpen == false)
        town.take()
        town.settle()
        #expect(town.press(1) == .called(1, number("A002")))
        town.settle()
        #expect(town.central!.booths[name("hall-a")]?.first?.isOpen == true)
    }

    @Test func aRestartShowsTheLastCommittedCall() {
        let town = Town()
        town.take()
        town.settle()
        town.press(2)
        town.shown = [:]
        town.kill("hall-a")
        town.start("hall-a")
        #expect(town.text(2) == "A001")
        #expect(town.text(1) == "----")
    }

    @Test func aFailedDiskShowsTroubleUntilItTakesChangesAgain() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.feed(name("hall-a"), .diskFailed("no space left", booths: [2]))
        #expect(town.text(2) == "Err ")
        #expect(town.text(1) == "A001")
        #expect(town.lamps[name("hall-a")]?[1] == .fault)
        town.pass(.seconds(5))
        #expect(town.text(2) == "----")
        #expect(town.lamps[name("hall-a")]?[1] == .nobody)
    }

    @Test func theLampTellsWhoWaitsAndWhetherTheCentralIsThere() {
        let town = Town()
        let lamp = { town.lamps[name("hall-a")]?[1] }
        #expect(lamp() == .nobody)
        town.cutWire("hall-a")
        #expect(lamp() == .offlineNobody)
        town.ask(.take(service: name("admission"), priority: .normal))
        #expect(lamp() == .offlineWaiting)
        town.healWire("hall-a")
        town.settle()
        #expect(lamp() == .waiting)
        town.feed(name("hall-a"), .buttonStuck(1, true))
        #expect(lamp() == .fault)
        town.feed(name("hall-a"), .buttonStuck(1, false))
        #expect(lamp() == .waiting)
    }
}

extension BoothSign {
    var number: TicketNumber? { if case .number(let number, _) = self { number } else { nil } }
}
