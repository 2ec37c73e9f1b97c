// SPDX-License-Identifier: Apache-2.0

// What people do and what breaks, carried out.

import QueueCore

extension World {
    /// From now on for so long, not all is well: order across trays is not judged.
    mutating func trouble(for span: TimeSpan) {
        troubledUntil = max(troubledUntil, now + span)
    }

    mutating func perform(_ deed: Deed) {
        done.append(TimedDeed(at: now, deed: deed))
        if let fault = deed.fault, happens(deed) { witness.tally.count(fault) }
        if trace != nil { tell(deed) }
        switch deed {
        case .take(let service, let priority, let twice):
            takeAtKiosk(service, priority, asksTwice: twice)
        case .takeAt(let who, let service, let priority, let count):
            let name = scenario.services[service % scenario.services.count].name
            for _ in 0..<count { command(who, .take(service: name, priority: priority)) }
        case .finger(let who, let booth, let gesture, let bounces):
            finger(who, booth, gesture, bounces)
        case .hold(let who, let booth, let span):
            let desk = desk(who, booth)
            desks[desk].hold(for: span, at: now)
            reckonButton(desk)
        case .lostEdges(let who, let booth):
            let desk = desk(who, booth)
            desks[desk].loseEdges(at: now)
            reckonButton(desk)
        case .verb(let who, let booth, let verb, let service):
            if verb == .undo { expectUndo(place(who), number(who, booth)) }
            command(who, Self.command(number(who, booth), verb, service, scenario))
        case .callNumber(let who, let booth, let ticket):
            if let found = newest(ticket) {
                witness.tally.count(.calledByNumber)
                command(who, .call(number(who, booth), found))
            }
        case .callValue(let who, let booth, let value):
            if let series = scenario.services.first?.series,
                let typed = TicketNumber(series: series, value: value)
            {
                command(who, .call(number(who, booth), typed))
            }
        case .cancelAt(let who, let ticket):
            if let found = newest(ticket) { command(who, .cancel(found)) }
        case .readmit(let who, let life):
            if life < witness.lives.count {
                command(who, .readmit(witness.lives[life].ticket.number))
            }
        case .cancel(let ticket):
            if let found = newest(ticket) { ask(.cancel(found)) }
        case .fence(let who): fence(place(who))
        case .patient(let deed): perform(deed)
        case .tap, .code, .paperUsedUp, .printerGone: performAtKiosk(deed)
        default: strike(deed)
        }
    }

    /// Whether a fault finds what it could strike.
    private func happens(_ deed: Deed) -> Bool {
        switch deed {
        case .oneWay(let who, _, _), .halfOpen(let who), .truncate(let who, _), .echo(let who):
            lines[place(who)].link != 0
        case .crash(let who?, _, _), .pause(let who?, _), .namesake(let who):
            controllers[place(who)].isRunning
        case .restoreBackup(let who?, _), .restore(let who?, _):
            controllers[place(who)].disk.backup != nil
        case .restoreBackup(nil, _), .restore(nil, _): central.disk.backup != nil
        case .crash(nil, _, _), .pause(nil, _): central.isRunning
        case .deadUnit(let who, _, _), .unitRestart(let who, _), .framesLost(let who, _, _),
            .adapterGone(let who, _):
            buses[place(who)] != nil
        case .fence: central.isRunning
        default: true
        }
    }

    func place(_ who: Int) -> Int { who % names.count }

    func desk(_ who: Int, _ booth: Int) -> Int {
        let range = desksOf[place(who)]
        return range.lowerBound + booth % range.count
    }

    func number(_ who: Int, _ booth: Int) -> BoothNumber { desks[desk(who, booth)].booth }

    mutating func command(_ who: Int, _ command: ControllerCommand) {
        nextRequest += 1
        feed(place(who), .command(command, nextRequest))
    }

    mutating func ask(_ command: CentralCommand) {
        nextRequest += 1
        feedCentral(.command(command, nextRequest))
    }

    private static func command(
        _ booth: BoothNumber, _ verb: Deed.Verb, _ service: Int, _ scenario: Scenario
    ) -> ControllerCommand {
        switch verb {
        case .next: .next(booth)
        case .recall: .recall(booth)
        case .noShow: .noShow(booth)
        case .finish: .finish(booth)
        case .park: .park(booth, seconds: nil)
        case .transfer:
            .transfer(booth, service: scenario.services[service % scenario.services.count].name)
        case .undo: .undo(booth)
        case .open: .open(booth)
        case .close: .close(booth)
        case .giveBack: .giveBack(booth)
        }
    }

