// SPDX-License-Identifier: Apache-2.0

// A line of tickets against a list that is sorted anew after every change.

import Testing

@testable import QueueCore

@Suite struct TicketLineTests {
    private static func ticket(_ serial: UInt32, _ random: inout SplitMix) -> Ticket {
        let priority = PriorityClass(rawValue: UInt8.random(in: 0...9, using: &random)) ?? .normal
        return Ticket(
            id: TicketID(issuer: .central, run: Epoch(random: 1), serial: serial),
            number: number("A001"), day: ServiceDay(20_000), service: name("lab"),
            priority: priority, rank: UInt64.random(in: 0..<50, using: &random),
            returned: UInt8.random(in: 0...9, using: &random) == 0)
    }

    @Test(arguments: [1, 3, 7, 40, 400])
    func stands_InCallOrder_WhoeverComesAndGoes(usual: Int) {
        var random = SplitMix(state: UInt64(usual))
        var line = TicketLine([])
        var sorted: [Ticket] = []
        for serial in 1...4_000 as ClosedRange<UInt32> {
            if Int.random(in: 0..<2 * usual, using: &random) >= sorted.count {
                let ticket = Self.ticket(serial, &random)
                line.lineUp(ticket)
                sorted.append(ticket)
                sorted.sort { $0.precedes($1) }
            } else {
                // Most are called from the front; some go from anywhere.
                let isCalled = UInt8.random(in: 0...3, using: &random) > 0
                let place = isCalled ? 0 : Int.random(in: 0..<sorted.count, using: &random)
                line.leave(sorted.remove(at: place).id)
            }
            #expect(Array(line) == sorted)
            #expect(line.indices.map { line[$0] } == sorted)
            #expect(line.count == sorted.count)
        }
        #expect(Array(TicketLine(sorted.reversed())) == sorted)
    }

    @Test func keeps_FewFreePlaces_HoweverManyAreCalled() {
        var random = SplitMix(state: 5)
        var line = TicketLine((1...100).map { Self.ticket($0, &random) })
        for serial in 101...5_000 as ClosedRange<UInt32> {
            line.lineUp(Self.ticket(serial, &random))
            if let first = line.first { line.leave(first.id) }
            #expect(line.spare <= max(32, line.count))
        }
        while let first = line.first { line.leave(first.id) }
        #expect(line.spare == 0)
    }

    @Test func isLeft_ByNobody_WhenTheTicketDoesNotWait() {
        var random = SplitMix(state: 6)
        var line = TicketLine((1...10).map { Self.ticket($0, &random) })
        line.leave(Self.ticket(11, &random).id)
        #expect(line.count == 10)
    }
}
