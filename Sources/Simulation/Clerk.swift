// SPDX-License-Identifier: Apache-2.0

// The clerk at a booth: calls when the lamp says that somebody waits, serves, recalls who does not come,
// and has habits.

import QueueCore

/// A clerk. Decides only by what can be seen at the booth: its display and its lamp.
struct Clerk: Sendable {
    enum Phase: Hashable, Sendable {
        case away, idle, pressed, serving, waitingFor(tries: Int)
    }

    /// What somebody at a booth sees.
    struct View {
        var sign: BoothSign
        var lamp: LampState
        /// Whether the clinic takes patients at this time.
        var isInSession: Bool
    }

    /// What a clerk does now, what a moment later, and when to look again.
    struct Doing {
        var deed: Deed?
        var later: (after: TimeSpan, deed: Deed)?
        var wake: TimeSpan
    }

    /// How many in a thousand presses, or patients, go this way.
    struct Habits: Hashable, Sendable {
        var pressesTwice = 0
        var holds = 0
        var mistypes = 0
        var breaks = 0
        var bounces = 0
        var repeats = 0
        var givesBack = 0
        var takesBack = 0
    }

    private(set) var phase = Phase.away
    private var dice: Dice
    private let habits: Habits
    private let haste: Int
    private let services: Int
    /// The number shown before the press.
    private var before: TicketNumber?

    init(dice: Dice, habits: Habits, haste: Int, services: Int) {
        self.dice = dice
        self.habits = habits
        self.haste = haste
        self.services = services
    }

    /// Whether a lamp that lights up is noticed.
    var watchesLamp: Bool { phase == .idle }

    mutating func noticeSpan() -> TimeSpan { dice.span(.milliseconds(400), .seconds(3)) }

    /// Looks, does something or nothing, and says when to look again.
    mutating func act(_ view: View, controller: Int, booth: Int) -> Doing {
        switch phase {
        case .away:
            guard view.isInSession else { return Doing(wake: .seconds(600)) }
            phase = .idle
            let open = Deed.verb(controller, booth: booth, .open, service: 0)
            return Doing(deed: open, wake: .seconds(2))
        case .idle:
            if case .number = view.sign { return patientComes() }
            if somebodyWaits(view) { return next(view, controller, booth) }
            if !view.isInSession {
                phase = .away
                let close = Deed.verb(controller, booth: booth, .close, service: 0)
                return Doing(deed: close, wake: .seconds(900))
            }
            return Doing(wake: dice.span(.seconds(30), .seconds(90)))
        case .pressed:
            if let number = view.sign.number, number != before { return patientComes() }
            phase = .idle
            return Doing(wake: .seconds(2))
        case .serving: return served(view, controller, booth)
        case .waitingFor(let tries):
            if case .number = view.sign { return nobodyCame(tries, view, controller, booth) }
            phase = .idle
            return Doing(wake: .seconds(1))
        }
    }

    private func somebodyWaits(_ view: View) -> Bool {
        view.lamp == .waiting || view.lamp == .offlineWaiting
    }

    private mutating func patientComes() -> Doing {
        if dice.chance(perMille: 930) {
            phase = .serving
            return Doing(wake: hasty(dice.service(mean: .seconds(180))))
        }
        phase = .waitingFor(tries: 0)
        return Doing(wake: hasty(.seconds(25)) + .seconds(2))
    }

    private func hasty(_ span: TimeSpan) -> TimeSpan {
        .microseconds(span.microseconds / Int64(haste))
    }

    private mutating func finger(_ controller: Int, _ booth: Int, _ gesture: Gesture) -> Deed {
        let bounces =
            dice.chance(perMille: habits.repeats)
            ? dice.among(5...9) : dice.chance(perMille: habits.bounces) ? dice.among(1...4) : 0
        return .finger(controller, booth: booth, gesture, bounces: bounces)
    }

    private mutating func next(_ view: View, _ controller: Int, _ booth: Int) -> Doing {
        phase = .pressed
        before = view.sign.number
        var doing = Doing(deed: finger(controller, booth, .short), wake: .seconds(2))
        if dice.chance(perMille: habits.pressesTwice) {
            let after = dice.span(.milliseconds(600), .milliseconds(1_500))
            doing.later = (after, finger(controller, booth, .short))
            doing.wake = .seconds(4)
        } else if dice.chance(perMille: habits.holds) {
            let span = dice.span(.seconds(1), .seconds(25))
            doing.deed = .hold(controller, booth: booth, span)
            doing.wake = .seconds(30)
        } else if dice.chance(perMille: habits.mistypes) {
            let value = UInt16(dice.among(1...999))
            doing.deed = .callValue(controller, booth: booth, value: value)
        } else if dice.chance(perMille: 8) {
            doing.deed = .callNumber(controller, booth: booth, ticket: dice.below(40))
        } else if dice.chance(perMille: 10 + habits.takesBack) {
            doing.later = (.seconds(2), .verb(controller, booth: booth, .undo, service: 0))
            doing.wake = .seconds(4)
        }
        return doing
    }

    private mutating func served(_ view: View, _ controller: Int, _ booth: Int) -> Doing {
        let verb: Deed.Verb? =
            switch dice.below(1_000) {
            case 0..<40: .transfer
            case 40..<70: .park
            case 70..<90: .finish
            case 90..<(90 + habits.givesBack): .giveBack
            default: nil
            }
        if let verb {
            phase = .idle
            let deed = Deed.verb(controller, booth: booth, verb, service: dice.below(services))
            var doing = Doing(deed: deed, wake: .seconds(3))
            if habits.takesBack > 0, dice.chance(perMille: 3 * habits.takesBack) {
                doing.later = (.seconds(2), .verb(controller, booth: booth, .undo, service: 0))
            }
            return doing
        }
        if dice.chance(perMille: habits.breaks) {
            phase = .away
            let close = Deed.verb(controller, booth: booth, .close, service: 0)
            return Doing(deed: close, wake: hasty(dice.span(.seconds(300), .seconds(1_200))))
        }
        if somebodyWaits(view) { return next(view, controller, booth) }
        phase = .idle
        return Doing(deed: finger(controller, booth, .short), wake: .seconds(3))
    }

    private mutating func nobodyCame(
        _ tries: Int, _ view: View, _ controller: Int, _ booth: Int
    ) -> Doing {
        if tries < 2 || dice.chance(perMille: 200) {
            if dice.chance(perMille: 300) {
                phase = .serving
                return Doing(wake: hasty(dice.service(mean: .seconds(180))))
            }
            phase = .waitingFor(tries: tries + 1)
            return Doing(
                deed: finger(controller, booth, .double), wake: hasty(.seconds(20)) + .seconds(2))
        }
        phase = .idle
        return Doing(deed: finger(controller, booth, .long), wake: .seconds(3))
    }
}

extension BoothSign {
    fileprivate var number: TicketNumber? {
        if case .number(let number, _) = self { number } else { nil }
    }
}
