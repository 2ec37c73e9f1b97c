// SPDX-License-Identifier: Apache-2.0

// Messages within their limits, drawn from a seed, edges more often than chance would have them.
import QueueCore

/// A deterministic source of values (SplitMix64).
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func flip() -> Bool { next() & 1 == 1 }

    mutating func one<Element>(of all: [Element]) -> Element {
        all[Int(next() % UInt64(all.count))]
    }

    /// A number of the range; one time in four an end of it.
    mutating func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
        switch next() % 8 {
        case 0: range.lowerBound
        case 1: range.upperBound
        default: Number.random(in: range, using: &self)
        }
    }
}

/// The largest count on the wire, as the page states it.
let countMax: UInt64 = 9_007_199_254_740_991

extension Generator {
    mutating func count() -> UInt64 { number(0...countMax) }

    mutating func name() -> Name {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let length = number(1...Name.lengthMax)
        var text = String(one(of: letters))
        while text.count < length { text.append(one(of: letters + ["-"])) }
        guard let name = Name(text) else { preconditionFailure("\(text) is no name") }
        return name
    }

    mutating func epoch() -> Epoch { Epoch(random: number(0...UInt32.max)) }

    mutating func day() -> ServiceDay {
        ServiceDay(number(0...99_999), part: number(0...3) == 0 ? number(1...255) : 0)
    }

    mutating func booth() -> BoothNumber { number(1...99) }

    mutating func ticketID() -> TicketID {
        TicketID(
            issuer: flip() ? .central : name(), run: epoch(), serial: number(1...UInt32.max))
    }

    mutating func series() -> Series {
        guard let series = Series(letter: number(0x41...0x5A)) else {
            preconditionFailure("the letter is out of range")
        }
        return series
    }

    mutating func ticketNumber() -> TicketNumber {
        guard let number = TicketNumber(series: series(), value: number(1...999)) else {
            preconditionFailure("the value is out of range")
        }
        return number
    }

    mutating func ticket() -> Ticket {
        Ticket(
            id: ticketID(), number: ticketNumber(), day: day(), service: name(),
            priority: one(of: PriorityClass.allCases), rank: count(), returned: flip(),
            dealtAgain: flip(), sender: flip() ? name() : nil)
    }

    mutating func block() -> Block {
        let first: UInt16 = number(1...999)
        let last = number(first...999)
        return Block(
            day: day(), series: series(), service: flip() ? name() : nil, first: first, last: last,
            next: number(first...last + 1))
    }

    /// A text with what breaks lines, terminals and readers in it.
    mutating func text() -> String {
        let scalars: [Unicode.Scalar] = [
            " ", "%", "=", "\n", "\r", "\0", "\u{1B}", "\u{7F}", "\u{85}", "\u{A0}", "\u{200C}",
            "\u{202E}", "\u{2028}", "\u{FEFF}", "a", "Z", "0", ",", "é", "ن", "و", "ب", "ت", "𝄞",
            "😀", "\u{10FFFF}", "\u{E000}",
        ]
        var text = ""
        for _ in 0..<number(0...40) { text.unicodeScalars.append(one(of: scalars)) }
        return text
    }

