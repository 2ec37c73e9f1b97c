// SPDX-License-Identifier: Apache-2.0

/// How long a turn takes at a booth, learnt for each service from the day's own calls: what a booth
/// spends on a call until it is done with it, whoever came. One long case can't spoil it.
public struct WaitEstimator: Sendable {
    /// The newest turns of a service, in seconds.
    private struct Turns: Sendable {
        var spans: [Int64] = []
        var oldest = 0

        mutating func add(_ span: Int64) {
            guard spans.count == FigureLimits.turnsKept else { return spans.append(span) }
            spans[oldest] = span
            oldest = (oldest + 1) % spans.count
        }

        /// Their mean, each taken for at most three times, and at least a third, of the middle one.
        var mean: TimeSpan {
            let middle = max(1, spans.sorted()[spans.count / 2])
            let sum = spans.reduce(0) { $0 + min(max($1, middle / 3), middle * 3) }
            return .microseconds(sum * 1_000_000 / Int64(spans.count))
        }
    }

    /// A call that stands at a booth.
    private struct Call: Sendable {
        let ticket: TicketID
        let service: Name
        let since: Int64
    }

    private let expected: [Name: TimeSpan]
    private var turns = KeyedRows<Name, Turns>()
    private var calls = KeyedRows<BoothPlace, Call>()
    private var day = ServiceDay.unknown

    /// An estimator that knows nothing of the day yet; `expected` is what a visit takes by
    /// configuration.
    init(expected: [Name: TimeSpan]) { self.expected = expected }

    /// How long a turn of a service takes.
    public func turn(of service: Name) -> TimeSpan {
        if let known = turns[service], known.spans.count >= FigureLimits.turnsMin {
            return known.mean
        }
        return expected[service] ?? FigureLimits.visitSpan
    }

    /// Takes in what happened at a controller, at a second of a clock that does not jump between a
    /// call and its end; without a second it only learns that what stood at the booth is over.
    mutating func note(_ fact: borrowing Fact, of controller: Name, at second: Int64?) {
        switch fact {
        case .called(let booth, let ticket):
            let place = BoothPlace(controller: controller, booth: booth)
            guard let second else { return calls.remove(place) }
            // A ticket that goes on is told of only when its press can't be taken back any more: its
            // turn ended with this one's call.
            if let last = calls[place], last.ticket != ticket.id { learn(last, until: second) }
            calls[place] = Call(ticket: ticket.id, service: ticket.service, since: second)
        case .finished(let booth, let id), .noShow(let booth, let id),
            .parked(let booth, let id, _),
            .transferred(let booth, let id, _, _, _):
            let place = BoothPlace(controller: controller, booth: booth)
            guard let call = calls[place], call.ticket == id else { return }
            calls.remove(place)
            if let second { learn(call, until: second) }
        case .undone(let booth, _, _):
            calls.remove(BoothPlace(controller: controller, booth: booth))
        case .dayTurned(let day): begin(day)
        default: break
        }
    }

    /// A turn is over. One of more than a day, or of less than nothing, is a clock's mistake.
    private mutating func learn(_ call: Call, until second: Int64) {
        let (span, overflows) = second.subtractingReportingOverflow(call.since)
        guard !overflows, (0...FigureLimits.turnSecondsMax).contains(span) else { return }
        turns[call.service, default: Turns()].add(span)
    }

    /// Takes in a line of the central's history; a fact without a time of its own teaches nothing.
    mutating func note(_ entry: borrowing HistoryEntry) {
        switch entry {
        case .fact(let name, _, let fact):
            // The central's own day begins the pace anew, not that of each controller.
            if case .dayTurned = fact.record { return }
            note(fact.record, of: name, at: fact.at.isKnown ? fact.at.seconds : nil)
        case .dayTurned(let day): begin(day)
        default: break
        }
    }

    /// Learns from a log that was kept, after a start.
    mutating func remember(_ facts: [Numbered<Fact>], of controller: Name) {
        for fact in facts {
            note(fact.record, of: controller, at: fact.at.isKnown ? fact.at.seconds : nil)
        }
        forgetOpen()
    }

    /// What was called before is timed by another clock.
    mutating func forgetOpen() { calls.removeAll() }

    private mutating func begin(_ day: ServiceDay) {
        guard day.count != self.day.count else { return }
        self.day = day
        turns.removeAll()
    }

    /// A wait as slips and lines tell it, in seconds.
    public static func told(_ wait: TimeSpan) -> UInt32 {
        UInt32(clamping: wait.microseconds / 1_000_000)
    }
}

/// A booth of a controller.
public struct BoothPlace: RowKey, Comparable {
    /// The controller.
    public let controller: Name
    /// The booth's number there.
    public let booth: BoothNumber

    /// A place from its parts.
    public init(controller: Name, booth: BoothNumber) {
        self.controller = controller
        self.booth = booth
    }

    /// Both parts in one word.
    public var hint: UInt64 { controller.hint &+ UInt64(booth) &* 0x9E37_79B9 }

    /// By controller, then by number.
    public static func < (left: BoothPlace, right: BoothPlace) -> Bool {
        (left.controller, left.booth) < (right.controller, right.booth)
    }
}

/// Every bound of the figures, each with its reason.
public enum FigureLimits {
    /// Turns of a service that an estimate is made from: some half an hour of a busy booth.
    public static let turnsKept = 20

    /// The longest turn at a booth that is believed, in seconds: a day.
    public static let turnSecondsMax: Int64 = 86_400

    /// Turns before the day's own count: fewer, and the first slow patient would be believed.
    public static let turnsMin = 5

    /// A visit nobody has configured: between an admission, some 3 minutes, and a doctor's 6 to 10.
    public static let visitSpan = TimeSpan.seconds(300)

    /// Days after its own in which a day's facts are still looked for: a controller keeps facts for
    /// about a fortnight without a central.
    public static let lateDays: Int32 = 14

    /// How far two clocks that are right may seem apart: each is read, and carried on, in whole seconds.
    public static let roundingSeconds: Int64 = 2

    /// The farthest hour after a day's midnight that has figures of its own.
    public static let hourMax = 47
}
