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

    /// What each controller was last told of series A, of all that the central committed.
    private func told(_ town: Town) -> [Name: UInt16] {
        marks(town, since: 0).reduce(into: [:]) { $0[$1.controller] = $1.through }
    }

    private func given(_ town: Town) -> UInt16 {
        town.central?.counters.first {
            $0.day == ServiceDay(20_000) && $0.series == series("A")
        }?.through ?? 0
    }

    @Test func someControllersOfALargeHallAreToldOfNumbersBeforeTheyAreGivenOut() {
        let town = Town(controllers: Self.names)
        town.settle()
        let start = town.centralChanges.count
        let first = given(town)
        while town.issued.count < 200 {
            town.take()
            let told = told(town)
            for witness in Self.names.prefix(Limits.markWitnesses) {
                #expect(told[name(witness)] ?? 0 >= given(town))
            }
            town.settle()
        }
        let orders = marks(town, since: start)
        #expect(
            Set(orders.map(\.controller))
                == Set(Self.names.prefix(Limits.markWitnesses).map { name($0) }))
        // A mark covers 25 numbers: a quarter of ten numbers for each of ten controllers.
        let lent = Int(given(town) - first)
        #expect(lent >= 150)
        #expect(orders.count <= (lent / 25 + 1) * Limits.markWitnesses)
    }

    @Test func marksOfASmallHallDoNotRunAhead() {
        let town = Town(controllers: Array(Self.names.prefix(Limits.markWitnesses)))
        for _ in 0..<30 { town.take() }
        town.settle()
        #expect(Set(told(town).values) == [given(town)])
    }

    private func loseCentralDisk(_ town: Town) {
        town.killCentral()
        town.centralDisk = CentralSnapshot(epoch: Epoch(random: town.newRandom()))
        town.startCentral()
        town.feedCentral(.clock(today: ServiceDay(20_000), isTrusted: true))
        town.settle()
        town.pass(Limits.settleSpan)
    }

    @Test func aCentralWithoutMemoryPassesOverAFewNumbers_AndGivesNoneOutTwice() {
        let town = Town(controllers: Self.names)
        for _ in 0..<12 { town.take() }
        town.settle()
        let before = given(town)
        loseCentralDisk(town)
        let first = town.take()
        guard case .issued(let number, _, _, _) = first else {
            Issue.record("\(first)")
            return
        }
        #expect(number.value > before && number.value <= before + 25 + 1)
        for _ in 0..<60 { town.take() }
        #expect(Set(town.issued.map(\.number)).count == town.issued.count)
    }

    /// Of what is left of a series a central without memory can still give out half.
    @Test func marksKeepTheLastNumbersOfASeriesUsable() {
        let short = Service(
            name: name("admission"), hall: name("main"), series: series("A"), last: 200,
            blockSize: 10)
        let town = Town(controllers: Self.names, services: [short].compactMap(\.self))
        while given(town) < 180 { town.take() }
        town.settle()
        let left = 200 - given(town)
        #expect(told(town).values.allSatisfy { $0 <= 200 })
        loseCentralDisk(town)
        #expect(200 - given(town) >= left / 2)
        var last: Reply?
        for _ in 0..<40 { last = town.take() }
        #expect(last == .refused(.seriesExhausted(series("A"))))
        #expect(Set(town.issued.map(\.number)).count == town.issued.count)
    }

    /// A controller that comes back from a backup tells its marks to a central that has forgotten nothing.
    @Test func numbersThatAMarkRanAheadOfAreAGap() {
        let town = Town(controllers: Self.names)
        town.settle()
        let key = name("hall-1")
        let before = given(town)
        town.kill("hall-1")
        guard var rows = town.disks[key] else { return #expect(Bool(false)) }
        let mark = rows.marks.first {
            $0.day == ServiceDay(20_000) && $0.series == series("A")
        }
        guard let mark, mark.through > before else { return #expect(Bool(false)) }
        rows.apply(rows.changesPuttingBack(under: Epoch(random: town.newRandom())))
        town.disks[key] = rows
        town.start("hall-1")
        town.settle()
        #expect(given(town) >= mark.through)
        let gap = HistoryEntry.gap(
            day: ServiceDay(20_000), series: series("A"), first: before + 1, last: mark.through,
            reason: .announced(key))
        #expect(town.history.count { $0 == gap } == 1)
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
