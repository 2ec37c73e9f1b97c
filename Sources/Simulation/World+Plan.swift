// SPDX-License-Identifier: Apache-2.0

// The days of a world, planned from its seed: who comes when, and what breaks when.

import QueueCore

extension Scenario {
    /// The sessions of a day, in seconds since midnight: 8–12 and 13–20; in hasty worlds shorter, the
    /// second soon after the first.
    var sessions: [Range<Int64>] {
        let haste = Int64(haste)
        let evening = 28_800 + 18_000 / haste
        return [28_800..<(28_800 + 14_400 / haste), evening..<(evening + 25_200 / haste)]
    }

    /// When the clinic is switched on, first of all; late in worlds whose buses are real, since each
    /// of their seconds costs.
    var opens: TimeSpan { .seconds(busesAreReal ? 28_740 : 21_600) }

    /// When the last day ends.
    var closes: TimeSpan {
        busesAreReal ? .seconds((sessions.last?.upperBound ?? 0) + 180) : .seconds(21 * 3_600)
    }

    /// The habits of this clinic's clerks.
    var habits: Clerk.Habits {
        Clerk.Habits(
            pressesTwice: strikes(.pressedTwice) * 15, holds: strikes(.heldLong) * 6,
            mistypes: strikes(.mistyped) * 10, breaks: strikes(.breakTaken) * 15,
            bounces: strikes(.bounce) * 150, repeats: strikes(.repeatedEdges) * 50,
            givesBack: hasSteps ? 30 : 0, takesBack: hasSteps ? 40 : 0)
    }
}

extension World {
    /// What comes from outside, in order of time.
    mutating func planDays() -> [TimedDeed] {
        var deeds: [TimedDeed] = []
        deeds.reserveCapacity(scenario.days * (scenario.ticketsADay + 40))
        var dice = Dice(seed: scenario.seed, 5)
        var kioskDice = Dice(seed: scenario.seed, 8)
        for day in 0..<scenario.days {
            let midnight = Moment.zero + Self.dayLength * Int64(day)
            planPeople(midnight, &dice, &deeds)
            planPatients(midnight, &deeds)
            planFaults(midnight, isFirst: day == 0, &dice, &deeds)
            if scenario.hasKiosks { planKiosks(midnight, &kioskDice, &deeds) }
        }
        // Of one moment, what was planned first comes first.
        let ordered = deeds.enumerated().sorted {
            $0.element.at != $1.element.at
                ? $0.element.at < $1.element.at : $0.offset < $1.offset
        }
        return ordered.map(\.element)
    }

    /// A quarter of a session's patients wait at the door when it opens; the others come one by one.
    private mutating func planPeople(
        _ midnight: Moment, _ dice: inout Dice, _ deeds: inout [TimedDeed]
    ) {
        for (place, session) in scenario.sessions.enumerated() {
            let count = scenario.ticketsADay * (place == 0 ? 2 : 3) / 5
            let length = Int((session.upperBound - session.lowerBound) * 1_000)
            var left = count
            while left > 0 {
                let isRush = left * 4 > count * 3
                let after =
                    isRush ? dice.among(-length / 20...length / 12) : dice.below(length * 4 / 5)
                let at = midnight + .seconds(session.lowerBound) + .milliseconds(Int64(after))
                let (deed, people) = person(&dice, left)
                deeds.append(TimedDeed(at: at, deed: deed))
                left -= people
            }
        }
    }

    private mutating func person(_ dice: inout Dice, _ left: Int) -> (Deed, people: Int) {
        let service = dice.below(scenario.services.count)
        let priority: PriorityClass =
            dice.chance(perMille: 1_000 - scenario.urgent)
            ? .normal : dice.pick([.elderly, .elderly, .disabled, .emergency])
        if dice.chance(perMille: scenario.takenAtControllers) {
            let people = dice.chance(perMille: 30) ? min(left, dice.among(2...6)) : 1
            let who = dice.below(names.count)
            return (.takeAt(who, service: service, priority, count: people), people)
        }
        if dice.chance(perMille: 6) { return (.cancel(ticket: dice.below(12)), 0) }
        if dice.chance(perMille: 6) {
            return (.cancelAt(dice.below(names.count), ticket: dice.below(12)), 0)
        }
        let twice = dice.chance(perMille: scenario.strikes(.kioskAskedTwice) * 20)
        return (.take(service: service, priority, asksTwice: twice), 1)
    }

    private mutating func planFaults(
        _ midnight: Moment, isFirst: Bool, _ dice: inout Dice, _ deeds: inout [TimedDeed]
    ) {
        let from = scenario.sessions[0].lowerBound
        for kind in FaultKind.allCases {
            for _ in 0..<scenario.strikes(kind) {
                let session = dice.pick(scenario.sessions)
                let length = Int(session.upperBound - session.lowerBound)
                let at =
                    midnight + .seconds(session.lowerBound)
                    + .milliseconds(Int64(dice.below(length * 1_000)))
                let who = dice.below(names.count)
                plan(kind, at, who, &dice, &deeds)
            }
        }
        if isFirst, scenario.strikes(.bootIn1970) > 0 {
            let at = midnight + .seconds(from - 30)
            let step = Deed.clockStep(
                dice.below(names.count), seconds: -1_728_000_000, isTrusted: false)
            deeds.append(TimedDeed(at: at, deed: step))
        }
    }

    /// How long a fault lasts: mostly seconds, sometimes as long as it takes somebody to come.
    private mutating func outage(_ dice: inout Dice) -> TimeSpan {
        dice.chance(perMille: 600)
            ? dice.span(.seconds(1), .seconds(30))
            : dice.span(.seconds(30), .seconds(Int64(2_400 / scenario.haste) + 60))
    }

