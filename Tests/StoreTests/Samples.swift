// SPDX-License-Identifier: Apache-2.0

// At least one value of every kind that a store keeps, with the extremes of its parts. The `case`
// names are listed without a default, so that a new kind does not compile until it has a sample.

import QueueCore
import Testing

enum Samples {
    static func name(_ text: String) throws -> Name { try #require(Name(text)) }
    static func epoch(_ mark: UInt32) throws -> Epoch { try #require(Epoch(mark: mark)) }
    static func series(_ text: String) throws -> Series { try #require(Series(text)) }

    static func ticketID(_ serial: UInt32) throws -> TicketID {
        TicketID(issuer: try name("hall-1"), run: try epoch(0xBEEF), serial: serial)
    }

    static func ticket(_ serial: UInt32) throws -> Ticket {
        let value = UInt16(serial % 999 + 1)
        return Ticket(
            id: try ticketID(serial), number: try #require(TicketNumber("A\(value)")),
            day: ServiceDay(20_779), service: try name("admission"), rank: UInt64(serial))
    }

    /// A ticket with the largest value of every part.
    static func extremeTicket() throws -> Ticket {
        Ticket(
            id: TicketID(issuer: .central, run: try epoch(.max), serial: .max),
            number: try #require(TicketNumber("Z999")), day: ServiceDay(.min),
            service: try name("abcdefghijklmno9"), priority: .emergency, rank: .max,
            returned: true, dealtAgain: true, sender: try name("cashier"))
    }

    static func block(service: String?) throws -> Block {
        Block(
            day: ServiceDay(.max), series: try series("Q"), service: try service.map(name),
            first: 1, last: 999, next: 1_000)
    }

    static func facts() throws -> [Fact] {
        let id = try ticketID(7)
        let service = try name("lab")
        return [
            .issued(try ticket(1)), .issued(try extremeTicket(), origin: id),
            .called(booth: 99, ticket: try ticket(2)),
            .called(booth: 1, ticket: try extremeTicket()),
            .recalled(booth: 3, ticket: id, count: .max), .finished(booth: 4, ticket: id),
            .noShow(booth: 5, ticket: id), .parked(booth: 6, ticket: id, forSeconds: .max),
            .returned(id), .transferred(booth: 7, ticket: id, service: service, kept: true),
            .transferred(booth: 7, ticket: id, service: service, kept: false, returned: true),
            .cancelled(id, .dayEnd), .cancelled(id, .byClerk), .cancelled(id, .bySupervisor),
            .cancelled(id, .undone),
            .undone(booth: 8, uncalled: id, restored: try ticketID(6)),
            .undone(booth: 8, uncalled: nil, restored: nil), .yielded(id, order: 1 << 40),
            .boothOpened(booth: 9, services: [service, try name("x-ray"), try name("7")]),
            .boothOpened(booth: 9, services: []), .boothClosed(booth: 9),
            .dayTurned(ServiceDay(20_780, part: 2)), .dayTurned(.unknown), .reportBegan,
            .cancelled(id, .notPrinted), .spoiled(try ticket(4).number, ServiceDay(20_780)),
            .held(try extremeTicket(), .parked, booth: nil),
            .held(try ticket(3), .noShow, booth: 2), .holding(try block(service: "lab")),
            .holding(try block(service: nil)),
            .marked(day: ServiceDay(-1), series: try series("A"), through: .max), .reportEnded,
            .fenceDone, .arrived(id, TrackingCode(random: 7)),
        ]
    }

    static func orders() throws -> [Order] {
        [
            .deal(try ticket(1)), .deal(try extremeTicket()), .withdraw(try ticketID(2)),
            .block(try block(service: "lab")), .block(try block(service: nil)),
            .mark(day: ServiceDay(5), series: try series("B"), through: 0),
            .day(ServiceDay(20_779)), .fence, .cancel(try ticketID(3), .bySupervisor),
            .cancel(try ticketID(3), .sessionEnd, service: try name("lab")),
        ]
    }

    static func entries() throws -> [HistoryEntry] {
        let number = try #require(TicketNumber("A042"))
        let lobby = try name("lobby")
        return [
            .issued(try extremeTicket()), .dayTurned(ServiceDay(20_781)),
            .gap(
                day: ServiceDay(3), series: try series("C"), first: 1, last: 999,
                reason: .forgotten(try name("hall-2"))),
            .gap(day: .unknown, series: try series("C"), first: 2, last: 2, reason: .olderCopy),
            .gap(
                day: ServiceDay(3), series: try series("C"), first: 4, last: 4,
                reason: .notPrinted(try name("hall-2"))),
            .fenced(lobby, tickets: 2_000),
            .conflict(
                Conflict(
                    ticket: try ticketID(9), number: number, holder: .controller(lobby),
                    holderBooth: 3, caller: try name("annex"), callerBooth: 4)),
            .conflict(
                Conflict(
                    ticket: try ticketID(9), number: number, holder: .central, holderBooth: nil,
                    caller: try name("annex"), callerBooth: 4)),
            .dealtAgain(try ticketID(1), lostBy: lobby), .rebuilding(try epoch(0xA)),
            .cancelled(try ticketID(1), .bySupervisor), .cancelled(try ticketID(1), .dayEnd),
            .sessionEnded(
                service: try name("lab"), session: try name("morning"), carried: 3, cancelled: 0),
            .linkUp(lobby), .linkDown(lobby, trayCount: 7), .absent(lobby),
            .started(lastAlive: WallTime(1_795_000_000)), .started(lastAlive: .unknown),
        ] + (try AppointmentSamples.entries()).map { .appointment($0) }
    }

    static func kind(_ fact: Fact) -> Int {
        switch fact {
        case .issued: 0
        case .called: 1
        case .recalled: 2
        case .finished: 3
        case .noShow: 4
        case .parked: 5
        case .returned: 6
        case .transferred: 7
        case .cancelled: 8
        case .undone: 9
        case .yielded: 10
        case .boothOpened: 11
        case .boothClosed: 12
        case .dayTurned: 13
        case .reportBegan: 14
        case .held: 15
        case .holding: 16
        case .marked: 17
        case .reportEnded: 18
        case .fenceDone: 19
        case .arrived: 20
        case .spoiled: 21
        }
    }

    static func kind(_ order: Order) -> Int {
        switch order {
        case .deal: 0
        case .withdraw: 1
        case .block: 2
        case .mark: 3
        case .day: 4
        case .fence: 5
        case .cancel: 6
        }
    }

    static func kind(_ entry: HistoryEntry) -> Int {
        switch entry {
        case .fact: 0
        case .issued: 1
        case .dayTurned: 2
        case .gap: 3
        case .fenced: 4
        case .conflict: 5
        case .dealtAgain: 6
        case .rebuilding: 7
        case .cancelled: 8
        case .appointment: 9
        case .sessionEnded: 10
        case .linkUp: 11
        case .linkDown: 12
        case .absent: 13
        case .started: 14
        }
    }
}
