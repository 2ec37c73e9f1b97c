// SPDX-License-Identifier: Apache-2.0

// What clients say, as lines: the half of the protocol that a central reads.
import QueueCore

extension ClientMessage {
    /// A message from a line without its newline, or a ``LineError``.
    public init(line: String) throws(LineError) {
        try self.init(bytes: Array(line.utf8))
    }

    /// A message from the bytes of a line without its newline, or a ``LineError``; any bytes will do.
    public init(bytes: [UInt8]) throws(LineError) {
        let fields = try Fields(bytes)
        if let number = fields.number, let fact = try Fact(fields) {
            self = .fact(Numbered(number, fact, at: try fields.time()))
        } else {
            try self.init(fields)
        }
    }

    private init(_ fields: Fields) throws(LineError) {
        switch fields.verb {
        case .hello:
            try fields.ignoreCapabilities()
            let role: Role = try fields.word(.role, \.rawValue)
            if role == .controller {
                self = .hello(try fields.hello())
            } else {
                self = .attach(
                    version: try fields.version(), role: role, name: try fields.name(.name))
            }
        case .take:
            self = .take(
                reference: try fields.count(.reference), service: try fields.name(.service),
                priority: try fields.priority(default: .normal))
        case .fence:
            self = .fence(
                reference: try fields.count(.reference), controller: try fields.name(.controller))
        case .cancel:
            self = .cancel(
                reference: try fields.count(.reference), number: try fields.ticketNumber())
        case .book, .unbook, .check, .arrive, .absence:
            self = .appointment(
                reference: try fields.count(.reference), try AppointmentRequest(fields))
        case .acknowledge: self = .acknowledge(try fields.count(.through))
        case .reaching: self = .reaching(try fields.booth(), due: try fields.dueLine())
        case .ping: self = .ping
        case .pong: self = .pong
        case .bye: self = .bye
        default: throw LineError(.unexpected, "\(fields.verb.rawValue) is for the central to say")
        }
    }

    /// The message as a line without its newline; shorter than ``LineLimits/lineBytesMax``.
    public var line: String { String(decoding: bytes, as: UTF8.self) }

    /// The message as the bytes of a line without its newline.
    public var bytes: [UInt8] {
        var line: LineWriter
        switch self {
        case .hello(let hello): line = hello.line
        case .attach(let version, let role, let name):
            line = LineWriter(.hello)
            line.put(.version, version)
            line.put(.role, word: role.rawValue)
            line.put(.name, name)
        case .fact(let numbered):
            line = numbered.record.line(number: numbered.number)
            if numbered.at.isKnown { line.put(.at, numbered.at.seconds) }
        case .acknowledge(let through):
            line = LineWriter(.acknowledge)
            line.put(.through, through)
        case .reaching(let booth, let due):
            line = LineWriter(.reaching)
            line.put(.booth, booth)
            if let due {
                line.put(.service, due.service)
                if due.priority != .normal { line.put(.priority, word: due.priority.word) }
            }
        case .take(let reference, let service, let priority):
            line = LineWriter(.take)
            line.put(.reference, reference)
            line.put(.service, service)
            if priority != .normal { line.put(.priority, word: priority.word) }
        case .fence(let reference, let controller):
            line = LineWriter(.fence)
            line.put(.reference, reference)
            line.put(.controller, controller)
        case .cancel(let reference, let number):
            line = LineWriter(.cancel)
            line.put(.reference, reference)
            line.put(number)
        case .appointment(let reference, let request): line = request.line(reference)
        case .ping: line = LineWriter(.ping)
        case .pong: line = LineWriter(.pong)
        case .bye: line = LineWriter(.bye)
        }
        return line.bytes
    }
}

extension Hello {
    fileprivate var line: LineWriter {
        var line = LineWriter(.hello)
        line.put(.version, version)
        line.put(.role, word: Role.controller.rawValue)
        line.put(.name, name)
        line.put(.epoch, epoch)
        if let central { line.put(.central, central) } else { line.put(.central, word: "none") }
        line.put(.applied, applied)
        line.put(.first, first)
        line.put(.last, last)
        line.put(.have, acknowledged)
        line.put(day)
        if !copied.isEmpty { line.put(copied: copied) }
        return line
    }
}

extension Fields {
    /// A controller's greeting, whose figures must go together: 1 ≤ first ≤ last + 1, have ≤ last;
    /// no copy goes beyond last.
    fileprivate func hello() throws(LineError) -> Hello {
        let last = try count(.last)
        let first = try count(.first, in: 1...LineLimits.countMax)
        guard first <= last + 1 else { throw badValue(.first, "last + 1 at most") }
        let acknowledged = try count(.have)
        guard acknowledged <= last else { throw badValue(.have, "last at most") }
        let copied = try copies()
        guard copied.allSatisfy({ $0.through <= last }) else {
            throw badValue(.copied, "copies of last facts at most")
        }
        return Hello(
            version: try version(), name: try name(.name), epoch: try epoch(.epoch),
            central: try epochOrNone(.central), applied: try count(.applied), first: first,
            last: last, acknowledged: acknowledged, day: try day(), copied: copied)
    }
}
