// SPDX-License-Identifier: Apache-2.0

// Stories of lost and restored disks, of fences, and of clocks that are wrong.

import Testing

@testable import QueueCore

private func day(_ count: Int32) -> ServiceDay { ServiceDay(count) }

@Suite struct AmnesiaTests {
    /// The card kept nothing of the call; the central did, and its own word must not make it nothing.
    @Test func aCallThatAControllerForgotIsDealtAgain_Marked() {
        let town = Town()
        town.ask(.take(service: name("admission"), priority: .normal))
        let key = name("hall-a")
        let id = town.issued[0].id
        let copy = town.disks[key]
        town.settle()
        town.press(1)
        town.settle()
        #expect(town.central?.tickets[id]?.state == .called)
        town.kill("hall-a")
        town.disks[key] = copy
        town.start("hall-a")
        town.settle()
        // An old copy is found out at the greeting; under its new epoch it states what it holds.
        let marks = town.history.count {
            if case .dealtAgain(id, let lostBy) = $0 { lostBy == key } else { false }
        }
        #expect(marks == 1)
        town.press(1)
        town.settle()
        #expect(town.calls.last?.ticket == id)
    }

    private func issueAt(_ town: Town, _ controller: String = "hall-a") -> TicketNumber? {
        let reply = town.ask(.take(service: name("admission"), priority: .normal), at: controller)
        if case .issued(let number, _, _, _) = reply { return number }
        return nil
    }

    private func loseDisk(_ town: Town, _ controller: String) {
        town.kill(controller)
        town.disks[name(controller)] = ControllerSnapshot(epoch: Epoch(random: town.newRandom()))
        town.start(controller)
    }

    private func loseCentralDisk(_ town: Town) {
        town.killCentral()
        town.centralDisk = CentralSnapshot(epoch: Epoch(random: town.newRandom()))
        town.startCentral()
        town.feedCentral(.clock(today: day(20_000), isTrusted: true))
    }

    // MARK: - A controller forgets

    @Test func aControllerThatLostItsDiskIsDealtAgainMarkedAndItsBlocksAreBurned() {
        let town = Town()
        for _ in 0..<3 { town.take() }
        town.settle()
        town.press(1)
        town.settle()
        let before = town.central?.blocks.filter { $0.holder == .controller(name("hall-a")) } ?? []
        loseDisk(town, "hall-a")
        town.settle()
        #expect(town.press(1) == .called(1, number("A002")))
        #expect(town.press(1) == .called(1, number("A003")))
        let tickets = town.controllers[name("hall-a")]?.tickets.values.map(\.ticket) ?? []
        #expect(tickets.count == 2)
        #expect(tickets.filter(\.dealtAgain).count == 2)
        let burned = town.history.compactMap { entry -> BlockKey? in
            guard case .gap(let day, let series, let first, _, _) = entry else { return nil }
            return BlockKey(day: day, series: series, first: first)
        }
        #expect(!before.isEmpty)
        #expect(Set(burned) == Set(before.map(\.block.key)))
    }

