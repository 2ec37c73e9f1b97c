// SPDX-License-Identifier: Apache-2.0

// A line of tickets against a list that is sorted anew after every change.

import Testing

@testable import QueueCore

@Suite struct TicketLineTests {
    private static func ticket(_ serial: UInt32, _ random: inout SplitMix) -> Ticket {
        let priority = PriorityClass(rawValue: UInt8.random(in: 0...9, using: &random)) ?? .normal
        return Ticket(
            id: TicketID(issuer: .central, run: Epoch(random: 1), serial: serial),
            number: number("A001"), day: ServiceDay(20_000),
            service: name(["lab", "x-ray", "admission"][Int(serial % 3)]),
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
                let gone = sorted.remove(at: place)
                if Bool.random(using: &random) {
                    line.leave(gone.id)
                } else {
                    let isGone = line.leave(gone)
                    #expect(isGone)
                }
                let isGoneTwice = line.leave(gone)
                #expect(!isGoneTwice)
            }
            let counts = Dictionary(grouping: sorted, by: \.service).mapValues(\.count)
            #expect(
                Dictionary(uniqueKeysWithValues: line.services.map { ($0.name, $0.count) })
                    == counts)
            #expect(line.count(of: name("lab")) == counts[name("lab")] ?? 0)
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

    /// As the central tries out what a line would be.
    @Test func isChanged_AtAnyPlace() {
        var random = SplitMix(state: 7)
        for count in [1, 2, 5, 60] {
            var line = TicketLine((1...UInt32(count)).map { Self.ticket($0, &random) })
            // Some room at the front.
            for serial in 1_000..<1_008 as Range<UInt32> {
                line.lineUp(Self.ticket(serial, &random))
            }
            for _ in 0..<8 { line.remove(at: 0) }
            var list = Array(line)
            for serial in 2_000..<2_200 as Range<UInt32> {
                if Bool.random(using: &random), !list.isEmpty {
                    let place = Int.random(in: list.indices, using: &random)
                    let gone = line.remove(at: place)
                    #expect(gone == list.remove(at: place))
                } else {
                    let place = Int.random(in: 0...list.count, using: &random)
                    let ticket = Self.ticket(serial, &random)
                    line.insert(ticket, at: place)
                    list.insert(ticket, at: place)
                }
                #expect(Array(line) == list)
                #expect(line.services.map(\.count).reduce(0, +) == list.count)
            }
        }
    }

    @Test func isLeft_ByNobody_WhenTheTicketDoesNotWait() {
        var random = SplitMix(state: 6)
        var line = TicketLine((1...10).map { Self.ticket($0, &random) })
        let stranger = Self.ticket(11, &random)
        line.leave(stranger.id)
        let isGone = line.leave(stranger)
        #expect(!isGone)
        #expect(line.count == 10)
    }
}
