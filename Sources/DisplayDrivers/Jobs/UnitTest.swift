// SPDX-License-Identifier: Apache-2.0

// Goes through the parts of a unit one by one, reads back what can be read back, and asks the person
// before it about the rest.

import BoothUnit
import QueueCore

/// A test of a unit.
public struct UnitTest: BusJob {
    private enum Phase: Sendable {
        case start, link, write, check, show, settle, buttons, restore, over
    }

    /// The unit shows the test and nothing else.
    public var heldUnits: [UnitAddress] { [unit] }

    private let unit: UnitAddress
    private let asks: Bool
    private let stages: [TestStage]
    private var phase = Phase.start
    private var stage = 0
    private var frame = 0
    private var tries = 0
    private var mismatches = 0
    private var linkAsks = 0
    private var linkMisses = 0
    /// What the unit had at the start; nothing is written before it and the signature are known.
    private var brightness: UInt16 = 0
    private var pressesBefore: UInt16?
    private var waitUntil = Moment.zero
    private var questionUntil: Moment?
    private var isAnswered = false
    private var isCancelled = false
    private var findings: [Finding] = []
    private var passed = 0
    private var skipped: [String] = []
    private var news: [JobNews] = []

    /// A test that asks a person, or only reads back what can be read back.
    public init(_ unit: UnitAddress, asks: Bool) {
        self.unit = unit
        self.asks = asks
        stages = TestStage.all
    }

    /// The next exchange.
    public mutating func next(at now: Moment) -> JobStep {
        switch phase {
        case .start: return .ask(.read(unit, .brightness, through: .brightness))
        case .link: return .ask(.read(unit, .signature, through: .unitAddress))
        case .write: return .ask(stages[stage].frames[frame].write(unit))
        case .check: return .ask(stages[stage].frames[frame].read(unit))
        case .show: return showStep(at: now)
        case .settle, .buttons: return .ask(.read(unit, .buttons, through: .presses))
        case .restore: return restoreStep
        case .over: return .end
        }
    }

    /// What the unit said.
    public mutating func heard(_ outcome: JobOutcome, at now: Moment) {
        tries += 1
        if phase == .link { return heardLink(outcome, at: now) }
        if case .refusal(let code) = outcome { return heardRefusal(code, at: now) }
        guard case .answer(let words, _) = outcome else {
            guard tries >= DisplayLimits.jobTriesMax else { return }
            return lost()
        }
        switch phase {
        case .start:
            brightness = words[0]
            go(.link)
        case .write: go(.check)
        case .check: heardCheck(words, at: now)
        case .settle: heardButtonsBefore(words, at: now)
        case .buttons: heardButtonsAfter(words, at: now)
        case .restore: restored()
        case .link, .show, .over: break
        }
    }

    /// The person saw it, did not see it, or can't say.
    public mutating func answered(_ yes: Bool?, at now: Moment) {
        guard questionUntil != nil, !isAnswered else { return }
        isAnswered = true
        questionUntil = nil
        let current = stages[stage]
        if current.isButtons {
            guard yes == true else { return skip(current, at: now) }
            return go(.buttons)
        }
        switch yes {
        case true?: pass(current, at: now)
        case false?:
            add(Finding(current.finding, unit, seen: "\(current.name) was not as it should be"))
            advance(at: now)
        case nil: skip(current, at: now)
        }
    }

