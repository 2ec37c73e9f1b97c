// SPDX-License-Identifier: Apache-2.0

// What the central says, as lines: the half of the protocol that a controller or a client reads.
import QueueCore

extension CentralMessage {
    /// A message from a line without its newline, or a ``LineError``.
    public init(line: String) throws(LineError) {
        try self.init(bytes: Array(line.utf8))
    }

    /// A message from the bytes of a line without its newline, or a ``LineError``; any bytes will do.
    public init(bytes: [UInt8]) throws(LineError) {
        let fields = try Fields(bytes)
        if let number = fields.number, let order = try Order(fields) {
            self = .order(Numbered(number, order))
        } else {
            try self.init(fields)
        }
    }

    private init(_ fields: Fields) throws(LineError) {
        switch fields.verb {
        case .welcome:
            try fields.ignoreCapabilities()
            self = .welcome(
                Welcome(
                    version: try fields.version(), central: try fields.epoch(.central),
                    have: try fields.count(.have), day: try fields.day(),
                    rank: try fields.count(.rank)))
        case .attached:
            try fields.ignoreCapabilities()
            self = .attached(
                version: try fields.version(), central: try fields.epoch(.central),
                day: try fields.day())
        case .acknowledge: self = .acknowledge(try fields.count(.through))
        case .rank: self = .rank(try fields.count(.rank))
        case .news:
            self = .news(
                News(
                    hall: try fields.name(.hall), controller: try fields.name(.controller),
                    booth: try fields.booth(), number: try fields.ticketNumber()))
        case .ticket:
            self = .ticket(
                reference: try fields.count(.reference), number: try fields.ticketNumber(),
                ticket: try fields.ticketID(), ahead: try fields.small(.ahead, in: 0...UInt32.max),
                wait: try fields.wait())
        case .done: self = .done(reference: try fields.count(.reference))
        case .booked, .valid, .tell:
            self = .appointment(
                reference: try fields.count(.reference), try AppointmentAnswer(fields))
        case .quota:
            self = .quota(
                service: try fields.name(.service),
                left: try fields.small(.left, in: 0...UInt16.max))
        case .refused:
            self = .refused(
                reference: try fields.count(.reference), name: try fields.text(.name),
                detail: try fields.text(.detail))
        case .error:
            self = .error(
                try fields.word(.name, \.rawValue), detail: try fields.text(.detail))
        case .ping: self = .ping
        case .pong: self = .pong
        case .bye: self = .bye
        default: throw LineError(.unexpected, "\(fields.verb.rawValue) is for clients to say")
        }
    }

    /// The message as a line without its newline; shorter than ``LineLimits/lineBytesMax``. A detail
    /// longer than ``LineLimits/detailBytesMax`` is cut.
    public var line: String { String(decoding: bytes, as: UTF8.self) }

    /// The message as the bytes of a line without its newline.
    public var bytes: [UInt8] {
        var line: LineWriter
        switch self {
        case .order(let numbered): line = numbered.record.line(number: numbered.number)
        case .welcome(let welcome): line = welcome.line
        case .attached(let version, let central, let day):
            line = LineWriter(.attached)
            line.put(.version, version)
            line.put(.central, central)
            line.put(day)
        case .acknowledge(let through):
            line = LineWriter(.acknowledge)
            line.put(.through, through)
        case .rank(let rank):
            line = LineWriter(.rank)
            line.put(.rank, rank)
        case .news(let news): line = news.line
        case .ticket(let reference, let number, let ticket, let ahead, let wait):
            line = LineWriter(.ticket)
            line.put(.reference, reference)
            line.put(number)
            line.put(.ticket, ticket)
            line.put(.ahead, ahead)
            if let wait { line.put(.wait, wait) }
        case .done(let reference):
            line = LineWriter(.done)
            line.put(.reference, reference)
        case .appointment(let reference, let answer): line = answer.line(reference)
        case .quota(let service, let left):
            line = LineWriter(.quota)
            line.put(.service, service)
            line.put(.left, left)
        case .refused(let reference, let name, let detail):
            line = LineWriter(.refused)
            line.put(.reference, reference)
            line.put(.name, text: name, bytesMax: LineLimits.refusalNameBytesMax)
            line.put(.detail, text: detail, bytesMax: LineLimits.detailBytesMax)
        case .error(let complaint, let detail):
            line = LineWriter(.error)
            line.put(.name, word: complaint.rawValue)
            line.put(.detail, text: detail, bytesMax: LineLimits.detailBytesMax)
        case .ping: line = LineWriter(.ping)
        case .pong: line = LineWriter(.pong)
        case .bye: line = LineWriter(.bye)
        }
        return line.bytes
    }
}

extension Welcome {
    fileprivate var line: LineWriter {
        var line = LineWriter(.welcome)
        line.put(.version, version)
        line.put(.central, central)
        line.put(.have, have)
        line.put(day)
        line.put(.rank, rank)
        return line
    }
}

extension News {
    fileprivate var line: LineWriter {
        var line = LineWriter(.news)
        line.put(.hall, hall)
        line.put(.controller, controller)
        line.put(.booth, booth)
        line.put(number)
        return line
    }
}
