// SPDX-License-Identifier: Apache-2.0

// Backups of a controller that were made while it was alone, put back after it has told what is in them.

import Testing

@testable import QueueCore

@Suite struct CopiedLogTests {
    private let key = name("hall-a")

    /// Two calls alone; a backup is made between them, or after them.
    private func callsAlone(_ town: Town, backUpAfter calls: Int) -> ControllerSnapshot {
        for _ in 0..<5 { town.take() }
        town.settle()
        town.cutWire("hall-a")
        var copy = town.disks[key] ?? ControllerSnapshot(epoch: .filler)
        for call in 1...2 {
            town.press(1)
            if call == calls { copy = town.disks[key] ?? copy }
        }
        return copy
    }

    private func putBack(_ copy: ControllerSnapshot, _ town: Town) {
        town.kill("hall-a")
        var rows = copy
        rows.apply(rows.changesPuttingBack(under: Epoch(random: town.newRandom())))
        town.disks[key] = rows
        town.start("hall-a")
        town.settle()
    }

    /// What the history says was called, in its order.
    private func told(_ town: Town) -> [TicketNumber] {
        town.history.compactMap { entry in
            guard case .fact(_, _, let fact) = entry, case .called(_, let ticket) = fact.record
            else { return nil }
            return ticket.number
        }
    }

    private func tickets(_ town: Town) -> [TicketNumber: TicketState] {
        var states: [TicketNumber: TicketState] = [:]
        for held in town.central?.tickets.values.map({ $0 }) ?? [] {
            states[held.ticket.number] = held.state
        }
        return states
    }

    /// What a log no longer had is a gap of the history; an older backup that has it fills it.
    @Test func whatWasSkippedIsNotTakenForHeard() {
        let town = Town()
        let older = callsAlone(town, backUpAfter: 2)
        let forgetful = town.centralDisk
        town.healWire("hall-a")
        town.settle()
        var newer = town.disks[key] ?? older
        // The disk hears of acknowledgements later.
        newer.meta.factsAcknowledged = newer.meta.lastFact
        newer.apply([.trimFacts(through: newer.meta.factsAcknowledged)])
        town.kill("hall-a")
        town.killCentral()
        town.centralDisk = forgetful
        town.startCentral()
        town.history = []
        putBack(newer, town)
        #expect(told(town).isEmpty, "or else this test tests nothing")
        putBack(older, town)
        #expect(told(town).count == 2)
    }

    @Test(arguments: [1, 2]) func whatWasToldSinceIsNotToldAgain(backUpAfter calls: Int) {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: calls)
        town.healWire("hall-a")
        town.settle()
        let before = told(town)
        #expect(before.count == 2)
        let states = tickets(town)
        for _ in 0..<2 { putBack(copy, town) }
        #expect(told(town) == before, "each call is in the history once")
        let after = tickets(town)
        #expect(after.count == states.count, "nobody came or went by hearsay")
        // A booth that no longer knows whom it has called has ended with them.
        for (number, state) in states where state != .waiting {
            let kept: [TicketState] = state == .called ? [.called, .finished] : [state]
            #expect(after[number].map(kept.contains) == true, "\(number)")
        }
        #expect(after.values.count { $0 == .waiting } == states.values.count { $0 == .waiting })
        // The next press calls the third person, and is heard.
        town.press(1)
        town.settle()
        #expect(told(town).count == 3)
        #expect(Set(told(town)).count == 3)
    }

    @Test func whatWasNeverToldIsTold() {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: 2)
        town.healWire("hall-a")
        putBack(copy, town)
        #expect(told(town).count == 2)
    }

    /// The central heard the first of two calls before the card was lost.
    @Test func theRestOfWhatWasToldInPartIsTold() {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: 2)
        town.healWire("hall-a")
        town.connect()
        while told(town).isEmpty { _ = town.deliverOne() }
        let heard = told(town)
        #expect(heard.count == 1, "or else this test tests nothing")
        town.kill("hall-a")
        putBack(copy, town)
        #expect(told(town).count == 2)
        #expect(Array(told(town).prefix(1)) == heard)
    }

    /// Two cards made of one backup: what the first has told of it the second need not tell.
    @Test func whatOneCopyHasToldAnotherDoesNotTellAgain() {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: 2)
        town.healWire("hall-a")
        for _ in 0..<3 { putBack(copy, town) }
        #expect(told(town).count == 2)
    }

    @Test func logsThatHaveAPartInCommonWereHeardTogether() {
        func epoch(_ mark: UInt32) -> Epoch { Epoch(random: mark) }
        var record = ControllerRecord(name: key)
        record.epoch = epoch(3)
        record.have = 120
        record.heard = 95
        record.copied = CopiedLog(epoch: epoch(1), through: 90)
        record.oldLogs = [
            OldLog(epoch: epoch(1), heard: 20),
            OldLog(epoch: epoch(2), heard: 60, copied: CopiedLog(epoch: epoch(1), through: 80)),
        ]
        func heard(_ logs: (UInt32, UInt64)...) -> UInt64 {
            record.heard(of: Lineage(logs.map { CopiedLog(epoch: epoch($0), through: $1) }))
        }
        #expect(heard((3, 200)) == 95, "its own")
        #expect(heard((3, 40)) == 40)
        #expect(heard((1, 200)) == 90, "by its copy")
        #expect(heard((2, 200)) == 80, "by a copy of what it is a copy of")
        #expect(heard((2, 70)) == 70)
        #expect(heard((9, 200)) == 0, "of one that nobody knows")
        #expect(heard((9, 200), (1, 85)) == 85, "of a copy that nobody knows, of a known one")
        #expect(heard() == 0)
        record.begin(
            epoch(4),
            copied: [
                CopiedLog(epoch: epoch(9), through: 200), CopiedLog(epoch: epoch(1), through: 85),
            ])
        #expect(record.have == 85 && record.heard == 85)
        record.heard = 150
        #expect(heard((9, 120)) == 120, "of what was known by its copy alone")
        #expect(heard((1, 200)) == 90)
        record.copied = CopiedLog(epoch: epoch(4), through: 90)
        #expect(heard((4, 200)) == 150, "a copy of itself")
    }

    /// A backup of a copy that the central has not met: what both are copies of is known.
    @Test func aCopyOfAnUnheardCopyDoesNotTellAgain() {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: 2)
        town.healWire("hall-a")
        town.settle()
        #expect(told(town).count == 2)
        var rows = copy
        rows.apply(rows.changesPuttingBack(under: Epoch(random: town.newRandom())))
        putBack(rows, town)
        #expect(told(town).count == 2)
    }

    /// New calls bear numbers that the lost card had used too: they are not taken for those.
    @Test func newFactsUnderTheSameNumbersAreHeard() {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: 1)
        town.press(1)
        town.press(1)
        town.healWire("hall-a")
        town.settle()
        let before = told(town)
        putBack(copy, town)
        #expect(told(town) == before)
        town.press(2)
        town.settle()
        #expect(told(town).count == before.count + 1)
    }

    /// A central from before the change of epoch hears of it a second time, and skips the same.
    @Test func aCentralThatForgotTheNewEpochSkipsTheCopyAgain() {
        let town = Town()
        let copy = callsAlone(town, backUpAfter: 2)
        town.healWire("hall-a")
        town.settle()
        let old = town.centralDisk
        let before = told(town)
        putBack(copy, town)
        town.killCentral()
        town.centralDisk = old
        town.startCentral()
        town.settle()
        #expect(told(town) == before)
    }
}