    /// Puts the unit back, and ends.
    public mutating func cancel(at now: Moment) {
        guard phase != .over else { return }
        // Until its signature was seen, what answers may be any device.
        if phase == .start || phase == .link {
            return finish("interrupted; nothing was changed")
        }
        isCancelled = true
        if phase != .restore { go(.restore) }
        frame = 0
    }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }

    // MARK: Steps

    private mutating func go(_ next: Phase) {
        phase = next
        tries = 0
    }

    private mutating func add(_ finding: Finding) {
        findings.append(finding)
        news.append(.found(finding))
    }

    private mutating func begin(_ index: Int, at now: Moment) {
        guard index < stages.count else {
            frame = 0
            return go(.restore)
        }
        stage = index
        frame = 0
        mismatches = 0
        isAnswered = false
        questionUntil = nil
        let current = stages[index]
        news.append(.progress(current.name, index + 1, of: stages.count))
        if asks, !current.question.isEmpty {
            news.append(JobNews(.question, current.question))
            questionUntil = now + DisplayLimits.questionTimeMax
        }
        go(current.isButtons ? .settle : .write)
    }

    private mutating func pass(_ current: TestStage, at now: Moment) {
        passed += 1
        advance(at: now)
    }

    private mutating func skip(_ current: TestStage, at now: Moment) {
        skipped.append(current.name)
        advance(at: now)
    }

    private mutating func advance(at now: Moment) { begin(stage + 1, at: now) }

    private mutating func lost() {
        guard phase != .restore else {
            frame = 0
            return finish("unit \(unit) does not answer any more")
        }
        add(Finding(.noAnswer, unit, seen: "it does not answer"))
        finish("unit \(unit) does not answer")
    }

    private mutating func finish(_ text: String) {
        news.append(.result(isGood: false, text))
        go(.over)
    }

    private mutating func heardLink(_ outcome: JobOutcome, at now: Moment) {
        linkAsks += 1
        if let words = outcome.words {
            guard words[0] == Register.signatureValue else {
                add(Finding(.notANobatUnit, unit, seen: "it answers without Nobat's signature"))
                return finish("what answers at \(unit) is no unit of Nobat")
            }
        } else {
            linkMisses += 1
        }
        guard linkAsks >= TestStage.linkAsks else { return }
        if linkMisses == linkAsks { return lost() }
        if linkMisses > 0 {
            let seen = "\(linkMisses) of \(linkAsks) questions were not answered well"
            add(Finding(.noise, unit, seen: seen))
        } else {
            news.append(JobNews(.note, "all of \(linkAsks) questions were answered"))
            passed += 1
        }
        begin(0, at: now)
    }

    /// A register that this firmware lacks, or another device.
    private mutating func heardRefusal(_ code: Int, at now: Moment) {
        switch phase {
        case .start:
            add(Finding(.notANobatUnit, unit, seen: "it refused (Modbus exception \(code))"))
            finish("what answers at \(unit) is no unit of Nobat")
        case .restore: restored()
        default:
            let seen = "\(stages[stage].name): it refused (Modbus exception \(code))"
            add(Finding(.readBack, unit, seen: seen))
            advance(at: now)
        }
    }

    private mutating func heardCheck(_ words: [UInt16], at now: Moment) {
        let current = stages[stage].frames[frame]
        guard current.expects.holds(words) else {
            mismatches += 1
            guard mismatches >= DisplayLimits.jobTriesMax else { return go(.write) }
            let seen = "\(stages[stage].name): read back \(words) instead of \(current.expects)"
            add(Finding(.readBack, unit, seen: seen))
            return advance(at: now)
        }
        mismatches = 0
        waitUntil = now + current.lasts
        go(.show)
    }

    /// What is on the display stays for a moment; a stage goes round until its question is answered.
    private mutating func showStep(at now: Moment) -> JobStep {
        guard now >= waitUntil else { return .wait(until: waitUntil) }
        let current = stages[stage]
        if frame + 1 < current.frames.count {
            frame += 1
            go(.write)
        } else if let until = questionUntil, now < until {
            frame = 0
            go(.write)
        } else if current.question.isEmpty || !asks {
            pass(current, at: now)
        } else {
            skip(current, at: now)
        }
        return next(at: now)
    }

    private mutating func heardButtonsBefore(_ words: [UInt16], at now: Moment) {
        guard words[0] == 0 else {
            let which = words[0] == 1 ? "button 1 is" : words[0] == 2 ? "button 2 is" : "both are"
            add(Finding(.buttonStuck, unit, seen: "\(which) down and nobody was asked to press"))
            return advance(at: now)
        }
        guard asks else { return pass(stages[stage], at: now) }
        if pressesBefore == nil { pressesBefore = words[1] }
        waitUntil = questionUntil ?? now
        frame = stages[stage].frames.count
        go(.show)
    }

    private mutating func heardButtonsAfter(_ words: [UInt16], at now: Moment) {
        let before = pressesBefore ?? words[1]
        let counts = [0, 8].map { shift in
            UInt8(truncatingIfNeeded: words[1] >> shift)
                &- UInt8(truncatingIfNeeded: before >> shift)
        }
        for (index, count) in counts.enumerated() where count > 0 {
            news.append(JobNews(.note, "button \(index + 1) was counted \(count) times"))
        }
        if counts.allSatisfy({ $0 == 0 }) {
            add(Finding(.buttonDead, unit, seen: "no press was counted"))
            return advance(at: now)
        }
        pass(stages[stage], at: now)
    }

    // MARK: The end

    /// Dashes until its booth's text comes back, the brightness as it was, no lamp test, no beep.
    private var restoreStep: JobStep {
        frame == 0
            ? .ask(.write(unit, .brightness, brightness, 0))
            : .ask(.write(unit, .showTag, 0, 0x2D2D, 0x2D2D, 0, 0))
    }

    private mutating func restored() {
        if frame == 0 {
            frame = 1
            return go(.restore)
        }
        var text = "\(passed) parts are good"
        if !findings.isEmpty {
            text += ", \(findings.count) not: "
            text += findings.map(\.name.rawValue).joined(separator: ", ")
        }
        if !skipped.isEmpty { text += "; not told: " + skipped.joined(separator: ", ") }
        if isCancelled { text += "; interrupted" }
        news.append(.result(isGood: findings.isEmpty && !isCancelled, "unit \(unit): \(text)"))
        go(.over)
    }
}
