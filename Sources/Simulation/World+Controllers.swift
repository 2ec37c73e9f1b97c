// SPDX-License-Identifier: Apache-2.0

// The controllers' programs in their world: started, fed, killed; what they commit and what they do.

import QueueCore

extension World {
    mutating func start(_ controller: Int) {
        guard !controllers[controller].isRunning else { return }
        let snapshot = controllers[controller].disk.read()
        var machine = ControllerMachine(
            plan: plans[controller], snapshot: snapshot, run: Epoch(random: marks.mark()))
        let output = machine.start(at: now)
        witness.startedAt[controller] = now
        controllers[controller].run(machine)
        note("\(names[controller]) starts")
        buses[controller]?.masterStarts(at: now)
        reckonBus(controller)
        conclude(
            controller, .other,
            controllers[controller].adopt(output.changes, output.effects, at: now))
        guard controllers[controller].isRunning else { return }
        tellClock(controller)
        startKiosk(controller)
        for desk in desksOf[controller] {
            desks[desk].readAnew(at: now)
            due[slots.button(desk)] = desks[desk].due?.microseconds ?? .max
        }
        due[slots.connect(controller)] =
            (now + trips.span(.milliseconds(1), .milliseconds(300))).microseconds
    }

    /// A program ends: nothing that was not on disk is left. Its peer hears of it at once, or only
    /// by silence when the power went.
    mutating func die(_ controller: Int, downFor span: TimeSpan, isSudden: Bool) {
        guard controllers[controller].isRunning else { return }
        controllers[controller].die()
        witness.links[controller].append((now, false))
        stopKiosk(controller)
        note("\(names[controller]) is gone for \(span.seconds) s")
        trouble(for: span + .seconds(10))
        due[slots.controller(controller)] = .max
        due[slots.connect(controller)] = .max
        for place in lamps[controller].indices { lamps[controller][place] = .fault }
        for desk in desksOf[controller] { desks[desk].unread(at: now) }
        buses[controller]?.masterStops(at: now)
        reckonBus(controller)
        let link = lines[controller].link
        lines[controller].link = 0
        lines[controller].down.clear()
        due[slots.down(controller)] = .max
        if link != 0 {
            if isSudden {
                lines[controller].up.clear()
                put(.farLost(link), after: trips.span(.seconds(4), .seconds(5)))
            } else {
                sendEndUp(controller, of: link)
            }
        }
        put(.start(controller), after: span)
    }

    mutating func feed(_ controller: Int, _ input: consuming ControllerInput) {
        let cause = Cause(input)
        conclude(controller, cause, controllers[controller].feed(consume input, at: now))
    }

    mutating func goOn(_ controller: Int) {
        conclude(controller, .other, controllers[controller].goOn(.tick, at: now))
    }

    private mutating func conclude(
        _ controller: Int, _ cause: Cause, _ outcome: Node<ControllerMachine>.Outcome
    ) {
        witness.tally.steps += 1
        switch outcome {
        case .later: break
        case .done(let changes, let effects):
            commit(changes, controller, cause)
            for place in effects.indices { perform(effects, place, controller) }
            if isUnchecked[controller] { checkBooths(controller) }
        case .died(let changes, let effects):
            commit(changes, controller, cause)
            for place in effects.indices { perform(effects, place, controller) }
            let span = controllers[controller].doomSpan
            controllers[controller].doom = nil
            die(controller, downFor: span, isSudden: span > .seconds(20))
        case .failed(let inputs): recover(controller, inputs)
        }
        due[slots.controller(controller)] =
            controllers[controller].due(now)?.microseconds ?? .max
    }

    private mutating func commit(
        _ changes: [ControllerChange], _ controller: Int, _ cause: Cause
    ) {
        guard !changes.isEmpty else { return }
        let isOnline = controllers[controller].isOnline()
        if trace != nil { tell(changes, of: controller) }
        if cause == .press { checkPress(changes, controller) }
        if cause != .command { checkTurns(changes, controller, isSeen: cause != .other) }
        witness.calmSince = troubledUntil
        witness.isCalm = now > troubledUntil && cause != .other
        witness.committed(changes, by: controller, isOnline: isOnline)
        if let excess = controllers[controller].excess() { witness.fail(9, excess) }
        isUnchecked[controller] = true
        checkFlow(controller)
    }

