// SPDX-License-Identifier: Apache-2.0

// A kiosk beside a controller's program, and its printer, which goes on when the program does not.

import QueueCore

/// A kiosk and its printer.
struct SimulatedKiosk: Sendable {
    /// Things that the kiosk has set for later; `run` is the program's run that they belong to.
    enum Later: Hashable, Sendable {
        case input(KioskInput, run: Int)
        case tellPrinter(run: Int)
        case printEnds(Slip, job: UInt64, run: Int)
    }

    /// Requests of kiosks begin here; those of clerks stay below.
    static let firstRequest: RequestID = 1 << 60

    /// A slip and its print take this long.
    static let printSpan = TimeSpan.milliseconds(1_200)

    /// The machine, while its program runs.
    var machine: KioskMachine?
    var run = 0
    /// Slips that the controller was told to make void, by the request.
    var spoiling = KeyedRows<RequestID, TicketID>()
    var paperOutUntil = Moment.zero
    var goneUntil = Moment.zero
    /// The last slip that was sent to the printer for a tap.
    var lastTap: (service: Name, at: Moment)?

    func condition(at now: Moment) -> PrinterCondition {
        now < goneUntil ? .silent : now < paperOutUntil ? .paperOut : .ready
    }
}

extension World {
    // MARK: - The day's people

    /// Who comes to the kiosks of a day, and what happens to their printers.
    func planKiosks(_ midnight: Moment, _ dice: inout Dice, _ deeds: inout [TimedDeed]) {
        for session in scenario.sessions {
            let length = Int(session.upperBound - session.lowerBound) * 1_000
            func sometime(_ dice: inout Dice) -> Moment {
                midnight + .seconds(session.lowerBound)
                    + .milliseconds(Int64(dice.below(length * 9 / 10)))
            }
            for _ in 0..<(3 + scenario.ticketsADay / 8) {
                let who = dice.below(names.count)
                let isTwice = dice.chance(perMille: scenario.strikes(.tappedTwice) * 80)
                let at = sometime(&dice)
                if dice.chance(perMille: 250) {
                    let deed = Deed.code(who, dice.next(), isTwice: isTwice)
                    deeds.append(TimedDeed(at: at, deed: deed))
                } else {
                    let again = dice.span(.milliseconds(60), .milliseconds(1_900))
                    let button = dice.below(2)
                    deeds.append(
                        TimedDeed(
                            at: at,
                            deed: .tap(who, button: button, again: isTwice ? again : nil)))
                }
            }
            for _ in 0..<scenario.strikes(.paperUsedUp) {
                let span = dice.span(.seconds(2), .seconds(300))
                let deed = Deed.paperUsedUp(dice.below(names.count), span)
                // Just when somebody is there.
                let at = sometime(&dice)
                deeds.append(
                    TimedDeed(at: at, deed: .tap(dice.below(names.count), button: 0, again: nil)))
                deeds.append(
                    TimedDeed(
                        at: at + dice.span(.milliseconds(1), .milliseconds(1_300)), deed: deed))
            }
            for _ in 0..<scenario.strikes(.printerGone) {
                let span = dice.span(.seconds(2), .seconds(60))
                let deed = Deed.printerGone(dice.below(names.count), span)
                deeds.append(TimedDeed(at: sometime(&dice), deed: deed))
            }
        }
    }

    mutating func performAtKiosk(_ deed: Deed) {
        guard !kiosks.isEmpty else { return }
        switch deed {
        case .tap(let who, let button, let again):
            let who = place(who)
            feedKiosk(who, .tap(button))
            if let again {
                put(.kiosk(who, .input(.tap(button), run: kiosks[who].run)), after: again)
            }
        case .code(let who, let random, let isTwice):
            for _ in 0..<(isTwice ? 2 : 1) {
                type(TrackingCode(random: random), atKioskOf: who)
            }
        case .paperUsedUp(let who, let span):
            let who = place(who)
            kiosks[who].paperOutUntil = now + span
            tellPrinterSoon(who, after: [.zero, span])
        case .printerGone(let who, let span):
            let who = place(who)
            kiosks[who].goneUntil = now + span
            tellPrinterSoon(who, after: [.zero, span])
        default: break
        }
    }

    /// Somebody types a code at the keypad of a controller's kiosk.
    mutating func type(_ code: TrackingCode, atKioskOf who: Int) {
        guard !kiosks.isEmpty else { return }
        let who = place(who)
        for digit in code.description.utf8 { feedKiosk(who, .key(.digit(digit - 0x30))) }
        feedKiosk(who, .key(.enter))
    }

    private mutating func tellPrinterSoon(_ controller: Int, after spans: [TimeSpan]) {
        for span in spans {
            let delay = marksOfKiosk(.milliseconds(400), .milliseconds(2_000))
            put(.kiosk(controller, .tellPrinter(run: kiosks[controller].run)), after: span + delay)
        }
    }

    private mutating func marksOfKiosk(_ least: TimeSpan, _ most: TimeSpan) -> TimeSpan {
        trips.span(least, most)
    }

    // MARK: - The program

    mutating func startKiosk(_ controller: Int) {
        guard !kiosks.isEmpty else { return }
        kiosks[controller].run += 1
        let run = kiosks[controller].run
        let buttons = scenario.services.prefix(2).map { KioskButton(service: $0.name) }
        kiosks[controller].machine = KioskMachine(
            plan: KioskPlan(buttons: buttons, codeService: scenario.services.first?.name),
            firstRequest: SimulatedKiosk.firstRequest + UInt64(run) * 1_000_000)
        kiosks[controller].lastTap = nil
        put(.kiosk(controller, .tellPrinter(run: run)), after: .milliseconds(300))
    }

