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
}
