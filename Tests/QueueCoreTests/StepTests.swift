// SPDX-License-Identifier: Apache-2.0

// swift-format-ignore-file: NeverForceUnwrap
// Tickets that go from service to service: admission, cashier, a doctor's room in another hall.

import Testing

@testable import QueueCore

@Suite struct StepTests {
    /// Admission and cashier at hall-a, booths 1 and 2; the doctor at hall-b, in the hall of rooms.
    static func clinic(
        cashier: Step.Numbering = .keep, doctor: Step.Numbering = .keep, seed: UInt64 = 1
    ) -> Town {
        let (main, rooms) = (name("main"), name("rooms"))
        let services = [
            Service(
                name: name("admission"), hall: main, series: series("A"), blockSize: 10,
                then: Step(service: name("cashier"), numbering: cashier))!,
            Service(
                name: name("cashier"), hall: main, series: series("C"), blockSize: 10,
                then: Step(service: name("doctor"), numbering: doctor))!,
            Service(name: name("doctor"), hall: rooms, series: series("D"), blockSize: 10)!,
        ]
        return Town(
            seed: seed, controllers: ["hall-a", "hall-b"], services: services, rooms: ["hall-b"]
        ) { controller, booth, all in
            controller == 1 ? [all[2]] : [all[booth - 1]]
        }
    }

    static let afterUndo = TimeSpan.seconds(5) + .microseconds(1)

    private static func state(_ town: Town, _ text: String) -> TicketState? {
        town.central?.tickets.values.first { $0.ticket.number == number(text) }?.state
    }

