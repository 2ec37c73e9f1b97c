// SPDX-License-Identifier: Apache-2.0

// The order of calls while all are online: how many earlier tickets of its class still wait when a
// ticket is called, with messages on their way all the time.

import Testing

@testable import QueueCore

@Suite struct OrderTests {
    @Test(arguments: [true, false])
    func ticketsAreCalledInOrderOfIssueButForASmallBound(wiresAreSlow: Bool) {
        var counts: [Int: Int] = [:]
        for seed in UInt64(1)...40 {
            var random = SplitMix(state: seed)
            let names = ["hall-a", "hall-b", "hall-c"]
            let only = [
                Service(name: name("admission"), hall: name("main"), series: series("A"))
            ].compactMap(\.self)
            let town = Town(seed: seed, controllers: names, services: only)
            var waiting: [TicketID: UInt64] = [:]
            var seen = 0
            for _ in 0..<12 { town.take() }
            town.settle()
            for _ in 0..<120 {
                if Int.random(in: 0..<2, using: &random) == 0 {
                    town.take()
                } else {
                    let booth = BoothNumber.random(in: 1...2, using: &random)
                    town.press(booth, at: names.randomElement(using: &random) ?? "hall-a")
                }
                for ticket in town.issued[seen...] { waiting[ticket.id] = ticket.rank }
                seen = town.issued.count
                if let call = town.calls.last, let rank = waiting.removeValue(forKey: call.ticket) {
                    counts[waiting.values.count { $0 < rank }, default: 0] += 1
                }
                if wiresAreSlow {
                    for _ in 0..<Int.random(in: 0...100, using: &random) where town.deliverOne() {}
                } else {
                    town.settle()
                }
            }
        }
        let total = counts.values.reduce(0, +)
        let largest = counts.keys.max() ?? 0
        let near = (0...2).reduce(0) { $0 + (counts[$1] ?? 0) }
        #expect(total > 1_500)
        #expect(near * 10 > total * 9)
        #expect(largest <= (wiresAreSlow ? 20 : 2))
    }
}