    @Test func theLocalSeriesGoesOnAfterALostDiskOnALaterDay() {
        let town = Town()
        town.clock(day: 20_001)
        town.settle()
        town.cutWire("hall-a")
        var numbers: Set<TicketNumber> = []
        for _ in 0..<12 { numbers.formUnion([issueAt(town)].compactMap(\.self)) }
        #expect(numbers.contains(number("L001")))
        loseDisk(town, "hall-a")
        town.healWire("hall-a")
        town.settle()
        town.cutWire("hall-a")
        for _ in 0..<12 {
            guard let next = issueAt(town) else { return #expect(Bool(false)) }
            #expect(numbers.insert(next).inserted)
        }
        #expect(numbers.contains(number("L334")))
    }

    @Test func aControllerRestoredFromAnOldCopyBeginsANewEpoch() {
        let town = Town()
        for _ in 0..<3 { town.take() }
        town.settle()
        let copy = town.disks[name("hall-a")]
        town.press(1)
        town.press(1)
        town.settle()
        town.kill("hall-a")
        town.disks[name("hall-a")] = copy
        town.start("hall-a")
        town.settle()
        #expect(town.disks[name("hall-a")]?.meta.epoch != copy?.meta.epoch)
        #expect(town.press(1) == .called(1, number("A003")))
        #expect(town.press(1) == .nobodyWaits(1, finished: number("A003")))
    }

    @Test func anOldCopyThatGrewToTheSameLengthIsFoundOut() {
        let town = Town()
        let copy = town.disks[name("hall-a")]
        let lost = issueAt(town)
        town.settle()
        town.kill("hall-a")
        town.disks[name("hall-a")] = copy
        town.start("hall-a")
        let again = town.ask(.take(service: name("lab"), priority: .normal))
        town.settle()
        guard case .issued(let fresh, _, _, _) = again else { return #expect(Bool(false)) }
        #expect(town.disks[name("hall-a")]?.meta.epoch != copy?.meta.epoch)
        let known = Set(town.central?.tickets.values.map(\.ticket.number) ?? [])
        #expect(known == Set([lost, fresh].compactMap(\.self)))
    }

    // MARK: - The central forgets

    @Test func aCentralWithoutMemoryIsRebuiltFromItsControllers() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        for _ in 0..<6 { town.take() }
        town.settle()
        town.press(1, at: "hall-a")
        town.press(1, at: "hall-b")
        town.settle()
        loseCentralDisk(town)
        #expect(town.take() == .refused(.settling))
        town.settle()
        #expect(town.central?.tickets.count == 6)
        #expect(town.central?.tickets.values.filter { $0.state == .called }.count == 2)
        for _ in 0..<30 { town.take() }
        town.settle()
        #expect(town.issued.count == 36)
        #expect(Set(town.issued.map(\.number)).count == 36)
        #expect(!town.history.contains { if case .dealtAgain = $0 { true } else { false } })
    }

    @Test func aRetainedStatementIsNotTakenForThePresentOne() {
        let town = Town()
        for _ in 0..<3 { town.take() }
        town.settle()
        loseCentralDisk(town)
        town.connect()
        let isOld = { (message: ClientMessage) in
            if case .fact(let fact) = message { fact.record == .reportEnded } else { false }
        }
        // Everything up to the end of the first statement in the retained log.
        while !town.toCentral.contains(where: { isOld($0.2) }), town.deliverOne() {}
        while town.toCentral.contains(where: { isOld($0.2) }) {
            let left = town.toCentral.count { isOld($0.2) }
            _ = town.deliverOne()
            if town.toCentral.count(where: { isOld($0.2) }) < left { break }
        }
        #expect(town.toCentral.contains { isOld($0.2) })
        #expect(town.take() == .refused(.settling))
        town.settle()
        #expect(town.take() != .refused(.settling))
    }

    @Test func aCentralRestoredFromAnOldCopyAsksItsControllers() {
        let town = Town()
        town.take()
        town.settle()
        let copy = town.centralDisk
        for _ in 0..<4 { town.take() }
        town.settle()
        town.press(1)
        town.press(1)
        town.settle()
        town.killCentral()
        town.centralDisk = copy
        town.startCentral()
        town.settle()
        #expect(town.centralDisk.meta.epoch != copy.meta.epoch)
        #expect(town.complaints.contains(.centralRestored))
        let states = town.central?.tickets.values.map(\.state) ?? []
        #expect(states.count { $0 == .finished } == 1)
        #expect(states.count { $0 == .called } == 1)
        #expect(states.count { $0 == .waiting } == 3)
        town.pass(.seconds(7))
        for _ in 0..<20 { town.take() }
        #expect(town.issued.count == 25)
        #expect(Set(town.issued.map(\.number)).count == 25)
        #expect(!town.history.contains { if case .conflict = $0 { true } else { false } })
    }

    // MARK: - Fences

    @Test func afterAFenceOthersCallAndACallMeanwhileIsAConflict() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        for _ in 0..<4 { town.take() }
        town.settle()
        town.cutWire("hall-a")
        let tray = town.controllers[name("hall-a")]?.tray.sorted { $0.precedes($1) } ?? []
        #expect(tray.count == 2)
        town.feedCentral(.command(.fence(name("hall-a")), 5_000))
        #expect(town.replies[5_000] == .fenced(name("hall-a"), tickets: 2))
        town.settle()
        for _ in 0..<4 { town.press(1, at: "hall-b") }
        #expect(town.calls.count == 4)
        town.press(1, at: "hall-a")
        town.settle()
        town.healWire("hall-a")
        town.settle()
        let found = town.history.compactMap { entry -> Conflict? in
            if case .conflict(let conflict) = entry { conflict } else { nil }
        }
        #expect(found.map(\.ticket) == [tray[0].id])
        #expect(found.first?.caller == name("hall-a"))
        #expect(found.first?.holder == .controller(name("hall-b")))
        #expect(town.central?.controllers[name("hall-a")]?.isFenced == false)
        #expect(town.controllers[name("hall-a")]?.tray.isEmpty == true)
        let entries = town.history.compactMap { entry -> Int? in
            if case .fenced(_, let tickets) = entry { tickets } else { nil }
        }
        #expect(entries == [2])
    }