    mutating func fact() -> Fact {
        switch next() % 22 {
        case 20: .arrived(ticketID(), code())
        case 21: .spoiled(ticketNumber(), day())
        case 0: .issued(ticket(), origin: flip() ? ticketID() : nil)
        case 1: .called(booth: booth(), ticket: ticket())
        case 2: .recalled(booth: booth(), ticket: ticketID(), count: number(1...255))
        case 3: .finished(booth: booth(), ticket: ticketID())
        case 4: .noShow(booth: booth(), ticket: ticketID())
        case 5: .parked(booth: booth(), ticket: ticketID(), forSeconds: number(0...14_400))
        case 6: .returned(ticketID())
        case 7:
            .transferred(
                booth: booth(), ticket: ticketID(), service: name(), kept: flip(), returned: flip())
        case 8: .cancelled(ticketID(), one(of: CancelReason.allCases))
        case 9:
            .undone(
                booth: booth(), uncalled: flip() ? ticketID() : nil,
                restored: flip() ? ticketID() : nil)
        case 10: .yielded(ticketID(), order: count())
        case 11:
            .boothOpened(
                booth: booth(),
                services: BoothServices((0..<number(1...8)).map { _ in name() }))
        case 12: .boothClosed(booth: booth())
        case 13: .dayTurned(day())
        case 14: .reportBegan
        case 15:
            .held(
                ticket(), one(of: TicketState.allCases.filter(\.isTold)),
                booth: flip() ? booth() : nil)
        case 16: .holding(block())
        case 17: .marked(day: day(), series: series(), through: number(0...999))
        case 18: .reportEnded
        default: .fenceDone
        }
    }

    mutating func time() -> WallTime {
        flip() ? .unknown : WallTime(Int64(number(1...8_639_913_600)))
    }

    mutating func order() -> Order {
        switch next() % 7 {
        case 0: .deal(ticket())
        case 1: .withdraw(ticketID())
        case 2: .block(block())
        case 3: .mark(day: day(), series: series(), through: number(0...999))
        case 4: .day(day())
        case 5: .fence
        default:
            .cancel(
                ticketID(), one(of: CancelReason.allCases),
                service: number(0...1) == 0 ? name() : nil)
        }
    }

    mutating func hello() -> Hello {
        let last = number(0...countMax - 1)
        return Hello(
            version: number(1...UInt16.max), name: name(), epoch: epoch(),
            central: flip() ? epoch() : nil, applied: count(), first: number(1...last + 1),
            last: last, acknowledged: number(0...last), day: day(),
            copied: Lineage(
                (0..<number(0...4)).map { _ in
                    CopiedLog(epoch: epoch(), through: number(0...last))
                }))
    }

    mutating func clientMessage() -> ClientMessage {
        switch next() % 16 {
        case 0: .hello(hello())
        case 1:
            .attach(
                version: number(1...UInt16.max),
                role: one(of: Role.allCases.filter { $0 != .controller }), name: name())
        case 2: .acknowledge(count())
        case 3: .take(reference: count(), service: name(), priority: one(of: [.normal, .elderly]))
        case 4: .fence(reference: count(), controller: name())
        case 5: .cancel(reference: count(), number: ticketNumber())
        case 6: one(of: [.ping, .pong, .bye])
        case 7:
            .reaching(
                booth(),
                due: one(of: [
                    nil,
                    DueLine(service: name(), priority: one(of: PriorityClass.allCases)),
                ]))
        case 8, 9: .appointment(reference: count(), appointmentRequest())
        default: .fact(Numbered(number(1...countMax), fact(), at: time()))
        }
    }

    mutating func centralMessage() -> CentralMessage {
        switch next() % 16 {
        case 0:
            .welcome(
                Welcome(
                    version: number(1...UInt16.max), central: epoch(), have: count(), day: day(),
                    rank: count()))
        case 1: .attached(version: number(1...UInt16.max), central: epoch(), day: day())
        case 2: .acknowledge(count())
        case 3: .rank(count())
        case 4:
            .news(News(hall: name(), controller: name(), booth: booth(), number: ticketNumber()))
        case 5:
            .ticket(
                reference: count(), number: ticketNumber(), ticket: ticketID(),
                ahead: number(0...UInt32.max), wait: flip() ? number(0...UInt32.max) : nil)
        case 6: .done(reference: count())
        case 7: .refused(reference: count(), name: name().description, detail: text())
        case 8: .error(one(of: Complaint.allCases), detail: text())
        case 9: one(of: [.ping, .pong, .bye])
        case 10: .appointment(reference: count(), appointmentAnswer())
        case 11: .quota(service: name(), left: number(0...UInt16.max))
        default: .order(Numbered(number(1...countMax), order()))
        }
    }
}