    /// While all is well, what a controller has written is acknowledged soon.
    private mutating func checkFlow(_ controller: Int) {
        let (count, acknowledged) = controllers[controller].outbox()
        let isCalm = now > troubledUntil && controllers[controller].isOnline()
        if factFlows[controller].stands(isCalm ? count : 0, after: acknowledged, at: now) {
            witness.fail(5, "\(names[controller]) is connected, and \(count) facts stay")
        }
    }

    /// One press does one thing: at most one call, one ticket ended.
    private mutating func checkPress(_ changes: [ControllerChange], _ controller: Int) {
        var calls = 0
        var ends = 0
        for place in changes.indices {
            guard case .fact(let fact) = changes[place] else { continue }
            switch fact.record {
            case .called(let booth, _):
                calls += 1
                checkGuardTime(booth, controller)
            case .recalled: calls += 1
            case .finished, .noShow: ends += 1
            default: break
            }
        }
        if calls > 1 || ends > 1 {
            witness.fail(4, "one press at \(names[controller]) called \(calls) and ended \(ends)")
        }
    }

    /// The second press of an impatient finger does not call the patient after next. A program that
    /// began anew in between knows nothing of the first: that is not judged.
    private mutating func checkGuardTime(_ booth: BoothNumber, _ controller: Int) {
        let owed = witness.owed[controller][Int(booth)]
        guard now > troubledUntil, owed >= 0, let last = witness.lives[owed].calledAt,
            now < last + plans[controller].guardSpan
        else { return }
        witness.fail(
            4,
            "booth \(booth) of \(names[controller]) called again "
                + "\((now - last).milliseconds) ms after \(witness.name(owed))")
    }

    /// A call by a press takes the ticket whose turn it is among all that wait in this tray. What was
    /// decided one after the other and committed at once is not judged.
    private mutating func checkTurns(
        _ changes: [ControllerChange], _ controller: Int, isSeen: Bool
    ) {
        for place in changes.indices {
            guard case .fact(let fact) = changes[place],
                case .called(let booth, let ticket) = fact.record
            else { continue }
            guard isSeen, let tray = controllers[controller].tray() else {
                witness.blurTurns(controller)
                continue
            }
            let services = plans[controller].booths[Int(booth) - 1].services
            witness.judgeTurn(ticket, tray, at: booth, for: services, controller)
        }
    }

    /// The disk did not take it: the machine is made anew from what is there, as nobatd does.
    private mutating func recover(_ controller: Int, _ inputs: [ControllerInput]) {
        guard let old = controllers[controller].machine else { return }
        let rows = controllers[controller].disk.read()
        var machine = ControllerMachine(
            plan: plans[controller], snapshot: rows, run: Epoch(random: marks.mark()))
        let first = machine.start(at: now)
        guard first.changes.isEmpty else {
            // nobatd ends, to be started anew when the disk can be written.
            return die(controller, downFor: .seconds(10), isSudden: false)
        }
        machine.inherit(from: old)
        witness.startedAt[controller] = now
        witness.links[controller].append((now, false))
        let failed = machine.step(
            .diskFailed("disk full", booths: inputs.compactMap(\.booth)), at: now)
        controllers[controller].run(machine)
        note("\(names[controller]) could not write")
        hangUp(controller)
        let refused = inputs.compactMap(\.request).map {
            ControllerEffect.reply($0, .refused(.diskFailed("disk full")))
        }
        let effects = failed.effects + refused
        for place in effects.indices { perform(effects, place, controller) }
    }

    /// Effects are looked at where they lie: they are too large to be copied for it.
    private mutating func perform(
        _ effects: [ControllerEffect], _ place: Int, _ controller: Int
    ) {
        switch effects[place] {
        case .send(let link, let message): sendUp(controller, message, on: link)
        case .show(let booth, let sign):
            witness.mix(UInt64(booth) << 8 | sign.mark)
            signs[controller][Int(booth) - 1] = sign
            isUnchecked[controller] = true
            if sign == .trouble { witness.tally.count(.troubleShown) }
            if buses[controller] != nil { show(controller, booth, sign) }
        case .lamp(let booth, let lamp):
            lamps[controller][Int(booth) - 1] = lamp
            let desk = desksOf[controller].lowerBound + Int(booth) - 1
            if hasClerks, lamp == .waiting || lamp == .offlineWaiting, desks[desk].clerk.watchesLamp
            {
                let wake = now + desks[desk].clerk.noticeSpan()
                due[slots.clerk(desk)] = min(due[slots.clerk(desk)], wake.microseconds)
            }
        case .close(let link, _):
            if lines[controller].link == link { closeNear(controller) }
        case .reply(let request, let reply):
            if !undos.isEmpty { heard(reply, request, controller) }
            heard(reply)
            if request >= SimulatedKiosk.firstRequest { answerKiosk(controller, request, reply) }
        case .event(.fact), .news: break
        case .event(let event): heard(event, controller)
        }
    }

