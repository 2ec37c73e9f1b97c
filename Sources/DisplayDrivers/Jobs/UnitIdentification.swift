// SPDX-License-Identifier: Apache-2.0

// Lets a unit blink its own address until somebody has found it. The register is frozen, so this works
// with any firmware.

import BoothUnit
import QueueCore

/// A unit that blinks its address.
public struct UnitIdentification: BusJob {
    /// The master's polls go on: what the unit covers comes back by itself.
    public var heldUnits: [UnitAddress] { [] }

    private let unit: UnitAddress
    private let span: TimeSpan?
    private var end: Moment?
    private var nextWrite = Moment.zero
    private var isEnding = false
    private var isOver = false
    private var tries = 0
    private var hasAnswered = false
    private var news: [JobNews] = []

    /// Blinks for `span`, or until cancelled.
    public init(_ unit: UnitAddress, for span: TimeSpan? = nil) {
        self.unit = unit
        self.span = span
    }

    /// The next write.
    public mutating func next(at now: Moment) -> JobStep {
        if isOver { return .end }
        if end == nil, let span { end = now + span }
        if let end, now >= end { isEnding = true }
        if isEnding { return .ask(.write(unit, .identify, 0)) }
        guard now >= nextWrite else { return .wait(until: min(nextWrite, end ?? nextWrite)) }
        return .ask(.write(unit, .identify, 1))
    }

    /// Whether the unit took it.
    public mutating func heard(_ outcome: JobOutcome, at now: Moment) {
        tries += 1
        switch outcome {
        case .answer:
            if isEnding { return finish("unit \(unit) shows its booth's number again", true) }
            if !hasAnswered {
                news.append(JobNews(.note, "unit \(unit) blinks its address"))
            }
            hasAnswered = true
            tries = 0
            nextWrite = now + DisplayLimits.identifyAgain
        case .refusal(let code):
            finish("unit \(unit) refused (Modbus exception \(code)): is it a unit of Nobat?", false)
        case .silence, .garbled:
            guard tries >= DisplayLimits.jobTriesMax else { return }
            tries = 0
            if isEnding, hasAnswered {
                return finish(
                    "unit \(unit) does not answer any more and may still blink: identify it again, "
                        + "or restart it", false)
            }
            if isEnding || !hasAnswered {
                return finish("unit \(unit) does not answer: see 'nobatctl bus scan'", false)
            }
            nextWrite = now + DisplayLimits.identifyAgain
        }
    }

    /// It asks nobody.
    public mutating func answered(_ yes: Bool?, at now: Moment) {}

    /// Switches the blinking off, and ends.
    public mutating func cancel(at now: Moment) {
        if !isEnding { tries = 0 }
        isEnding = true
    }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }

    private mutating func finish(_ text: String, _ isGood: Bool) {
        news.append(.result(isGood: isGood, text))
        isOver = true
    }
}
