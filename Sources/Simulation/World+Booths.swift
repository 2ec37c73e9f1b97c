// SPDX-License-Identifier: Apache-2.0

// What goes on at the booths: fingers and edges, clerks, and the displays that patients look at.

import QueueCore

extension World {
    mutating func finger(_ who: Int, _ booth: Int, _ gesture: Gesture, _ bounces: Int) {
        let desk = desk(who, booth)
        // The bouncing of a contact comes from the world's own dice, not from what went before.
        var dice = Dice(seed: scenario.seed, UInt64(bitPattern: now.microseconds) ^ UInt64(desk))
        if desks[desk].isQuiet, let wrong = desks[desk].judge() {
            witness.fail(4, "booth \(desks[desk].booth) of \(names[place(who)]): \(wrong)")
        }
        desks[desk].finger(gesture, bounces: bounces, dice: &dice, at: now)
        reckonButton(desk)
    }

    mutating func reckonButton(_ desk: Int) {
        let controller = desks[desk].controller
        guard controllers[controller].isRunning else {
            due[slots.button(desk)] = desks[desk].edgeDue?.microseconds ?? .max
            return
        }
        let paused = controllers[controller].pausedUntil
        due[slots.button(desk)] = desks[desk].due.map { max($0, paused).microseconds } ?? .max
    }

    mutating func readButton(_ desk: Int) {
        let controller = desks[desk].controller
        guard controllers[controller].isRunning else {
            desks[desk].unread(at: now)
            return reckonButton(desk)
        }
        let booth = desks[desk].booth
        for event in desks[desk].advance(to: now) {
            switch event {
            case .down: feed(controller, .buttonDown(booth))
            case .gesture(let gesture):
                if let wrong = desks[desk].understood(gesture) {
                    witness.fail(4, "booth \(booth) of \(names[controller]): \(wrong)")
                }
                nextRequest += 1
                feed(controller, .press(booth, gesture, nextRequest))
            case .stuck: feed(controller, .buttonStuck(booth, true))
            case .free: feed(controller, .buttonStuck(booth, false))
            }
            guard controllers[controller].isRunning else { break }
        }
        reckonButton(desk)
    }

    // MARK: - Clerks

    mutating func wakeClerk(_ desk: Int) {
        let controller = desks[desk].controller
        let place = Int(desks[desk].booth) - 1
        let view = Clerk.View(
            sign: signs[controller][place], lamp: lamps[controller][place],
            isInSession: isInSession)
        if view.lamp == .nobody, view.isInSession, desks[desk].clerk.watchesLamp {
            checkIdle(desk)
        } else {
            desks[desk].stoodIdle = false
        }
        let what = desks[desk].clerk.act(view, controller: controller, booth: place)
        if let deed = what.deed { perform(deed) }
        if let (after, deed) = what.later {
            put(.deed(deed), after: after)
            if case .finger = deed { witness.tally.count(.pressedTwice) }
        }
        if case .verb(_, _, .close, _) = what.deed, view.isInSession {
            witness.tally.count(.breakTaken)
        }
        if case .finger(_, _, .long, _) = what.deed {
            patientIsNextDoor(desk)
            patientComesLate(desk)
        }
        due[slots.clerk(desk)] = (now + what.wake).microseconds
    }

    /// While all is well, no booth stands idle, from one look of its clerk to the next, when another
    /// tray has more than its own booths need.
    private mutating func checkIdle(_ desk: Int) {
        let own = desks[desk].controller
        let wasIdle = desks[desk].stoodIdle
        desks[desk].stoodIdle = false
        guard names.count > 1, now > troubledUntil, scenario.isLifelike,
            controllers[own].isOpen(desks[desk].booth)
        else { return }
        let services = scenario.served[own][Int(desks[desk].booth) - 1]
            .map { scenario.services[$0].name }
        for other in names.indices where other != own {
            let count = controllers[other].waiting(for: services) { ticket in
                witness.index[ticket.id].map { witness.lives[$0].issuedAt + .seconds(20) < now }
                    ?? false
            }
            guard count > 2 * plans[other].booths.count + 2 else { continue }
            desks[desk].stoodIdle = true
            guard wasIdle else { continue }
            witness.fail(
                7,
                "booth \(desks[desk].booth) of \(names[own]) stands idle while \(count) wait "
                    + "for it at \(names[other])")
        }
    }