    private func newest(_ ticket: Int) -> TicketNumber? {
        let lives = witness.lives
        return lives.isEmpty ? nil : lives[lives.count - 1 - ticket % lives.count].ticket.number
    }

    /// An operator declares a controller gone. Nobody does that to one that is seen to be there. Before,
    /// a patient of its hall has gone home, and was cancelled in vain.
    private mutating func fence(_ controller: Int) {
        guard central.isRunning else { return }
        if let last = central.machine?.trays[names[controller]]?.last { ask(.cancel(last.number)) }
        witness.hasFenced = true
        trouble(for: .seconds(20))
        ask(.fence(names[controller]))
    }

    // MARK: - What breaks

    private mutating func strike(_ deed: Deed) {
        switch deed {
        case .cut(let who, let span): cut(place(who), for: span)
        case .oneWay(let who, let up, let span): blockOneWay(place(who), up: up, for: span)
        case .halfOpen(let who): breakSilently(place(who), withEcho: false)
        case .echo(let who): breakSilently(place(who), withEcho: true)
        case .truncate(let who, let up): tear(place(who), up: up)
        case .lose(let who, let up):
            trouble(for: .seconds(20))
            if up { lines[place(who)].up.loses = true } else { lines[place(who)].down.loses = true }
        case .double(let who, let up):
            trouble(for: .seconds(20))
            if up {
                lines[place(who)].up.doubles = true
            } else {
                lines[place(who)].down.doubles = true
            }
        case .slow(let who, let span):
            trouble(for: span)
            lines[place(who)].slowUntil = now + span
        case .deadUnit, .unitRestart, .framesLost, .adapterGone: strikeDisplays(deed)
        case .clockStep(let who, let seconds, let isTrusted):
            stepClock(who, by: seconds, isTrusted: isTrusted)
        case .clockBack(let who): mendClock(who)
        default: strikePrograms(deed)
        }
    }

    private mutating func strikePrograms(_ deed: Deed) {
        switch deed {
        case .crash(let who?, let point, let span):
            let who = place(who)
            guard point != .now else {
                checkDisk(who)
                return die(who, downFor: span, isSudden: span > .seconds(20))
            }
            controllers[who].doom = point
            controllers[who].doomSpan = span
        case .crash(nil, let point, let span):
            guard point != .now else {
                checkCentralDisk()
                return dieCentral(downFor: span, isSudden: span > .seconds(20))
            }
            central.doom = point
            central.doomSpan = span
        case .restart(let who):
            checkDisk(place(who))
            die(place(who), downFor: .milliseconds(500), isSudden: false)
        case .pause(let who?, let span): pause(place(who), for: span)
        case .pause(nil, let span): pauseCentral(for: span)
        case .fullDisk(let who?, let span):
            trouble(for: span + .seconds(10))
            controllers[place(who)].fullUntil = now + span
        case .fullDisk(nil, let span):
            trouble(for: span + .seconds(20))
            central.fullUntil = now + span
        case .stalledDisk(let who?, let span):
            trouble(for: span + .seconds(10))
            controllers[place(who)].stalledUntil = now + span
        case .stalledDisk(nil, let span):
            trouble(for: span + .seconds(10))
            central.stalledUntil = now + span
        default: strikeDisks(deed)
        }
    }

    /// Another controller of the same name greets while the true one is connected.
    mutating func greetFalsely(_ controller: Int) {
        guard let machine = central.machine, machine.links[names[controller]] != nil else { return }
        lastLink += 256
        let link = lastLink | 0xFE
        let hello = Hello(
            version: 2, name: names[controller], epoch: Epoch(random: marks.mark()), central: nil,
            applied: 0, first: 1, last: 0, acknowledged: 0, day: .unknown)
        feedCentral(.connected(link))
        feedCentral(.message(link, .hello(hello), random: marks.mark()))
        feedCentral(.disconnected(link))
    }