    /// What each booth is told to show is what was last committed there.
    private mutating func checkBooths(_ controller: Int) {
        guard controllers[controller].isRunning, !controllers[controller].isCommitting else {
            return
        }
        isUnchecked[controller] = false
        for place in signs[controller].indices {
            let owed = witness.owed[controller][place + 1]
            switch signs[controller][place] {
            case .trouble: break
            case .dashes where owed < 0: break
            case .number(let number, _)
            where owed >= 0 && witness.lives[owed].ticket.number == number:
                break
            case let sign:
                witness.fail(
                    6,
                    "booth \(place + 1) of \(names[controller]) is told to show \(sign.text), not "
                        + witness.owedText(controller, BoothNumber(place + 1)))
            }
        }
    }

    // MARK: - What they say of themselves

    private mutating func heard(_ reply: Reply) {
        switch reply {
        case .nobodyWaits: witness.tally.count(.nobodyWaited)
        case .refused(let refusal): heard(refusal)
        default: break
        }
    }

    mutating func heard(_ refusal: Refusal) {
        switch refusal {
        case .guardTime: witness.tally.count(.guardTimeRefused)
        case .recallLimit: witness.tally.count(.recallLimitReached)
        case .notIntroduced: witness.tally.count(.notIntroduced)
        case .tooLate: witness.tally.count(.readmittedTooLate)
        case .settling: witness.tally.count(.settlingRefused)
        case .seriesExhausted: witness.tally.count(.seriesExhausted)
        case .serviceClosed: witness.tally.count(.closedRefused)
        default: break
        }
    }

    private mutating func heard(_ event: ControllerEvent, _ controller: Int) {
        switch event {
        case .refused(_, let refusal): heard(refusal)
        case .newEpoch: witness.tally.count(.newControllerEpoch)
        case .complaint(let complaint, _): heard(complaint)
        case .clockRefused: witness.tally.count(.clockRefused)
        case .clockBehind: witness.tally.count(.clockBehind)
        case .diskFailed: witness.tally.count(.diskFailed)
        case .diskBack: witness.tally.count(.diskBack)
        case .buttonStuck: witness.tally.count(.stuckButton)
        case .displayLost: witness.tally.count(.displayLost)
        case .displayBack: witness.tally.count(.displayBack)
        case .sessionEnded: witness.tally.count(.sessionEndedOffline)
        case .linkUp:
            controllers[controller].runsOnOldCopy = false
            witness.links[controller].append((now, true))
        case .linkDown: witness.links[controller].append((now, false))
        case .order(let order):
            if case .withdraw(let id) = order.record, let life = witness.index[id],
                witness.lives[life].state != .waiting
            {
                witness.tally.count(.withdrawnTooLate)
            }
        default: break
        }
    }

    mutating func heard(_ complaint: Complaint) {
        switch complaint {
        case .outOfOrder:
            witness.tally.count(.outOfOrder)
            trouble(for: .seconds(20))
        case .epochSuperseded: witness.tally.count(.epochSuperseded)
        case .nameTaken: witness.tally.count(.nameTaken)
        case .replaced: witness.tally.count(.greetedAgain)
        default: break
        }
    }
}

extension World {
    /// Where a call can come from; the first two take the ticket whose turn it is, the third one
    /// that was asked for by its number.
    enum Cause {
        case press, next, command, other

        init(_ input: borrowing ControllerInput) {
            switch input {
            case .press: self = .press
            case .command(.next, _): self = .next
            case .command: self = .command
            default: self = .other
            }
        }
    }
}

extension BoothSign {
    /// The last letter that it shows, for the digest.
    fileprivate var mark: UInt64 {
        switch self {
        case .number(let number, _): 0x30 + UInt64(number.value % 10)
        case .dashes, .trouble: UInt64(text.utf8.last ?? 0)
        }
    }
}
