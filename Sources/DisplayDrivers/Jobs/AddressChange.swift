// SPDX-License-Identifier: Apache-2.0

// Gives a unit another address, and leaves no doubt where it answers afterwards.

import BoothUnit
import QueueCore

/// A change of a unit's address.
public struct AddressChange: BusJob {
    private enum Step: Sendable {
        case askOld, askSource, askNew, write, verify, askOldAgain, over
    }

    /// Both addresses are left alone by polls while units move.
    public var heldUnits: [UnitAddress] { [old, new] }

    private let old: UnitAddress
    private let new: UnitAddress
    private let advice: String
    private var step = Step.askOld
    private var tries = 0
    private var quietUntil = Moment.zero
    private var refusedWith: Int?
    private var news: [JobNews] = []

    /// A change from `old` to `new`, which must differ; `advice` is told after it, when it is done.
    public init(from old: UnitAddress, to new: UnitAddress, advice: String = "") {
        precondition(old != new, "a change of address changes it")
        self.old = old
        self.new = new
        self.advice = advice
    }

    /// The next exchange.
    public mutating func next(at now: Moment) -> JobStep {
        guard now >= quietUntil else { return .wait(until: quietUntil) }
        switch step {
        case .askOld, .askOldAgain: return .ask(.read(old, .signature, through: .unitAddress))
        case .askSource: return .ask(.read(old, .addressSource, through: .addressSource))
        case .askNew: return .ask(.read(new, .signature, through: .unitAddress))
        case .write: return .ask(.write(old, .unitAddress, UInt16(new.value)))
        case .verify: return .ask(.read(new, .signature, through: .unitAddress))
        case .over: return .end
        }
    }

    /// What the unit said.
    public mutating func heard(_ outcome: JobOutcome, at now: Moment) {
        tries += 1
        switch step {
        case .askOld: heardOld(outcome)
        case .askSource: heardSource(outcome)
        case .askNew: heardNew(outcome)
        case .write: heardWrite(outcome, at: now)
        case .verify: heardVerify(outcome, at: now)
        case .askOldAgain: heardOldAgain(outcome)
        case .over: break
        }
    }

    /// It asks nobody.
    public mutating func answered(_ yes: Bool?, at now: Moment) {}

    /// A change that was not written yet is given up; one that was is verified first.
    public mutating func cancel(at now: Moment) {
        switch step {
        case .askOld, .askSource, .askNew: fail("interrupted; nothing was changed")
        case .write, .verify, .askOldAgain, .over: break
        }
    }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }

    private var mayRetry: Bool { tries < DisplayLimits.jobTriesMax }

    private mutating func go(_ next: Step) {
        step = next
        tries = 0
    }

    private mutating func fail(_ text: String) {
        news.append(.result(isGood: false, text))
        step = .over
    }

    private mutating func heardOld(_ outcome: JobOutcome) {
        switch outcome {
        case .answer(let words, let more):
            guard words[0] == Register.signatureValue else {
                return fail("what answers at \(old) is no unit of Nobat; nothing was changed")
            }
            guard more < ModbusReply.length(words: 0) else { return failDoubled() }
            guard words[4] >= 2 else {
                return fail(
                    "the firmware of unit \(old) can't keep an address: set its switches, or flash "
                        + "it first; nothing was changed")
            }
            go(.askSource)
        case .refusal:
            fail("what answers at \(old) is no unit of Nobat; nothing was changed")
        case .silence where !mayRetry:
            fail(
                "no unit answers at \(old); 'nobatctl bus scan' shows which do; nothing was changed"
            )
        case .garbled where !mayRetry: failDoubled()
        case .silence, .garbled: break
        }
    }

    private mutating func failDoubled() {
        news.append(.found(Finding(.twoUnits, old, seen: "more than one answer came")))
        fail("both would get address \(new); nothing was changed")
    }

    private mutating func heardSource(_ outcome: JobOutcome) {
        guard let words = outcome.words else {
            if !mayRetry { fail("unit \(old) stopped answering; nothing was changed") }
            return
        }
        guard words[0] != AddressSource.switches.rawValue else { return failSwitches() }
        go(.askNew)
    }

    private mutating func failSwitches() {
        fail(
            "unit \(old) takes its address from its switches: set them to \(new) (bit 0 is 1, bit 4 "
                + "is 16) and restart it, or open them all and give it the address again; nothing "
                + "was changed")
    }

    private mutating func heardNew(_ outcome: JobOutcome) {
        guard case .silence = outcome else {
            return fail(
                "something answers at \(new) already; choose a free address ('nobatctl bus scan'), "
                    + "or move that unit first; nothing was changed")
        }
        if tries >= 2 { go(.write) }
    }

    private mutating func heardWrite(_ outcome: JobOutcome, at now: Moment) {
        quietUntil = now + DisplayLimits.adoptWait
        if case .refusal(let code) = outcome {
            guard code != Int(ModbusException.deviceFailure.rawValue) else {
                return fail(
                    "unit \(old) can't keep another address: its switches are set (open them all), "
                        + "or its flash could not be written (replace the board); nothing was changed"
                )
            }
            return fail("unit \(old) refused the address (Modbus exception \(code))")
        }
        // Whether it was written is seen at the new address, whatever became of the reply.
        go(.verify)
    }

    private mutating func heardVerify(_ outcome: JobOutcome, at now: Moment) {
        if let words = outcome.words, words[0] == Register.signatureValue,
            words[5] == UInt16(new.value)
        {
            return go(.askOldAgain)
        }
        quietUntil = now + DisplayLimits.adoptWait
        guard tries >= DisplayLimits.jobTriesMax * 2 else { return }
        fail(
            "nothing answers at \(new) after the change; 'nobatctl bus scan' shows where the unit "
                + "is now")
    }

    private mutating func heardOldAgain(_ outcome: JobOutcome) {
        guard case .silence = outcome else {
            news.append(
                .found(Finding(.twoUnits, old, seen: "one moved to \(new), another still answers")))
            news.append(.result(isGood: false, "a unit is at \(new) now, and another at \(old)"))
            step = .over
            return
        }
        guard tries >= 2 else { return }
        if !advice.isEmpty { news.append(JobNews(.note, advice)) }
        news.append(
            .result(isGood: true, "unit \(old) is at address \(new) now, kept in its flash"))
        step = .over
    }
}
