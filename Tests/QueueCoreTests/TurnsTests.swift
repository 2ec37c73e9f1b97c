// SPDX-License-Identifier: Apache-2.0

// Fair mixing of priority classes at one controller.

import Testing

@testable import QueueCore

@Suite struct TurnsTests {
    /// The classes called at booth 1, `count` calls.
    private func classes(_ town: Town, _ count: Int, at booth: BoothNumber = 1) -> String {
        var text = ""
        for _ in 0..<count {
            guard case .called(_, let number) = town.press(booth) else { return text + "-" }
            let ticket = town.issued.first { $0.number == number }
            text += String(ticket?.priority.word.prefix(1) ?? "?")
        }
        return text
    }

    private func fill(_ town: Town, _ list: [(PriorityClass, Int)]) {
        for (priority, count) in list {
            for _ in 0..<count { town.take("admission", priority) }
        }
        town.settle()
    }

    @Test func everyFourthCallGoesToTheClassThatWaits() {
        let town = Town()
        fill(town, [(.normal, 4), (.elderly, 9)])
        #expect(classes(town, 13) == "eeeneeeneeenn")
    }

    @Test func emergencyIsPassedOverByADueClassAlone() {
        let town = Town()
        fill(town, [(.normal, 2), (.emergency, 4), (.disabled, 2)])
        // Both wait behind three emergencies; then the more urgent of the two that are due.
        #expect(classes(town, 8) == "eeednedn")
    }

    @Test func theCountsOutliveAPowerCut() {
        let town = Town()
        fill(town, [(.normal, 1), (.elderly, 5)])
        #expect(classes(town, 3) == "eee")
        town.kill("hall-a")
        town.start("hall-a")
        town.settle()
        #expect(classes(town, 1) == "n")
    }

    /// A class that is due is called in order of issue, though another tray holds its first ticket.
    @Test func ofADueLineTheFirstOfAllTraysIsCalled() throws {
        let town = Town(controllers: ["hall-a", "hall-b"])
        fill(town, [(.normal, 4), (.elderly, 8)])
        let first = try #require(town.issued.first { $0.priority == .normal }).id
        let holder = try #require(town.central?.tickets[first]?.holder.controller)
        let other = holder == name("hall-a") ? "hall-b" : "hall-a"
        for _ in 0..<3 { town.press(1, at: other) }
        #expect(town.calls.allSatisfy { $0.ticket != first })
        town.feed(name(other), .buttonDown(1))
        town.settle()
        town.press(1, at: other)
        #expect(town.calls.last?.ticket == first)
    }

    @Test func withinAClassTheOrderStays() {
        let town = Town()
        fill(town, [(.normal, 3), (.elderly, 6)])
        var last: UInt64 = 0
        for _ in 0..<9 {
            guard case .called(_, let number) = town.press(1),
                let ticket = town.issued.first(where: { $0.number == number })
            else { _ = Issue.record("refused"); return }
            guard ticket.priority == .normal else { continue }
            #expect(ticket.rank > last)
            last = ticket.rank
        }
    }

    /// Somebody comes to the cashier's line, past admission.
    private func enter(_ town: Town, _ priority: PriorityClass, waits: Bool = true) {
        town.take("admission", priority)
        town.settle()
        town.press(1)
        town.ask(.finish(1))
        guard waits else { return }
        town.pass(StepTests.afterUndo)
        town.settle()
    }

    @Test func aLineBeginsAgain_AlsoWithOneWhoHasJustComeOverToIt() {
        let town = StepTests.clinic()
        for priority in [PriorityClass.normal, .elderly, .elderly] { enter(town, priority) }
        #expect(classes(town, 2, at: 2) == "ee")
        town.ask(.cancel(number("A001")))
        // Nobody else waits for the cashier: this one is called at once.
        enter(town, .normal, waits: false)
        #expect(classes(town, 1, at: 2) == "n")
        for priority in [PriorityClass.normal, .elderly, .elderly, .elderly] {
            enter(town, priority)
        }
        #expect(classes(town, 4, at: 2) == "eeen")
    }
}
