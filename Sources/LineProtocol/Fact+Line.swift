// SPDX-License-Identifier: Apache-2.0

// Facts as lines: what a controller says happened.
import QueueCore

extension Fact {
    /// The fact that the fields of a line tell, or nil when its verb is not a fact's.
    init?(_ fields: Fields) throws(LineError) {
        switch fields.verb {
        case .issued:
            self = .issued(try fields.wholeTicket(), origin: try fields.ticketIDIfAny(.origin))
        case .called: self = .called(booth: try fields.booth(), ticket: try fields.wholeTicket())
        case .recalled:
            self = .recalled(
                booth: try fields.booth(), ticket: try fields.ticketID(),
                count: try fields.small(.count, in: 1...UInt8.max))
        case .finished: self = .finished(booth: try fields.booth(), ticket: try fields.ticketID())
        case .noShow: self = .noShow(booth: try fields.booth(), ticket: try fields.ticketID())
        case .parked:
            self = .parked(
                booth: try fields.booth(), ticket: try fields.ticketID(),
                forSeconds: try fields.small(.seconds, in: 0...Self.parkSecondsMax))
        case .returned: self = .returned(try fields.ticketID())
        case .transferred:
            self = .transferred(
                booth: try fields.booth(), ticket: try fields.ticketID(),
                service: try fields.name(.service), kept: try fields.flag(.kept),
                returned: try fields.flag(.returned))
        case .cancelled:
            self = .cancelled(try fields.ticketID(), try fields.word(.reason, \.word))
        case .undone:
            self = .undone(
                booth: try fields.booth(), uncalled: try fields.ticketIDIfAny(.uncalled),
                restored: try fields.ticketIDIfAny(.restored))
        case .yielded: self = .yielded(try fields.ticketID(), order: try fields.count(.order))
        case .boothOpened:
            self = .boothOpened(
                booth: try fields.booth(), services: BoothServices(try fields.services()))
        case .boothClosed: self = .boothClosed(booth: try fields.booth())
        case .arrived: self = .arrived(try fields.ticketID(), try fields.code())
        case .spoiled: self = .spoiled(try fields.ticketNumber(), try fields.day())
        case .dayTurned: self = .dayTurned(try fields.day())
        case .report: self = .reportBegan
        case .held:
            self = .held(
                try fields.wholeTicket(), try fields.stateTold(), booth: try fields.boothIfAny())
        case .holding: self = .holding(try fields.block())
        case .marked:
            self = .marked(
                day: try fields.day(), series: try fields.series(), through: try fields.through())
        case .reportEnd: self = .reportEnded
        case .fenceDone: self = .fenceDone
        default: return nil
        }
    }

    private static let parkSecondsMax = UInt32(
        clamping: Limits.parkMax.milliseconds / 1_000)

    /// The line of this fact under its number.
    func line(number: UInt64) -> LineWriter {
        var line = LineWriter(verb, number: number)
        switch self {
        case .issued(let ticket, let origin):
            line.put(ticket)
            if let origin { line.put(.origin, origin) }
        case .called(let booth, let ticket):
            line.put(.booth, booth)
            line.put(ticket)
        case .recalled(let booth, let ticket, let count):
            line.put(booth: booth, ticket)
            line.put(.count, count)
        case .finished(let booth, let ticket), .noShow(let booth, let ticket):
            line.put(booth: booth, ticket)
        case .parked(let booth, let ticket, let seconds):
            line.put(booth: booth, ticket)
            line.put(.seconds, seconds)
        case .transferred(let booth, let ticket, let service, let kept, let returned):
            line.put(booth: booth, ticket)
            line.put(.service, service)
            line.putIfSet(.kept, kept)
            line.putIfSet(.returned, returned)
        case .cancelled(let ticket, let reason):
            line.put(.ticket, ticket)
            line.put(.reason, word: reason.word)
        case .undone(let booth, let uncalled, let restored):
            line.put(.booth, booth)
            if let uncalled { line.put(.uncalled, uncalled) }
            if let restored { line.put(.restored, restored) }
        case .returned(let ticket): line.put(.ticket, ticket)
        case .yielded(let ticket, let order):
            line.put(.ticket, ticket)
            line.put(.order, order)
        case .boothOpened(let booth, let services):
            line.put(.booth, booth)
            line.put(services: services)
        case .boothClosed(let booth): line.put(.booth, booth)
        case .arrived(let ticket, let code):
            line.put(.ticket, ticket)
            line.put(.code, code.value)
        case .spoiled(let number, let day):
            line.put(number)
            line.put(day)
        case .dayTurned(let day): line.put(day)
        case .held(let ticket, let state, let booth):
            line.put(ticket)
            line.put(.state, word: state.word)
            if let booth { line.put(.booth, booth) }
        case .holding(let block): line.put(block)
        case .marked(let day, let series, let through):
            line.put(day: day, series, through: through)
        case .reportBegan, .reportEnded, .fenceDone: break
        }
        return line
    }

    private var verb: Verb {
        switch self {
        case .issued: .issued
        case .called: .called
        case .recalled: .recalled
        case .finished: .finished
        case .noShow: .noShow
        case .parked: .parked
        case .returned: .returned
        case .transferred: .transferred
        case .cancelled: .cancelled
        case .undone: .undone
        case .yielded: .yielded
        case .boothOpened: .boothOpened
        case .boothClosed: .boothClosed
        case .arrived: .arrived
        case .spoiled: .spoiled
        case .dayTurned: .dayTurned
        case .reportBegan: .report
        case .held: .held
        case .holding: .holding
        case .marked: .marked
        case .reportEnded: .reportEnd
        case .fenceDone: .fenceDone
        }
    }
}

extension Fields {
    /// A state of a ticket that others are told of.
    fileprivate func stateTold() throws(LineError) -> TicketState {
        let state = try word(.state, \TicketState.word)
        guard state.isTold else { throw badValue(.state, "another: that one is never told") }
        return state
    }
}

extension LineWriter {
    fileprivate mutating func put(booth: BoothNumber, _ ticket: TicketID) {
        put(.booth, booth)
        put(.ticket, ticket)
    }
}
