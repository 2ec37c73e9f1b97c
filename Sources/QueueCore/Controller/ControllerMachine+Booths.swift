// SPDX-License-Identifier: Apache-2.0

// What stands at a booth: its ticket, its display and its lamp.

extension ControllerMachine {
    /// The ticket at a booth.
    func current(_ index: Int) -> HeldTicket? {
        guard let id = booths[index].record.current, let held = tickets[id], held.state == .called
        else { return nil }
        return held
    }

    /// The ticket that a number means now: the one alive, or else the one issued last.
    func find(_ number: TicketNumber) -> HeldTicket? {
        var found: HeldTicket?
        for held in tickets.values where held.ticket.number == number {
            if let rival = found {
                let isBetter =
                    held.state.isAlive != rival.state.isAlive
                    ? held.state.isAlive
                    : (held.ticket.rank, held.ticket.id) > (rival.ticket.rank, rival.ticket.id)
                if isBetter { found = held }
            } else {
                found = held
            }
        }
        return found
    }

    /// Records that a ticket left the booth or the tray, and tells the central.
    mutating func end(
        _ held: HeldTicket, as state: TicketState, fact: Fact, happened time: PastTime? = nil
    ) {
        var held = held
        held.state = state
        keep(held)
        append(fact, happened: time)
        forgetEnded()
    }

    mutating func finishCurrent(_ index: Int) -> HeldTicket? {
        guard let held = current(index) else { return nil }
        let booth = booths[index].plan.number
        _ = finish(held, at: booth)
        booths[index].record.current = nil
        output.changes.append(.booth(booths[index].record))
        return held
    }

    /// Puts a called ticket at a booth whose last one has been ended.
    mutating func place(_ held: HeldTicket, at index: Int, instead previous: TicketID?) {
        var held = held
        let booth = booths[index].plan.number
        held.state = .called
        held.booth = booth
        held.recalls = 0
        keep(held)
        booths[index].record.current = held.ticket.id
        booths[index].calledAt = now
        freshCalls.append(index)
        remember(index, uncalled: held.ticket.id, restored: previous)
        output.changes.append(.booth(booths[index].record))
        append(.called(booth: booth, ticket: held.ticket))
        show(index, attention: true)
    }

    /// Leaves the booth empty; the press that did it can be taken back when it left a ticket to restore.
    mutating func clear(_ index: Int, restored: TicketID?) {
        booths[index].record.current = nil
        remember(index, restored: restored)
        booths[index].calledAt = nil
        output.changes.append(.booth(booths[index].record))
        show(index, attention: false)
    }

    mutating func show(_ index: Int, attention: Bool) {
        effect(.show(booths[index].plan.number, sign(index, attention: attention)))
    }

    /// What a booth's display is to show: its last committed call, or dashes.
    public func sign(_ index: Int, attention: Bool = false) -> BoothSign {
        guard let held = current(index) else { return .dashes }
        return .number(held.ticket.number, attention: attention)
    }

    /// Whether somebody waits for a booth.
    func someoneWaits(for index: Int) -> Bool {
        let services = booths[index].record.services
        return tray.contains { services.contains($0.service) } || someoneComes(for: services)
    }

    mutating func refreshLamps() {
        for index in booths.indices {
            let isFaulty =
                booths[index].isStuck || !booths[index].displayWorks || hasDiskTrouble
            let lamp: LampState =
                if isFaulty {
                    .fault
                } else if someoneWaits(for: index) {
                    link.isLive ? .waiting : .offlineWaiting
                } else {
                    link.isLive ? .nobody : .offlineNobody
                }
            if booths[index].lamp != lamp {
                booths[index].lamp = lamp
                effect(.lamp(booths[index].plan.number, lamp))
            }
        }
    }

    /// Makes room: the oldest of the ended tickets that nobody needs any more.
    private mutating func forgetEnded() {
        guard tickets.count > Limits.controllerTicketsMax else { return }
        let ended = tickets.values.filter { !$0.state.isAlive }
        let needed = Set(booths.compactMap { $0.undo?.restored })
        let oldest = ended.sorted {
            ($0.ticket.rank, $0.ticket.id) < ($1.ticket.rank, $1.ticket.id)
        }
        for held in oldest.prefix(Limits.controllerTicketsMax / 10)
        where !needed.contains(held.ticket.id) {
            forget(held.ticket.id)
        }
    }

    // MARK: - Trouble

    mutating func noteStuck(_ number: BoothNumber, _ isStuck: Bool) {
        guard let index = booths.firstIndex(where: { $0.plan.number == number }),
            booths[index].isStuck != isStuck
        else { return }
        booths[index].isStuck = isStuck
        trayChanged = true
        effect(.event(isStuck ? .buttonStuck(number) : .buttonFree(number)))
    }

    mutating func noteDisplay(_ number: BoothNumber, _ works: Bool) {
        guard let index = booths.firstIndex(where: { $0.plan.number == number }),
            booths[index].displayWorks != works
        else { return }
        booths[index].displayWorks = works
        trayChanged = true
        effect(.event(works ? .displayBack(number) : .displayLost(number)))
    }

    mutating func noteDiskFailure(_ why: String, _ pressed: [BoothNumber]) {
        hasDiskTrouble = true
        trayChanged = true
        effect(.event(.diskFailed(why)))
        for booth in booths where pressed.contains(booth.plan.number) {
            effect(.show(booth.plan.number, .trouble))
        }
    }

    /// This step's effects are carried out only when the disk has taken its changes.
    mutating func clearDiskTrouble() {
        hasDiskTrouble = false
        trayChanged = true
        effect(.event(.diskBack))
        let shown = output.effects.compactMap { effect in
            if case .show(let booth, _) = effect { booth } else { nil }
        }
        for index in booths.indices where !shown.contains(booths[index].plan.number) {
            show(index, attention: false)
        }
    }
}