    private mutating func plan(
        _ kind: FaultKind, _ at: Moment, _ who: Int, _ dice: inout Dice,
        _ deeds: inout [TimedDeed]
    ) {
        func add(_ deed: Deed, after span: TimeSpan = .zero) {
            deeds.append(TimedDeed(at: at + span, deed: deed))
        }
        let booth = dice.below(24)
        switch kind {
        case .slowWire: add(.slow(who, outage(&dice)))
        case .cut: add(.cut(who, dice.span(.seconds(1), .seconds(900))))
        case .hoursOffline:
            add(.cut(who, dice.span(.seconds(1_801), .seconds(6 * 3_600))))
            if scenario.hasFences {
                add(.fence(who), after: dice.span(.seconds(60), .seconds(900)))
            }
        case .oneWayUp, .oneWayDown: add(.oneWay(who, up: kind == .oneWayUp, outage(&dice)))
        case .halfOpen: add(.halfOpen(who))
        case .truncated: add(.truncate(who, up: dice.chance(perMille: 500)))
        case .lateEcho:
            // Something must be on its way to come late.
            add(.takeAt(who, service: 0, .normal, count: 3))
            add(.echo(who))
        case .lostMessage: add(.lose(who, up: dice.chance(perMille: 500)))
        case .doubledMessage: add(.double(who, up: dice.chance(perMille: 500)))
        case .crashBeforeCommit: add(.crash(who, .beforeCommit, outage(&dice)))
        case .crashAfterCommit: add(.crash(who, .afterCommit, outage(&dice)))
        case .crashAmidEffects: add(.crash(who, .amidEffects(dice.among(1...4)), outage(&dice)))
        case .centralCrashBeforeCommit: add(.crash(nil, .beforeCommit, outage(&dice)))
        case .centralCrashAfterCommit: add(.crash(nil, .afterCommit, outage(&dice)))
        case .centralCrashAmidEffects:
            add(.crash(nil, .amidEffects(dice.among(1...4)), outage(&dice)))
        case .fullDisk: add(.fullDisk(who, outage(&dice)))
        case .stalledDisk: add(.stalledDisk(who, dice.span(.milliseconds(100), .seconds(8))))
        case .centralFullDisk: add(.fullDisk(nil, outage(&dice)))
        case .centralStalledDisk: add(.stalledDisk(nil, dice.span(.milliseconds(100), .seconds(8))))
        case .lostDatabase: add(.loseDatabase(who, outage(&dice)))
        case .centralLostDatabase: add(.loseDatabase(nil, outage(&dice)))
        case .oldBackup, .centralOldBackup:
            let whose = kind == .oldBackup ? who : nil
            add(.backUp(whose))
            add(
                .restoreBackup(whose, outage(&dice)),
                after: dice.span(.seconds(20), .seconds(3_600)))
        case .restored, .centralRestored:
            let whose = kind == .restored ? who : nil
            add(.backUp(whose))
            add(
                .restore(whose, outage(&dice)),
                after: dice.span(.seconds(20), .seconds(3_600)))
        case .lyingDisk:
            add(.losePower(who, commits: dice.among(1...Self.commitsLostMax), outage(&dice)))
        case .crash: add(.crash(who, .now, outage(&dice)))
        case .centralCrash: add(.crash(nil, .now, outage(&dice)))
        case .pause: add(.pause(who, dice.span(.milliseconds(300), .seconds(40))))
        case .centralPause: add(.pause(nil, dice.span(.milliseconds(300), .seconds(40))))
        case .restart: add(.restart(who))
        case .namesake: add(.namesake(who))
        case .clockStep: planClockStep(at, who, isTrusted: true, &dice, &deeds)
        case .clockDrift: planClockStep(at, who, isTrusted: false, &dice, &deeds)
        case .dayOffline:
            // Cut in the evening, back in the morning.
            let evening =
                Moment(
                    microseconds: at.microseconds / Self.dayLength.microseconds
                        * Self.dayLength.microseconds) + .seconds(20 * 3_600)
            deeds.append(TimedDeed(at: evening, deed: .cut(who, Deed.overnight)))
        case .stuckLine: add(.hold(who, booth: booth, dice.span(.seconds(11), .seconds(300))))
        case .lostEdges:
            add(.finger(who, booth: booth, .short, bounces: 0))
            add(.lostEdges(who, booth: booth), after: .milliseconds(60))
        case .deadUnit: add(.deadUnit(who, booth: booth, outage(&dice)))
        case .framesLost: add(.framesLost(who, perMille: dice.among(10...300), outage(&dice)))
        case .unitRestart: add(.unitRestart(who, booth: booth))
        case .adapterGone: add(.adapterGone(who, outage(&dice)))
        case .newerPeer, .bootIn1970, .bounce, .repeatedEdges, .pressedTwice, .heldLong, .mistyped,
            .breakTaken, .fenced, .kioskAskedTwice, .tappedTwice, .paperUsedUp, .printerGone:
            break
        }
    }

    private mutating func planClockStep(
        _ at: Moment, _ who: Int, isTrusted: Bool, _ dice: inout Dice,
        _ deeds: inout [TimedDeed]
    ) {
        // A clock that is believed jumps too far to be; one that is not may say anything.
        let seconds: Int64 =
            isTrusted
            ? dice.pick([100_000_000, -100_000_000])
            : dice.pick([100_000_000, -100_000_000, 86_400, -86_400, 90, -1_000_000_000])
        let whose = dice.chance(perMille: 300) ? nil : who
        deeds.append(
            TimedDeed(at: at, deed: .clockStep(whose, seconds: seconds, isTrusted: isTrusted)))
        let back = at + dice.span(.seconds(60), .seconds(7_200))
        deeds.append(TimedDeed(at: back, deed: .clockBack(whose)))
    }
}
