// SPDX-License-Identifier: Apache-2.0

// Halls with more controllers than letters, and what the central spares itself and the wires there.

import Testing

@testable import QueueCore

@Suite struct LargeHallTests {
    private static let names = (1...10).map { "hall-\($0)" }

    /// Orders to remember a series of today, since a place in what the central committed.
    private func marks(_ town: Town, since start: Int) -> [(controller: Name, through: UInt16)] {
        town.centralChanges[start...].compactMap { change in
            guard case .order(let controller, let order) = change,
                case .mark(ServiceDay(20_000), series("A"), let through) = order.record
            else { return nil }
            return (controller, through)
        }
    }

    @Test func aControllerWithoutALetterNumbersFromItsBlocksAlone() {
        let town = Town(controllers: Self.names)
        let (first, last) = (name("hall-1"), name("hall-10"))
        let local = town.central?.blocks.filter(\.block.isLocal).map(\.holder) ?? []
        #expect(local.contains(.controller(first)))
        #expect(!local.contains(.controller(last)))
        town.cutWire("hall-10")
        let own = town.controllers[last]?.blocks.filter {
            $0.day == ServiceDay(20_000) && $0.service == name("admission")
        }
        let numbers = own?.reduce(0) { $0 + $1.remaining } ?? 0
        #expect(numbers > 0)
        for _ in 0..<numbers {
            let reply = town.ask(
                .take(service: name("admission"), priority: .normal), at: "hall-10")
            guard case .issued(let number, _, _, _) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(number.series == series("A"))
        }
        let reply = town.ask(.take(service: name("admission"), priority: .normal), at: "hall-10")
        guard case .refused = reply else {
            Issue.record("\(reply)")
            return
        }
        // It gives out numbers again when it has met the central.
        town.healWire("hall-10")
        town.settle()
        let again = town.ask(.take(service: name("admission"), priority: .normal), at: "hall-10")
        guard case .issued = again else {
            Issue.record("\(again)")
            return
        }
    }

    @Test func someControllersOfALargeHallRememberEachNumber() {
        let town = Town(controllers: Self.names)
        let start = town.centralChanges.count
        while marks(town, since: start).isEmpty, town.issued.count < 50 { town.take() }
        let told = marks(town, since: start).map(\.controller)
        #expect(told == Self.names.prefix(Limits.markWitnesses).map { name($0) })
    }

    /// Numbers for the day after the one that begins are lent to some controllers at a time.
    @Test func aDayThatTurnsTakesManyShortSteps() {
        let count = Limits.refillsAtOnce + 6
        let town = Town(controllers: (1...count).map { "hall-\($0)" }, booths: 1)
        let holders = {
            let blocks = town.central?.blocks.filter { $0.block.day == ServiceDay(20_002) } ?? []
            return Set(blocks.compactMap(\.holder.controller)).count
        }
        #expect(holders() == 0)
        town.feedCentral(.clock(today: ServiceDay(20_001), isTrusted: true))
        #expect(holders() == Limits.refillsAtOnce)
        #expect(town.central?.deadline == town.now)
        town.feedCentral(.tick)
        #expect(holders() == count)
        #expect(town.central?.deadline != town.now)
    }
}
