// SPDX-License-Identifier: Apache-2.0

// When facts happened, for people: by the wall clock when it is known to be right; a fact that was
// written before gets its time when it is, unless the central has it already.

/// A fact whose time is not known yet, and the moment that will tell it.
struct UntimedFact: Sendable {
    let number: UInt64
    let moment: Moment
}

/// When a fact happened that is told later.
enum PastTime {
    /// In this run of the program.
    case moment(Moment)
    /// In an earlier one, as it was kept; unknown when the clock was not known to be right.
    case wall(WallTime)
}

extension ControllerMachine {
    /// Writes a fact into the log. `time` is when it happened, if not now.
    mutating func append(_ fact: consuming Fact, happened time: PastTime? = nil) {
        switch time ?? .moment(now) {
        case .moment(let moment):
            pace.note(fact, of: plan.name, at: moment.microseconds / 1_000_000)
            write(fact, at: wall.time(at: moment), moment)
        case .wall(let time):
            pace.note(fact, of: plan.name, at: nil)
            write(fact, at: time, nil)
        }
    }

    /// Writes a fact of an ended epoch into the log of the present one, with the time that it had.
    mutating func retell(_ fact: Numbered<Fact>, _ known: [UntimedFact]) {
        let moment = known.first { $0.number == fact.number }?.moment
        write(fact.record, at: fact.at, moment)
    }

    private mutating func write(_ fact: consuming Fact, at time: WallTime, _ moment: Moment?) {
        meta.lastFact += 1
        let numbered = Numbered(meta.lastFact, fact, at: time)
        if !time.isKnown, let moment { keepMoment(numbered.number, moment) }
        facts.append(numbered)
        metaChanged = true
        output.changes.append(.fact(numbered))
        output.effects.append(.event(.fact(numbered)))
    }

    private mutating func keepMoment(_ number: UInt64, _ moment: Moment) {
        // What was told stays as it was told: no more of these are kept than of facts untold.
        if untimed.count >= 64, untimed[0].number <= meta.factsTold {
            untimed.removeAll { $0.number <= meta.factsTold }
        }
        untimed.append(UntimedFact(number: number, moment: moment))
    }

    /// The wall clock was read: what was not told yet and has no time gets it.
    mutating func readWall(_ time: WallTime) {
        wall.set(time, at: now)
        guard wall.isKnown, !untimed.isEmpty else { return }
        let waiting = untimed
        untimed = []
        guard let first = facts.first?.number else { return }
        for fact in waiting where fact.number > meta.factsTold && fact.number >= first {
            let time = wall.time(at: fact.moment)
            facts[Int(fact.number - first)].at = time
            output.changes.append(.stamp(fact: fact.number, at: time))
        }
    }

    /// Takes over the clock of a machine that this one replaces, and the moments of what is on disk.
    mutating func inheritTimes(from old: ControllerMachine) {
        wall = old.wall
        untimed = old.untimed.filter { $0.number <= meta.lastFact }
        pace = old.pace
        localTime = old.localTime
        today = old.today
        clockIsTrusted = old.clockIsTrusted
    }
}
