// SPDX-License-Identifier: Apache-2.0

// When things happened, for people: the history keeps what the controllers' clocks said, and for the
// central's own lines what its own clock says.

/// The end of a controller's connection.
struct LinkLoss: Sendable {
    let controller: Name
    let at: WallTime
}

extension CentralMachine {
    mutating func record(_ entry: consuming HistoryEntry, at past: HistoryTime? = nil) {
        sayOwedStart()
        let time = past ?? time(of: entry)
        pace.note(entry)
        output.changes.append(.history(day: meta.day, at: time, copy entry))
        output.effects.append(.event(.history(entry)))
    }

    private func time(of entry: HistoryEntry) -> HistoryTime {
        let here = wall.time(at: now)
        guard case .fact(_, _, let fact) = entry else { return HistoryTime(here) }
        return fact.at.isKnown ? HistoryTime(fact.at) : HistoryTime(here, isArrival: true)
    }

    /// The first step of a run says that all connections begin anew; it knows the time when that is
    /// what the step tells.
    mutating func sayThatItStarted(_ input: CentralInput) {
        hasSaidThatItStarted = true
        if case .time(let time) = input { wall.set(time, at: now) }
        sayStart()
    }

    private mutating func sayStart() { record(.started(lastAlive: meta.aliveAt)) }

    /// Its start, as of when the last run ended.
    private mutating func sayOwedStart() {
        guard owesItsStart else { return }
        owesItsStart = false
        sayStart()
    }

    /// The wall clock was read; that the central runs is kept on disk once a minute.
    mutating func readWall(_ time: WallTime) {
        wall.set(time, at: now)
        guard time.isKnown else { return }
        let since = time - aliveSaidAt
        guard since == nil || abs(since ?? 0) >= Limits.aliveSeconds else { return }
        sayOwedStart()
        aliveSaidAt = time
        meta.aliveAt = time
        metaChanged = true
        for loss in unsaidLosses { say(loss) }
        unsaidLosses = []
    }

    /// A controller comes back whose loss could not be written: that is said first.
    mutating func sayLoss(of name: Name) {
        guard let place = unsaidLosses.firstIndex(where: { $0.controller == name }) else { return }
        say(unsaidLosses.remove(at: place))
    }

    /// The end of a connection, when it was.
    mutating func say(_ loss: LinkLoss) {
        freshLosses.append(loss)
        let count = trays[loss.controller]?.count ?? 0
        record(.linkDown(loss.controller, trayCount: count), at: HistoryTime(loss.at))
    }

    /// The changes of the steps so far are on disk.
    public mutating func committed() {
        freshLosses.removeAll()
        hasToldItsStart = hasSaidThatItStarted && !owesItsStart
    }

    /// Takes over the clock and the day's pace of a machine that this one replaces, whose disk failed:
    /// the run goes on, and the connections that end with it are said when the disk is written again.
    public mutating func inherit(from old: CentralMachine) {
        wall = old.wall
        pace = old.pace
        localTime = old.localTime
        desk.clock = old.desk.clock
        hasSaidThatItStarted = old.hasSaidThatItStarted
        hasToldItsStart = old.hasToldItsStart
        owesItsStart = hasSaidThatItStarted && !hasToldItsStart
        aliveSaidAt = old.aliveSaidAt
        unsaidLosses = []
        let ending = old.links.keys.map {
            LinkLoss(controller: $0, at: old.wall.time(at: old.now))
        }
        // What was lost first counts: since then the controller was never here for good.
        for loss in old.unsaidLosses + old.freshLosses + ending
        where !unsaidLosses.contains(where: { $0.controller == loss.controller }) {
            unsaidLosses.append(loss)
        }
    }

    /// Learns the day's pace from its history, after a start.
    public mutating func remember(_ line: HistoryEntry) { pace.note(line) }

    /// What of the day's pace was begun before the start can't be ended.
    public mutating func remembered() { pace.forgetOpen() }

    // MARK: - Waiting

    /// How many of its service wait before a ticket, and how long it will wait itself.
    func wait(for ticket: Ticket, hall: Name) -> (ahead: Int, wait: TimeSpan?) {
        var line = WaitingLine(for: ticket)
        line.add(pool[hall] ?? [])
        for entry in controllers(in: hall) {
            if let tray = trays[entry.name] { line.add(tray) }
            for booth in booths[entry.name] ?? [] where booth.isOpen {
                line.add(booth: booth.services, isBusy: booth.current != nil)
            }
        }
        return (line.ahead, line.wait(pace))
    }
}

extension ControllerMachine {
    /// How many of its service wait here before a ticket, and how long it will wait itself.
    func wait(for ticket: Ticket) -> (ahead: Int, wait: TimeSpan?) {
        var line = WaitingLine(for: ticket)
        line.add(tray)
        for index in booths.indices where booths[index].record.isOpen {
            line.add(booth: booths[index].record.services, isBusy: current(index) != nil)
        }
        return (line.ahead, line.wait(pace))
    }
}
