// SPDX-License-Identifier: Apache-2.0

// What happens when networks, disks and clocks fail, told one misfortune at a time.

import Testing

@testable import QueueCore

private func day(_ count: Int32) -> ServiceDay { ServiceDay(count) }

@Suite struct StoriesTests {
    private func issueAt(_ town: Town, _ controller: String = "hall-a") -> TicketNumber? {
        let reply = town.ask(.take(service: name("admission"), priority: .normal), at: controller)
        if case .issued(let number, _, _, _) = reply { return number }
        return nil
    }

    private func gaps(_ town: Town) -> [HistoryEntry] {
        town.history.filter { if case .gap = $0 { true } else { false } }
    }

    private func conflicts(_ town: Town) -> [Conflict] {
        town.history.compactMap { if case .conflict(let found) = $0 { found } else { nil } }
    }

    private func waiting(_ town: Town) -> [CentralTicket] {
        town.central?.tickets.values.filter { $0.state == .waiting } ?? []
    }

    /// Presses everywhere until nobody waits.
    private func drain(_ town: Town, _ controllers: [String]) {
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            for controller in controllers {
                for booth in BoothNumber(1)...2 {
                    if case .called = town.press(booth, at: controller) { isQuiet = false }
                    town.settle()
                }
            }
        }
    }

    // MARK: - Wires

    @Test func twoControllersCutInTurnCallEveryTicketOnce() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        for _ in 0..<8 { town.take() }
        town.settle()
        for gone in ["hall-a", "hall-b"] {
            town.cutWire(gone)
            for controller in ["hall-a", "hall-b"] {
                town.press(1, at: controller)
                #expect(issueAt(town, controller) != nil)
                town.take()
                town.settle()
            }
            town.healWire(gone)
            town.settle()
        }
        drain(town, ["hall-a", "hall-b"])
        #expect(town.issued.count == 16)
        #expect(Set(town.issued.map(\.number)).count == 16)
        #expect(town.calls.count == 16)
        #expect(Set(town.calls.map(\.ticket)) == Set(town.issued.map(\.id)))
        #expect(conflicts(town).isEmpty)
    }

    @Test func aTicketInTheTrayOfAClosedHallIsAskedBack() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        for _ in 0..<4 { town.take() }
        town.settle()
        for booth in BoothNumber(1)...2 { town.ask(.close(booth), at: "hall-b") }
        town.settle()
        drain(town, ["hall-a"])
        #expect(town.calls.count == 4)
    }

    @Test func aWithdrawOfATicketAlreadyGoneYieldsNothing() {
        let town = Town()
        town.take()
        town.settle()
        let key = name("hall-a")
        let id = town.issued[0].id
        let link = town.linkOf[key] ?? 0
        for _ in 0..<2 {
            let next = (town.controllers[key]?.meta.ordersApplied ?? 0) + 1
            town.feed(key, .message(link, .order(Numbered(next, .withdraw(id))), random: 1))
        }
        let yields = town.disks[key]?.facts.count { isYield($0.record, of: id) }
        #expect(yields == 1)
    }

    /// A yield that answers an older order than the deal that stands was an older deal's.
    @Test func aYieldOfAnEarlierOrderIsPassedOver() {
        let town = Town()
        town.take()
        town.settle()
        let key = name("hall-a")
        let id = town.issued[0].id
        let link = town.linkOf[key] ?? 0
        let deal = town.central?.tickets[id]?.dealtBy ?? 0
        #expect(deal > 0)
        for (order, holder) in [(deal - 1, Holder.controller(key)), (deal, .controller(key))] {
            let next = (town.central?.controllers[key]?.have ?? 0) + 1
            let fact = Numbered(next, Fact.yielded(id, order: order))
            town.feedCentral(.message(link, .fact(fact), random: 1))
            #expect(town.central?.tickets[id]?.holder == holder)
        }
        // The second one was believed: the ticket went back, and was dealt anew by a later order.
        #expect((town.central?.tickets[id]?.dealtBy ?? 0) > deal)
    }

    /// A block is known by its first value: a series that wraps must not lend two of one name.
    @Test func aSeriesThatWrapsLendsNoBlockOfANameThatIsTaken() throws {
        let service = try #require(
            Service(
                name: name("admission"), hall: name("main"), series: series("A"), last: 16,
                wraps: true, blockSize: 2))
        let town = Town(services: [service])
        // One number of the controller's block is used, and rests no more when the series comes round.
        town.ask(.take(service: name("admission"), priority: .normal))
        town.settle()
        for _ in 0..<40 {
            town.press(1)
            town.press(1)
            town.settle()
            town.pass(.seconds(3_700))
            town.take()
            town.settle()
            let blocks = town.central.map { Array($0.blocks) } ?? []
            #expect(Set(blocks.map(\.block.key)).count == blocks.count)
            #expect(Set(town.centralDisk.blocks) == Set(blocks))
        }
        #expect(town.central?.counters.contains { $0.hasWrapped } == true)
    }

    @Test func aBoothThatOpensGetsItsShareOfWhatWaitsElsewhere() {
        let town = Town(controllers: ["hall-a", "hall-b"], booths: 1)
        town.ask(.close(1), at: "hall-b")
        town.settle()
        for _ in 0..<8 { town.take() }
        for _ in 0..<4 {
            town.ask(.take(service: name("admission"), priority: .normal), at: "hall-b")
        }
        town.settle()
        town.press(1)
        town.settle()
        #expect(town.controllers[name("hall-b")]?.tray.isEmpty == true)
        town.ask(.open(1), at: "hall-b")
        town.settle()
        #expect((town.controllers[name("hall-b")]?.tray.count ?? 0) > 0)
    }

    /// Nobody serves the lab now: those who wait for it must not stand before the others.
    @Test func whatNobodyServesStandsInNobodysWay() {
        let town = Town(
            controllers: ["hall-a", "hall-b"], booths: 1,
            serves: { _, _, all in [all[0]] })
        town.ask(.close(1), at: "hall-b")
        for _ in 0..<4 {
            town.ask(.take(service: name("lab"), priority: .normal), at: "hall-b")
        }
        for _ in 0..<6 { town.take() }
        town.settle()
        town.ask(.open(1), at: "hall-b")
        town.settle()
        let waiting = town.controllers[name("hall-b")]?.tray.count {
            $0.service == name("admission")
        }
        #expect((waiting ?? 0) > 0)
    }

    /// The other controller's ticket comes to the finger on the button before the press is complete.
    @Test func aFingerOnAButtonBringsTheNextTicketNear() throws {
        let town = Town(controllers: ["hall-a", "hall-b"])
        for _ in 0..<4 { town.take() }
        town.settle()
        let first = town.issued[0].id
        let holder = try #require(town.central?.tickets[first]?.holder.controller)
        let other = holder == name("hall-a") ? "hall-b" : "hall-a"
        town.feed(name(other), .buttonDown(1))
        town.settle()
        #expect(town.central?.tickets[first]?.holder == .controller(name(other)))
        town.press(1, at: other)
        #expect(town.calls.last?.ticket == first)
    }

    @Test func aReplayedFactIsAcknowledgedAndAppliedOnce() {
        let town = Town()
        _ = issueAt(town)
        town.settle()
        let key = name("hall-a")
        guard let last = town.disks[key]?.facts.last, let link = town.linkOf[key] else {
            return #expect(Bool(false))
        }
        let before = town.history.count
        town.feedCentral(.message(link, .fact(last), random: 1))
        #expect(town.history.count == before)
        #expect(town.toController.last?.2 == .acknowledge(last.number))
    }

    @Test func aFactOutOfOrderEndsTheConnection() {
        let town = Town()
        let key = name("hall-a")
        let link = town.linkOf[key] ?? 0
        let next = (town.central?.controllers[key]?.have ?? 0) + 2
        town.feedCentral(.message(link, .fact(Numbered(next, .fenceDone)), random: 1))
        #expect(town.complaints.last == .outOfOrder)
        #expect(town.central?.links[key] == nil)
        town.settle()
        #expect(town.central?.links[key] != nil)
    }

    @Test func anOrderOutOfOrderEndsTheConnectionAndChangesNothing() {
        let town = Town()
        let key = name("hall-a")
        let link = town.linkOf[key] ?? 0
        let applied = town.controllers[key]?.meta.ordersApplied ?? 0
        town.feed(key, .message(link, .order(Numbered(applied + 2, .day(day(20_009)))), random: 1))
        #expect(town.controllers[key]?.meta.ordersApplied == applied)
        #expect(town.controllers[key]?.meta.day == day(20_000))
        #expect(town.controllers[key]?.link == ControllerMachine.Link.none)
        #expect(
            town.events.contains {
                if case .complaint(.outOfOrder, _) = $0 { true } else { false }
            })
    }

    // MARK: - Two of one name

    private func hello(_ town: Town, epoch: Epoch) -> ClientMessage {
        .hello(
            Hello(
                version: 1, name: name("hall-a"), epoch: epoch, central: nil, applied: 0, first: 1,
                last: 0, acknowledged: 0, day: .unknown))
    }

    @Test func anotherControllerOfTheSameNameIsTurnedAway() {
        let town = Town()
        let link = town.linkOf[name("hall-a")]
        town.feedCentral(.connected(900))
        town.feedCentral(.message(900, hello(town, epoch: Epoch(random: 77)), random: 1))
        #expect(town.complaints.last == .nameTaken)
        #expect(town.central?.links[name("hall-a")] == link)
    }

    @Test func theSameControllerAgainReplacesItsOldConnection() {
        let town = Town()
        let old = town.linkOf[name("hall-a")]
        town.breakSilently("hall-a")
        town.settle()
        #expect(town.complaints.last == .replaced)
        #expect(town.central?.links[name("hall-a")] != old)
        #expect(town.central?.links[name("hall-a")] == town.linkOf[name("hall-a")])
    }

    // MARK: - Undo

    @Test func aTicketThatReturnedMeanwhileIsNotBroughtBackByUndo() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.ask(.park(1, seconds: 1))
        town.pass(.seconds(2))
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        #expect(town.press(2) == .called(2, number("A001")))
        #expect(town.text(1) == "----")
    }

    @Test func aNoShowCalledElsewhereIsNotBroughtBackByUndo() {
        let town = Town()
        town.take()
        town.settle()
        town.press(1)
        town.press(1, .long)
        town.ask(.call(2, number("A001")))
        #expect(town.ask(.undo(1)) == .refused(.nothingToUndo(1)))
        #expect(town.text(1) == "----")
        #expect(town.text(2) == "A001")
    }

    // MARK: - Limits and roles

    @Test func aFullOutboxIsRefusedAloud() {
        let town = Town()
        town.take()
        town.settle()
        town.cutWire("hall-a")
        var count = 0
        while town.ask(.close(1)) == .closed(1), town.ask(.open(1)) == .opened(1) {
            count += 2
            if count > Limits.outboxMax { break }
        }
        #expect(town.press(1) == .refused(.outboxFull))
        #expect(town.text(1) == "----")
        #expect((town.controllers[name("hall-a")]?.outboxCount ?? 0) <= Limits.outboxMax)
        town.healWire("hall-a")
        town.settle()
        #expect(town.controllers[name("hall-a")]?.outboxCount == 0)
        #expect(town.press(1) == .called(1, number("A001")))
    }

    @Test func aFullTrayIsRefusedAloudAndADealIsYielded() {
        let town = Town()
        let key = name("hall-a")
        var disk = town.disks[key] ?? ControllerSnapshot(epoch: Epoch(random: 1))
        let ticket = { (serial: Int) in
            Ticket(
                id: TicketID(issuer: key, run: Epoch(random: 5), serial: UInt32(serial)),
                number: number("B001"), day: day(20_000), service: name("lab"),
                rank: UInt64(serial))
        }
        disk.tickets = (1...Limits.trayMax).map { HeldTicket(ticket: ticket($0)) }
        var machine = ControllerMachine(
            plan: town.controllerPlans[key] ?? ControllerPlan(name: key, booths: []),
            snapshot: disk, run: Epoch(random: 9))
        _ = machine.start(at: .zero)
        let take = machine.step(
            .command(.take(service: name("admission"), priority: .normal), 7), at: .zero)
        #expect(take.effects.contains(.reply(7, .refused(.trayFull))))
        #expect(take.changes.isEmpty)
        _ = machine.step(.connected(1), at: .zero)
        let welcome = Welcome(
            version: 1, central: machine.meta.central ?? Epoch(random: 3),
            have: machine.meta.lastFact, day: day(20_000), rank: 9_000)
        _ = machine.step(.message(1, .welcome(welcome), random: 1), at: .zero)
        let one = ticket(Limits.trayMax + 1)
        let order = Numbered(machine.meta.ordersApplied + 1, Order.deal(one))
        _ = machine.step(.message(1, .order(order), random: 1), at: .zero)
        #expect(machine.facts.last.map { isYield($0.record, of: one.id) } == true)
        #expect(machine.tray.count == Limits.trayMax)
    }

    private func attach(_ town: Town, _ role: Role, _ link: LinkID) {
        town.feedCentral(.connected(link))
        town.feedCentral(
            .message(link, .attach(version: 1, role: role, name: name("someone")), random: 1))
    }

    @Test func eachRoleMaySayWhatIsItsOwnAndNoMore() {
        let town = Town()
        attach(town, .kiosk, 901)
        let take = ClientMessage.take(reference: 5, service: name("admission"), priority: .normal)
        town.feedCentral(.message(901, take, random: 1))
        town.feedCentral(.message(901, take, random: 1))
        let mail = town.clientMail[901] ?? []
        #expect(mail.count == 3)
        #expect(mail[1] == mail[2])
        #expect(town.issued.count == 1)
        let fence = ClientMessage.fence(reference: 1, controller: name("hall-a"))
        town.feedCentral(.message(901, fence, random: 1))
        #expect(town.complaints.last == .role)
        attach(town, .supervisor, 902)
        town.feedCentral(.message(902, fence, random: 1))
        #expect(town.clientMail[902]?.last == .done(reference: 1))
        town.feedCentral(.message(902, fence, random: 1))
        #expect(town.clientMail[902]?.last == .done(reference: 1))
        town.feedCentral(.message(902, take, random: 1))
        #expect(town.complaints.last == .role)
        town.settle()
        attach(town, .board, 903)
        town.press(1)
        town.settle()
        let call = News(
            hall: name("main"), controller: name("hall-a"), booth: 1, number: number("A001"))
        #expect(town.clientMail[903]?.last == .news(call))
        town.feedCentral(.message(903, .fact(Numbered(1, .fenceDone)), random: 1))
        #expect(town.complaints.last == .role)
    }

    @Test func aTicketCancelledOnItsWayBackStaysCancelled() {
        let town = Town(controllers: ["hall-a", "hall-b"])
        town.take()
        town.settle()
        guard let held = waiting(town).first, let holder = held.holder.controller else {
            return #expect(Bool(false))
        }
        let link = town.linkOf[holder] ?? 0
        let next = (town.controllers[holder]?.meta.ordersApplied ?? 0) + 1
        // The yield is on its way when the supervisor cancels.
        for booth in BoothNumber(1)...2 { town.ask(.close(booth), at: holder.description) }
        while town.controllers[holder]?.tray.isEmpty == false, town.deliverOne() {}
        #expect(next > 0 && link > 0)
        town.feedCentral(.command(.cancel(held.ticket.number), 4_000))
        #expect(town.replies[4_000] == .cancelled(held.ticket.number))
        town.settle()
        #expect(town.central?.tickets[held.ticket.id]?.state == .cancelled)
        #expect(town.press(1, at: "hall-a") == .nobodyWaits(1, finished: nil))
        #expect(town.press(1, at: "hall-b") == .nobodyWaits(1, finished: nil))
    }
}

extension Town {
    /// The reasons for which the central ended connections, in order.
    var complaints: [Complaint] {
        centralEvents.compactMap {
            if case .complaint(_, _, let complaint, _) = $0 { complaint } else { nil }
        }
    }
}