    /// One in four who seem not to come stand at the next booth: its clerk calls their number, and then
    /// the first one takes the no-show back.
    private mutating func patientIsNextDoor(_ desk: Int) {
        let controller = desks[desk].controller
        let booth = Int(desks[desk].booth) - 1
        let owed = witness.owed[controller][booth + 1]
        guard owed >= 0, owed % 4 == 0, desksOf[controller].count > 1 else { return }
        let call = Deed.callNumber(
            controller, booth: booth + 1, ticket: witness.lives.count - 1 - owed)
        put(.deed(call), after: .milliseconds(1_500))
        put(.deed(.verb(controller, booth: booth, .undo, service: 0)), after: .seconds(3))
    }

    /// Whether the clinic takes patients: 8–12 and 13–20, or shorter in hasty worlds.
    var isInSession: Bool {
        let second = now.microseconds / 1_000_000 % 86_400
        return sessions.contains { $0.contains(second) }
    }

    // MARK: - Displays

    mutating func show(_ controller: Int, _ booth: BoothNumber, _ sign: BoothSign) {
        buses[controller]?.show(booth, sign, at: now)
        reckonBus(controller)
    }

    mutating func reckonBus(_ controller: Int) {
        due[slots.bus(controller)] = buses[controller]?.deadline?.microseconds ?? .max
    }

    mutating func moveBus(_ controller: Int) {
        let news = buses[controller]?.advance(to: now) ?? []
        for (booth, works) in news { feed(controller, .displayWorks(booth, works)) }
        reckonBus(controller)
        lookAtDisplays(controller)
    }

    /// A display tells the booth's last committed call, one that was so a moment ago, or that it does
    /// not know.
    private mutating func lookAtDisplays(_ controller: Int) {
        guard let bus = buses[controller] else { return }
        for booth in plans[controller].booths.map(\.number) {
            witness.tally.looks += 1
            let text = bus.text(booth)
            let owed = witness.owedText(controller, booth)
            if text == BoothSign.dashes.text, text != owed, !controllers[controller].isRunning {
                witness.tally.count(.dashesForSilence)
            }
            guard text != owed, text != BoothSign.dashes.text, text != BoothSign.trouble.text,
                !text.allSatisfy({ $0 == " " })
            else { continue }
            let age = now - witness.owedSince[controller][Int(booth)]
            if age > staleMax(controller) {
                witness.fail(
                    6,
                    "booth \(booth) of \(names[controller]) shows \(text) \(age.milliseconds) ms "
                        + "after it became \(owed)")
            }
        }
    }

    /// How long a display may tell an older call: until its line is bad, what the bus is bound to.
    private func staleMax(_ controller: Int) -> TimeSpan {
        let isBad = now < badUntil[controller] + .seconds(15)
        return isBad
            ? UnitBusLimits.shownWithinOnBadLine
            : UnitBusLimits.dashesWithin
                + UnitBusLimits.shownWithin(units: plans[controller].booths.count)
    }

    mutating func strikeDisplays(_ deed: Deed) {
        switch deed {
        case .deadUnit(let who, let booth, let span):
            let controller = place(who)
            let number = number(who, booth)
            buses[controller]?.setDead(number, true, at: now)
            put(.unitBack(controller, number), after: span)
        case .unitRestart(let who, let booth):
            let number = number(who, booth)
            buses[place(who)]?.restart(number, at: now)
        case .framesLost(let who, let perMille, let span):
            buses[place(who)]?.framesLostPerMille = perMille
            badUntil[place(who)] = now + span
            put(.framesSound(place(who)), after: span)
        case .adapterGone(let who, let span):
            buses[place(who)]?.setPort(lost: true, at: now)
            put(.adapterBack(place(who)), after: span)
        default: return
        }
        if case .deadUnit(let who, _, _) = deed { reckonBus(place(who)) }
        for controller in names.indices where buses[controller] != nil { reckonBus(controller) }
    }
}