    /// A stopped program hears nothing and says nothing; its peers hang up.
    private mutating func pause(_ controller: Int, for span: TimeSpan) {
        guard controllers[controller].isRunning else { return }
        trouble(for: span + .seconds(10))
        controllers[controller].pausedUntil = now + span
        buses[controller]?.masterPauses(at: now)
        put(.goesOn(controller), after: span)
        let link = lines[controller].link
        if span >= .seconds(5), link != 0 { put(.farLost(link), after: .seconds(5)) }
        if span >= .seconds(5), link != 0 {
            put(.nearLost(controller, link), after: span + .milliseconds(1))
        }
        for desk in desksOf[controller] { reckonButton(desk) }
        due[slots.controller(controller)] =
            controllers[controller].due(now)?.microseconds ?? .max
    }

    private mutating func pauseCentral(for span: TimeSpan) {
        guard central.isRunning else { return }
        trouble(for: span + .seconds(20))
        central.pausedUntil = now + span
        if span >= .seconds(5) {
            for controller in names.indices where lines[controller].link != 0 {
                put(.nearLost(controller, lines[controller].link), after: .seconds(5))
            }
        }
        due[slots.central] = central.due(now)?.microseconds ?? .max
    }

    mutating func happen(_ thing: Later) {
        switch thing {
        case .deed(let deed): perform(deed)
        case .start(let controller): start(controller)
        case .startCentral: startCentral()
        case .nearLost(let controller, let link):
            if lines[controller].link == link { hangUp(controller) }
        case .farLost(let link): feedCentral(.disconnected(link))
        case .goesOn(let controller):
            if now >= controllers[controller].pausedUntil, controllers[controller].isRunning {
                buses[controller]?.masterResumes(at: now)
                reckonBus(controller)
            }
        case .lateMessage(let link, let message):
            feedCentral(.message(link, message, random: marks.mark()))
        case .unitBack(let controller, let booth):
            buses[controller]?.setDead(booth, false, at: now)
            reckonBus(controller)
        case .framesSound(let controller):
            buses[controller]?.framesLostPerMille = 0
        case .minute: passMinute()
        case .centralClock: if central.isRunning { tellCentralClock() }
        case .kiosk(let controller, let thing): happen(thing, controller)
        case .adapterBack(let controller):
            buses[controller]?.setPort(lost: false, at: now)
            reckonBus(controller)
        case .sessionOver(let over): checkSessionIsOver(over)
        }
    }

    // MARK: - Clocks

    /// What day it is, whatever clocks say.
    mutating func lookAtTheSun() {
        witness.trueDay = schedule.serviceDay(on: wallDay(0), at: wallTime(0))
    }

    mutating func tellClock(_ controller: Int) {
        lookAtTheSun()
        let error = controllers[controller].wallError
        let isTrusted = controllers[controller].knowsTime
        tellTime(controller)
        feed(
            controller,
            .clock(today: wallDay(error), at: wallTime(error), isTrusted: isTrusted))
    }

    mutating func tellCentralClock() {
        lookAtTheSun()
        tellCentralTime()
        let error = central.wallError
        feedCentral(
            .clock(today: wallDay(error), at: wallTime(error), isTrusted: central.knowsTime))
    }

    mutating func tellClocks() {
        let isCentralFirst = trips.chance(perMille: 500)
        if isCentralFirst { tellCentralClock() }
        for controller in names.indices { tellClock(controller) }
        if !isCentralFirst { tellCentralClock() }
    }

    /// A clock that is believed goes wrong only where a service day is known: a program that knows
    /// none has nothing else to go by.
    private mutating func stepClock(_ who: Int?, by seconds: Int64, isTrusted: Bool) {
        let day = who.map { controllers[place($0)].machine?.meta.day } ?? central.machine?.meta.day
        if isTrusted, day == nil || day == .unknown { return }
        if let who {
            controllers[place(who)].wallError = seconds
            controllers[place(who)].knowsTime = isTrusted
            tellClock(place(who))
        } else {
            central.wallError = seconds
            central.knowsTime = isTrusted
            tellCentralClock()
        }
    }

    mutating func mendClock(_ who: Int?) {
        if let who {
            controllers[place(who)].wallError = 0
            controllers[place(who)].knowsTime = scenario.controllersKnowTime
            tellClock(place(who))
        } else {
            central.wallError = 0
            central.knowsTime = true
            // What came before it is judged by the old one.
            central.heardClock = max(now, central.pausedUntil)
            tellCentralClock()
        }
    }
}