    mutating func stopKiosk(_ controller: Int) {
        guard !kiosks.isEmpty else { return }
        kiosks[controller].machine = nil
    }

    mutating func happen(_ thing: SimulatedKiosk.Later, _ controller: Int) {
        let current = kiosks[controller].run
        switch thing {
        case .input(let input, current): feedKiosk(controller, input)
        case .tellPrinter(current):
            feedKiosk(controller, .printer(kiosks[controller].condition(at: now)))
        case .input, .tellPrinter: break
        case .printEnds(let slip, let job, let run):
            let outcome = self.outcome(controller)
            switch outcome {
            case .printed: witness.tally.count(.slipPrinted)
            case .unconfirmed: witness.tally.count(.slipUnconfirmed)
            case .failed: witness.tally.count(.slipSpoiled)
            }
            if case .failed = outcome {} else { witness.printedSlips.insert(slip.ticket.id) }
            if run == current { feedKiosk(controller, .ended(job, outcome)) }
        }
    }

    /// What the printer makes of a slip: its paper, or its cable, may be gone by now.
    private func outcome(_ controller: Int) -> SlipOutcome {
        if now < kiosks[controller].paperOutUntil { return .failed(.paperOut) }
        return now < kiosks[controller].goneUntil ? .unconfirmed : .printed
    }

    mutating func answerKiosk(_ controller: Int, _ request: RequestID, _ reply: Reply) {
        guard !kiosks.isEmpty else { return }
        switch reply {
        case .slip(let slip) where slip.isUnchecked: witness.tally.count(.codeUnchecked)
        case .slip(let slip) where slip.code != nil: witness.tally.count(.codeCheckedByKiosk)
        case .refused(.appointment): witness.tally.count(.codeRefusedByKiosk)
        default: break
        }
        if let id = kiosks[controller].spoiling[request] {
            switch reply {
            case .cancelled(let number):
                witness.spoiledSlips.insert(id)
                witness.judgeSpoiled(id, number)
            case .issued(let number, _, _, _):
                witness.fail(2, "the slip of \(number) was given up, and it is issued all the same")
            default: break
            }
        }
        feedKiosk(controller, .reply(request, reply))
    }

    mutating func feedKiosk(_ controller: Int, _ input: KioskInput) {
        guard kiosks[controller].machine != nil else { return }
        guard now >= controllers[controller].pausedUntil else {
            let again = controllers[controller].pausedUntil - now
            return put(
                .kiosk(controller, .input(input, run: kiosks[controller].run)), after: again)
        }
        let effects = kiosks[controller].machine?.step(input, at: now) ?? []
        let run = kiosks[controller].run
        if let due = kiosks[controller].machine?.deadline, due > now {
            put(.kiosk(controller, .input(.tick, run: run)), after: due - now)
        }
        for effect in effects {
            switch effect {
            case .ask(let request, let command):
                if case .slipFailed(let id) = command { kiosks[controller].spoiling[request] = id }
                feed(controller, .command(command, request))
            case .print(let job, let slip):
                noteSlip(slip, controller)
                put(
                    .kiosk(controller, .printEnds(slip, job: job, run: run)),
                    after: SimulatedKiosk.printSpan)
            case .event(.notPrinted): kiosks[controller].lastTap = nil
            case .explain(let job, _):
                let ended = KioskInput.ended(job, outcome(controller))
                put(
                    .kiosk(controller, .input(ended, run: run)),
                    after: SimulatedKiosk.printSpan)
            case .show, .lamps, .refuse, .event: break
            }
        }
    }

    /// Two taps on one button give one slip.
    private mutating func noteSlip(_ slip: Slip, _ controller: Int) {
        guard slip.code == nil else { return }
        if let last = kiosks[controller].lastTap, last.service == slip.ticket.service,
            now < last.at + KioskLimits.repeatSpan
        {
            witness.fail(
                4,
                "two taps gave two slips at \(names[controller]), the second \(slip.ticket.number)")
        }
        kiosks[controller].lastTap = (slip.ticket.service, now)
    }
}

extension World {
    /// Whoever has a slip has a ticket: it was issued, and not made void for its printer's sake.
    mutating func checkSlips() {
        guard !witness.hasForgotten else { return }
        for id in witness.printedSlips.sorted() where witness.index[id] == nil {
            return witness.fail(3, "the slip of \(id) was printed, and its ticket never issued")
        }
        for controller in names.indices {
            if let slip = controllers[controller].machine?.slips.first {
                return witness.fail(
                    3, "\(names[controller]) waits for ever for the slip of \(slip.ticket.number)")
            }
        }
    }
}

extension Witness {
    /// A slip was given up. When its ticket was never issued, that must have been told already: else
    /// nobody would ever know where its number went.
    mutating func judgeSpoiled(_ id: TicketID, _ number: TicketNumber) {
        let wasTold = toldSpoiled.remove(number) != nil
        if index[id] == nil, !wasTold, !hasForgotten {
            fail(3, "the slip of \(number) was given up, and nobody is told of its number")
        }
    }

    /// A number that nobody has, because its slip was not printed.
    mutating func spoiled(_ number: TicketNumber, _ day: ServiceDay) {
        toldSpoiled.insert(number)
        let other = numbers[day, number.series, number.value]
        guard other >= 0, !hasForgotten else { return }
        if !wraps(number.series) || !isFree(Int(other)) {
            fail(2, "\(number) was given out, and is said not to be printed")
        }
    }
}