    @Test func aTicketGoesFromAdmissionToTheCashierToTheRoomUnderItsNumber() {
        let town = Self.clinic()
        town.take()
        town.settle()
        #expect(town.press(1) == .called(1, number("A001")))
        #expect(
            town.ask(.finish(1))
                == .sentOn(1, number("A001"), service: name("cashier"), as: nil))
        #expect(town.text(1) == "----")
        #expect(town.lamps[name("hall-a")]?[2] == .waiting)
        // The cashier need not wait until the press at admission can't be taken back.
        #expect(town.press(2) == .called(2, number("A001")))
        #expect(town.press(2) == .nobodyWaits(2, finished: number("A001")))
        town.settle()
        #expect(town.press(1, at: "hall-b") == .nobodyWaits(1, finished: nil))
        town.pass(Self.afterUndo)
        town.settle()
        #expect(town.press(1, at: "hall-b") == .called(1, number("A001")))
        #expect(
            town.ask(.finish(1), at: "hall-b") == .ended(1, number("A001"), .finished))
        town.settle()
        let held = town.central!.tickets.values.first!
        #expect(held.state == .finished && held.holder == .controller(name("hall-b")))
        #expect(held.ticket.sender == name("cashier") && town.central!.tickets.count == 1)
    }

    @Test(arguments: [true, false]) func aPressIsTakenBackAcrossAStepWithinItsSpan(isOnline: Bool) {
        let town = Self.clinic()
        town.take()
        town.take()
        town.settle()
        if !isOnline { town.cutWire("hall-a") }
        town.press(1)
        #expect(town.press(1) == .called(1, number("A002")))
        town.pass(.seconds(5))
        town.settle()
        #expect(town.ask(.undo(1)) == .undone(1, shows: number("A001")))
        let again = town.controllers[name("hall-a")]!
        #expect(
            again.tickets.values.map(\.ticket.service) == [name("admission"), name("admission")])
        #expect(again.tickets.values.allSatisfy { $0.ticket.sender == nil })
        #expect(town.lamps[name("hall-a")]?[2] == (isOnline ? .nobody : .offlineNobody))
        // Pressed again, it goes on, and then it can't be taken back any more.
        #expect(town.press(1) == .called(1, number("A002")))
        town.pass(Self.afterUndo)
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        #expect(town.press(2) == .called(2, number("A001")))
        town.healWire("hall-a")
        town.settle()
        #expect(Self.state(town, "A001") == .called && Self.state(town, "A002") == .called)
    }

    @Test func anUndoIsRefusedWhenTheNextServiceHasCalled() {
        let town = Self.clinic()
        town.take()
        town.settle()
        town.press(1)
        town.ask(.finish(1))
        #expect(town.press(2) == .called(2, number("A001")))
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        #expect(town.text(2) == "A001")
    }

    @Test func aNewNumberComesFromTheNextSeriesAndAnUndoVoidsIt() {
        let town = Self.clinic(doctor: .new)
        town.take("cashier", .elderly)
        town.settle()
        town.press(2)
        let reply = town.ask(.finish(2))
        guard case .sentOn(2, number("C001"), name("doctor"), let new?) = reply else {
            return #expect(Bool(false), "\(reply)")
        }
        #expect(new.series == series("D"))
        town.settle()
        // It waits nowhere yet, and is not asked back.
        #expect(Self.state(town, new.description) == .moving)
        #expect(town.ask(.undo(2)) == .undone(2, shows: number("C001")))
        town.settle()
        #expect(Self.state(town, new.description) == .cancelled)
        #expect(Self.state(town, "C001") == .called)
        guard case .sentOn(_, _, _, let second?) = town.ask(.finish(2)) else {
            return #expect(Bool(false))
        }
        #expect(second != new)
        town.pass(Self.afterUndo)
        town.settle()
        #expect(town.press(1, at: "hall-b") == .called(1, second))
        town.settle()
        let held = town.central!.tickets.values.first { $0.ticket.number == second }!
        #expect(held.ticket.priority == .elderly && held.ticket.sender == name("cashier"))
        #expect(Self.state(town, "C001") == .finished)
    }

    @Test func withoutNumbersThePatientKeepsTheOldOne() {
        let town = Self.clinic(doctor: .new)
        town.take("cashier")
        town.settle()
        let key = name("hall-a")
        town.disks[key]!.blocks = []
        town.kill("hall-a")
        town.start("hall-a")
        town.press(2)
        #expect(
            town.ask(.finish(2)) == .sentOn(2, number("C001"), service: name("doctor"), as: nil))
    }

    @Test func whatWasKeptBackGoesOnAfterARestart() {
        let town = Self.clinic()
        town.take("cashier")
        town.settle()
        town.press(2)
        town.ask(.finish(2))
        town.settle()
        town.kill("hall-a")
        town.start("hall-a")
        #expect(town.ask(.undo(2)) == .refused(.nothingToUndo(2)))
        town.pass(Self.afterUndo)
        town.settle()
        #expect(town.press(1, at: "hall-b") == .called(1, number("C001")))
    }

    @Test func anotherPressAtTheBoothSendsOnWhatTheEarlierOneKeptBack() {
        let town = Self.clinic()
        for _ in 0..<3 { town.take("cashier") }
        town.settle()
        for _ in 0..<3 { town.press(2) }
        town.settle()
        #expect(town.press(1, at: "hall-b") == .called(1, number("C001")))
        #expect(town.press(1, at: "hall-b") == .nobodyWaits(1, finished: number("C001")))
        #expect(town.ask(.undo(2)) == .undone(2, shows: number("C002")))
    }

    @Test func aTransferAndAReturnToTheSenderAreTakenBackToo() {
        let town = Self.clinic()
        town.take()
        town.take()
        town.settle()
        town.press(1)
        #expect(town.ask(.giveBack(1)) == .refused(.noSender(number("A001"))))
        town.ask(.finish(1))
        town.press(2)
        #expect(
            town.ask(.giveBack(2))
                == .sentOn(2, number("A001"), service: name("admission"), as: nil)
        )
        #expect(town.ask(.undo(2)) == .undone(2, shows: number("A001")))
        town.ask(.giveBack(2))
        town.pass(Self.afterUndo)
        // Before A002, which has waited at admission all the time.
        #expect(town.press(1) == .called(1, number("A001")))
        #expect(
            town.ask(.transfer(1, service: name("doctor")))
                == .ended(1, number("A001"), .transferred))
        #expect(town.ask(.undo(1)) == .undone(1, shows: number("A001")))
        town.pass(Self.afterUndo)
        town.settle()
        #expect(Self.state(town, "A001") == .called)
    }

    @Test func aNoShowIsLetInWithinTheSpanAndNotLater() {
        let town = Self.clinic()
        for _ in 0..<3 { town.take() }
        town.settle()
        town.press(1)
        town.press(1, .long)
        #expect(
            town.ask(.readmit(number("A002")))
                == .refused(
                    .numberNotCallable(number("A002"), .waiting, booth: nil)))
        #expect(town.ask(.readmit(number("A001"))) == .readmitted(number("A001")))
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        town.settle()
        #expect(Self.state(town, "A001") == .waiting)
        #expect(town.press(1) == .called(1, number("A001")))
        town.press(1, .long)
        town.pass(.seconds(1_800))
        #expect(town.ask(.readmit(number("A001"))) == .readmitted(number("A001")))
        town.press(1)
        town.press(1, .long)
        town.pass(.seconds(1_801))
        #expect(
            town.ask(.readmit(number("A001")))
                == .refused(.tooLate(number("A001"), minutes: 30)))
    }

    @Test func aTicketTakenInTheWrongHallIsCalledInItsOwn() {
        let town = Self.clinic()
        guard
            case .issued(let taken, _, _, _) = town.ask(
                .take(service: name("admission"), priority: .normal), at: "hall-b")
        else { return #expect(Bool(false)) }
        town.settle()
        #expect(town.press(1) == .called(1, taken))
    }

    @Test func aSupervisorCancelsWhatIsKeptBack() {
        let town = Self.clinic()
        town.take()
        town.settle()
        town.press(1)
        town.ask(.finish(1))
        #expect(town.ask(.cancel(number("A001"))) == .cancelled(number("A001")))
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        town.pass(Self.afterUndo)
        town.settle()
        #expect(Self.state(town, "A001") == .cancelled)
        #expect(town.press(2) == .nobodyWaits(2, finished: nil))
    }
}
