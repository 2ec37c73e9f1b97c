// SPDX-License-Identifier: Apache-2.0

// Asks every address of a bus who is there, looks at each unit's counters several times, and names
// what is wrong.

import BoothUnit
import QueueCore

/// A scan of a bus.
public struct BusScan: BusJob {
    /// What is to be scanned, and what is known of it.
    public struct Plan: Sendable {
        /// Units that the configuration has, and their booths.
        public var booths: [UnitAddress: Int] = [:]
        /// Whether a configuration is known at all: without one no unit is out of place.
        public var hasConfiguration = false
        /// The addresses to ask besides those of booths.
        public var addresses: ClosedRange<Int> = 1...247
        /// How often an address is asked of which nothing is known, before it is taken for silent; not
        /// more than any job asks. Once is enough where a scan is run again when a unit is missing.
        public var triesOfUnknown = 1
        /// The line's speed, for advice.
        public var baud = 9_600

        /// Every address of a bus of which nothing is known.
        public init() {}
    }

    /// Parts of what is asked of a unit.
    private enum Part: Sendable {
        case identity, origin, counters, health

        func request(_ unit: UnitAddress) -> JobRequest {
            switch self {
            case .identity: .read(unit, .signature, through: .unitAddress)
            case .origin: .read(unit, .addressSource, through: .revisionLow)
            case .counters: .read(unit, UnitCounts.first, through: UnitCounts.last)
            case .health: .read(unit, .stackFree, through: .displayKind)
            }
        }
    }

    private struct Ask: Sendable {
        var unit: UnitAddress
        var part: Part
        var tries = 0
    }

    /// No scanned unit is held: polls and shows go on.
    public var heldUnits: [UnitAddress] { [] }

    private let plan: Plan
    private var asks: [Ask]
    private var current: Ask?
    private var looks: [UnitAddress: UnitLook] = [:]
    private var rounds = 1
    private var roundAt = Moment.zero
    private var asked = 0
    private let total: Int
    private var isOver = false
    private var isEnding = false
    private var news: [JobNews] = []

    /// A scan that asks the addresses of booths first.
    public init(_ plan: Plan) {
        self.plan = plan
        let first = plan.booths.keys.sorted()
        let others = plan.addresses.compactMap { UnitAddress($0) }.filter { plan.booths[$0] == nil }
        let units = first + others
        asks = units.reversed().map { Ask(unit: $0, part: .identity) }
        for unit in units { looks[unit] = UnitLook(unit: unit, booth: plan.booths[unit]) }
        total = units.count
    }

    /// The next address, or the next look at a unit that was found.
    public mutating func next(at now: Moment) -> JobStep {
        if isEnding { conclude() }
        if isOver { return .end }
        if let ask = current { return .ask(ask.part.request(ask.unit)) }
        if let ask = asks.popLast() {
            current = ask
            return .ask(ask.part.request(ask.unit))
        }
        guard rounds < DisplayLimits.scanLooks, looks.values.contains(where: \.isNobatUnit) else {
            conclude()
            return .end
        }
        if rounds == 1, roundAt == .zero { roundAt = now + DisplayLimits.scanLookWait }
        guard now >= roundAt else { return .wait(until: roundAt) }
        rounds += 1
        roundAt = now + DisplayLimits.scanLookWait
        asks = looks.values.filter(\.isNobatUnit).map { Ask(unit: $0.unit, part: .counters) }
            .sorted { $0.unit > $1.unit }
        news.append(
            .progress("looking again at what was found", rounds, of: DisplayLimits.scanLooks))
        return next(at: now)
    }

    /// What an address answered; what came damaged is asked again.
    public mutating func heard(_ outcome: JobOutcome, at now: Moment) {
        guard var ask = current, var look = looks[ask.unit] else { return }
        current = nil
        ask.tries += 1
        defer { looks[ask.unit] = look }
        look.note(outcome)
        guard let words = outcome.words else {
            let isThere = plan.booths[ask.unit] != nil || look.clean > 0
            let mayAnswer = isThere || ask.tries < plan.triesOfUnknown
            let mayCome = outcome == .silence ? mayAnswer : !outcome.isRefusal
            if mayCome, ask.tries < DisplayLimits.jobTriesMax {
                current = ask
            } else if ask.part == .identity {
                tellProgress(look)
            }
            return
        }
        switch ask.part {
        case .identity:
            look.take(identity: words)
            tellProgress(look)
            guard look.isNobatUnit else { return }
            asks.append(Ask(unit: ask.unit, part: .counters))
            guard look.knowsMap2 else { return }
            asks.append(Ask(unit: ask.unit, part: .origin))
            asks.append(Ask(unit: ask.unit, part: .health))
        case .origin: look.row.take(origin: words)
        case .counters: look.counts.append((now, UnitCounts(words)))
        case .health: look.row.take(health: words)
        }
    }

    /// A scan asks nobody.
    public mutating func answered(_ yes: Bool?, at now: Moment) {}

    /// Tells what was found so far, and ends.
    public mutating func cancel(at now: Moment) { isEnding = true }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }

    private mutating func tellProgress(_ look: UnitLook) {
        asked += 1
        var text = "address \(look.unit)"
        if look.isNobatUnit {
            text = "unit \(look.unit) answers: \(look.row.board ?? ""), \(look.row.version ?? "")"
        } else if look.clean > 0 {
            text = "something answers at \(look.unit)"
        }
        news.append(.progress(text, asked, of: total))
    }

    private mutating func conclude() {
        guard !isOver else { return }
        isOver = true
        let findings = ScanFindings(
            looks: looks.values.sorted { $0.unit < $1.unit }, baud: plan.baud,
            hasConfiguration: plan.hasConfiguration
        ).all
        var found = 0
        for look in looks.values.sorted(by: { $0.unit < $1.unit }) where look.clean > 0 {
            var row = look.row
            if let last = look.counts.last { row.take(counters: last.counts) }
            row.findings = findings.filter { $0.unit == row.address }.map(\.name.rawValue)
            var told = JobNews(.unit, "unit \(row.address)")
            told.unit = row
            news.append(told)
            found += 1
        }
        news += findings.map(JobNews.found)
        let whole = isEnding ? " of \(asked) addresses asked, then interrupted" : ""
        let answer = found == 1 ? "1 unit answers" : "\(found) units answer"
        let trouble = findings.count == 1 ? "1 finding" : "\(findings.count) findings"
        news.append(
            .result(isGood: findings.isEmpty && !isEnding, "\(answer)\(whole); \(trouble)"))
    }
}

extension JobOutcome {
    var isRefusal: Bool { if case .refusal = self { true } else { false } }
}
