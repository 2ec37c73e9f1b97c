// SPDX-License-Identifier: Apache-2.0

// What rows from a backup forget before a daemon runs on them, and what they keep.

import QueueCore
import Testing

struct PutBackTests {
    let lab: Name
    let series: Series
    let epoch: Epoch

    init() throws {
        lab = try #require(Name("lab"))
        series = try #require(Series("A"))
        epoch = Epoch(random: 77)
    }

    func ticket(_ serial: UInt32) throws -> Ticket {
        Ticket(
            id: TicketID(issuer: lab, run: Epoch(random: 5), serial: serial),
            number: try #require(TicketNumber(series: series, value: UInt16(serial))),
            day: ServiceDay(20_780), service: lab, rank: UInt64(serial))
    }

    func block(_ next: UInt16) -> Block {
        Block(
            day: ServiceDay(20_780), series: series, service: lab, first: 1, last: 20, next: next)
    }

    @Test func aControllerTellsWhatWasNotAcknowledged_AndHoldsNothing() throws {
        var rows = ControllerSnapshot(epoch: Epoch(random: 1))
        rows.meta.central = Epoch(random: 2)
        rows.meta.lastFact = 12
        rows.meta.factsAcknowledged = 9
        rows.meta.factsTold = 11
        rows.meta.ordersApplied = 40
        rows.meta.rank = 300
        rows.meta.day = ServiceDay(20_780)
        let time = WallTime(1_795_000_000)
        rows.facts = [
            Numbered(9, .called(booth: 1, ticket: try ticket(3))),
            Numbered(10, .issued(try ticket(4)), at: time), Numbered(11, .reportBegan),
            Numbered(12, .called(booth: 2, ticket: try ticket(4))),
        ]
        var called = HeldTicket(ticket: try ticket(4), state: .called)
        called.booth = 2
        rows.tickets = [called, HeldTicket(ticket: try ticket(5))]
        rows.blocks = [block(6)]
        rows.booths = [
            BoothRecord(number: 2, isOpen: true, services: [lab], current: called.ticket.id)
        ]
        let mark = SeriesMark(day: ServiceDay(20_780), series: series, through: 20)
        rows.marks = [mark]
        rows.apply(rows.changesPuttingBack(under: epoch))
        #expect(rows.meta.epoch == epoch && rows.meta.central == nil)
        #expect(
            rows.meta.lastFact == 12 && rows.meta.factsAcknowledged == 9
                && rows.meta.factsTold == 12)
        #expect(rows.meta.copied == [CopiedLog(epoch: Epoch(random: 1), through: 12)])
        #expect(rows.meta.ordersApplied == 0)
        #expect(rows.meta.rank == 300 && rows.meta.day == ServiceDay(20_780))
        #expect(
            rows.facts == [
                Numbered(10, .issued(try ticket(4)), at: time), Numbered(11, .reportBegan),
                Numbered(12, .called(booth: 2, ticket: try ticket(4))),
            ])
        #expect(rows.tickets.isEmpty && rows.blocks.isEmpty && rows.slips.isEmpty)
        #expect(
            rows.booths == [BoothRecord(number: 2, isOpen: true, services: [lab], current: nil)])
        #expect(rows.marks == [mark])
    }

    @Test func aCentralAsksEverybody_AndGivesOutNothingThatItHadKept() throws {
        var rows = CentralSnapshot(epoch: Epoch(random: 1))
        rows.meta.rank = 8
        rows.meta.day = ServiceDay(20_780)
        var record = ControllerRecord(name: lab)
        record.epoch = Epoch(random: 3)
        record.have = 31
        record.lastOrder = 6
        record.ordersAcknowledged = 5
        record.hasReported = true
        record.isFenced = true
        rows.controllers = [record]
        rows.orders = [lab: [Numbered(6, .withdraw(try ticket(1).id))]]
        rows.tickets = [CentralTicket(ticket: try ticket(2))]
        rows.blocks = [
            CentralBlock(holder: .central, block: block(7)),
            CentralBlock(
                holder: .controller(lab),
                block: Block(
                    day: ServiceDay(20_780), series: series, service: lab, first: 21, last: 40,
                    next: 22)),
        ]
        let changes = rows.changesPuttingBack(under: epoch)
        #expect(
            changes.contains(
                .history(
                    day: ServiceDay(20_780),
                    .gap(
                        day: ServiceDay(20_780), series: series, first: 7, last: 20,
                        reason: .olderCopy))))
        #expect(changes.contains(.history(day: ServiceDay(20_780), .rebuilding(epoch))))
        rows.apply(changes)
        #expect(rows.meta.epoch == epoch && rows.meta.unsettledRank == 8)
        record.lastOrder = 0
        record.ordersAcknowledged = 0
        record.hasReported = false
        #expect(rows.controllers == [record])
        #expect(rows.orders[lab] == [])
        #expect(rows.tickets.count == 1)
        #expect(rows.blocks.map(\.holder) == [.controller(lab)])
    }

    @Test func aCentralThatHadIssuedNothing_AsksAllTheSame() {
        var rows = CentralSnapshot(epoch: Epoch(random: 1))
        rows.apply(rows.changesPuttingBack(under: epoch))
        #expect(rows.meta.unsettledRank == 1)
    }

    @Test func personalThingsAreNotInTheAudit() throws {
        let code = TrackingCode(random: 4_242)
        let act = try #require(CentralCommand.appointments(.ask(.unbook(code), random: 1)).audited)
        let entry = act.entry(at: .unknown, who: "uid 0", place: "socket", outcome: "done")
        #expect(!"\(entry)".contains(code.description))
        #expect(CentralCommand.take(service: lab, priority: .normal).audited == nil)
        #expect(ControllerCommand.next(1).audited == nil)
    }

    @Test func textsOfTheAuditKeepOneLine() {
        let entry = AuditEntry(
            at: .unknown, act: .cancel, subject: "A001\nA002\u{202E}\u{7}", who: "uid 0",
            place: String(repeating: "ن", count: 300))
        #expect(entry.subject == "A001?A002??")
        #expect(entry.place.utf8.count == Limits.auditTextMax)
    }
}