    // MARK: - Clocks and series

    @Test func aClockSetBackKeepsTheDay() {
        let town = Town()
        town.take()
        town.settle()
        for wrong in [Int32(19_635), 0] {
            town.clock(day: wrong)
            town.settle()
            #expect(town.central?.meta.day == day(20_000))
            #expect(
                town.centralEvents.contains(
                    .clockBehind(today: day(wrong), day: day(20_000))))
        }
        town.cutWire("hall-a")
        town.clock(day: 19_635, central: false)
        #expect(town.controllers[name("hall-a")]?.meta.day == day(20_000))
        #expect(town.press(1) == .called(1, number("A001")))
    }

    @Test func aClockFarAheadIsRefusedByNameUntilAnOperatorSaysSo() {
        let town = Town()
        town.cutWire("hall-a")
        let far = 20_000 + Limits.dayJumpMax + 1
        town.clock(day: far)
        town.clock(day: far)
        let central = CentralEvent.clockRefused(today: day(far), day: day(20_000))
        let controller = ControllerEvent.clockRefused(today: day(far), day: day(20_000))
        #expect(town.centralEvents.count { $0 == central } == 1)
        #expect(town.events.count { $0 == controller } == 1)
        #expect(town.central?.meta.day == day(20_000))
        #expect(town.controllers[name("hall-a")]?.meta.day == day(20_000))
        town.feedCentral(.command(.turnDay(day(far)), 6_000))
        #expect(town.replies[6_000] == .dayIs(day(far)))
    }

    @Test func anUntrustedClockTurnsNoDayOffline() {
        let town = Town()
        town.take()
        town.settle()
        town.cutWire("hall-a")
        town.clock(day: 20_001, trusted: false, central: false)
        #expect(town.controllers[name("hall-a")]?.tray.count == 1)
        town.clock(day: 20_001, trusted: true, central: false)
        #expect(town.controllers[name("hall-a")]?.meta.day == day(20_001))
        #expect(town.controllers[name("hall-a")]?.tray.isEmpty == true)
        town.clock(day: 20_001)
        town.healWire("hall-a")
        town.settle()
        #expect(town.central?.tickets.isEmpty == true)
    }

    @Test func aSeriesThatWrapsPassesOverNumbersAliveOrJustCalled() {
        let short = [
            Service(
                name: name("admission"), hall: name("main"), series: series("A"), last: 8,
                wraps: true, blockSize: 1)
        ].compactMap(\.self)
        let town = Town(services: short)
        town.settle()
        var numbers: [TicketNumber] = []
        let take = {
            if case .issued(let number, _, _, _) = town.take() { numbers.append(number) }
            town.settle()
        }
        for _ in 0..<3 { take() }
        #expect(numbers.count == 3)
        town.press(1)
        town.press(1)
        town.press(2)
        town.press(2)
        town.settle()
        let first = numbers
        while numbers.count < 20 {
            let before = numbers.count
            take()
            if numbers.count == before { break }
        }
        #expect(Set(numbers).count == numbers.count)
        #expect(town.take() == .refused(.seriesExhausted(series("A"))))
        town.pass(.seconds(3_601))
        guard case .issued(let again, _, _, _) = town.take() else { return #expect(Bool(false)) }
        #expect(first.contains(again))
        let alive = town.central?.tickets.values.filter {
            $0.ticket.number == again && $0.state.isAlive
        }
        #expect(alive?.count == 1)
    }
}
