// SPDX-License-Identifier: Apache-2.0

// The Modbus RTU master of one bus of booth units. Shows go before polls, live units before those
// that are gone, and no unit can hold back another for longer than one exchange.

import BoothUnit
import QueueCore

/// The driver of a bus of booth units (register map: Firmware/RegisterMap.md).
public struct BusMaster: DisplayDriver {
    /// How the bus is run.
    public let settings: BusSettings
    /// Bytes that belonged to no reply.
    public private(set) var strayBytes = 0

    private var links: [UnitLink]
    private var indices: [UnitAddress: Int] = [:]
    private var exchange: Exchange?
    private var isPortReady = false
    /// Nothing is sent before: the silence between frames.
    private var quietUntil: Moment
    /// Until when unasked bytes can prolong the silence.
    private var noiseHoldUntil: Moment?
    private var lastTurnWasLame = false
    /// An exchange of a technician's job: one that waits, one in flight, and what one brought.
    private var waitingRequest: JobRequest?
    private var jobExchange: JobExchange?
    private var jobOutcome: JobOutcome?
    private var lastTurnWasJob = false
    private var events = EventList()

    /// A master for `units`, which must be different and at most `DisplayLimits.unitsMax`, with
    /// `settings` that have no `problems`. Nothing is sent before `portReady(at:)`.
    ///
    /// `firstTag` marks the first show; one that differs from run to run (any value) tells a unit
    /// a repeated write from the first one of a new run.
    public init(
        units: [UnitAddress], settings: BusSettings, firstTag: UInt16 = 0, at now: Moment = .zero
    ) {
        precondition(units.count <= DisplayLimits.unitsMax, "too many units on one bus")
        precondition(settings.problems.isEmpty, "bus settings with problems")
        self.settings = settings
        quietUntil = now
        links = units.sorted().map { UnitLink(address: $0, firstTag: firstTag, at: now) }
        for (index, link) in links.enumerated() { indices[link.state.address] = index }
        precondition(indices.count == units.count, "a unit stands twice on one bus")
    }

    /// Each unit of the bus, by address.
    public var unitStates: [UnitState] { links.map(\.state) }

    /// Events that gave way to newer ones before they were taken.
    public var eventsDropped: Int { events.dropped }

    /// Orders a unit to show `content`; the latest order wins. False: there is no such unit.
    @discardableResult
    public mutating func show(
        unit: UnitAddress, content: DisplayContent, at now: Moment
    ) -> Bool {
        guard let index = indices[unit] else { return false }
        links[index].order(content, at: now)
        return true
    }

    /// What to do now; also where overdue replies are noticed.
    public mutating func next(at now: Moment) -> BusStep {
        guard isPortReady else { return .idle(until: now + DisplayLimits.portLostIdle) }
        if let current = exchange {
            guard now >= current.deadline else { return .idle(until: current.deadline) }
            giveUp(current, at: now)
        }
        if let current = jobExchange {
            guard now >= current.deadline else { return .idle(until: current.deadline) }
            jobExchange = nil
            jobOutcome = current.outcome
            return .idle(until: now)
        }
        guard now >= quietUntil else { return .idle(until: quietUntil) }
        let index = turn(at: now)
        if let request = waitingRequest, jobMayGo(before: index) {
            return transmit(request, at: now)
        }
        guard let index else {
            let due = links.filter { !$0.isHeld }.map(\.dueAt).min()
            return .idle(until: due ?? now + DisplayLimits.portLostIdle)
        }
        return transmit(to: index, at: now)
    }

    /// Bytes came in.
    public mutating func received(_ bytes: [UInt8], at now: Moment) {
        guard !bytes.isEmpty else { return }
        if jobExchange != nil {
            jobExchange?.append(bytes, at: now)
            quietUntil = now + settings.frameGap
            return
        }
        guard var current = exchange else {
            strayBytes += bytes.count
            let holdUntil = noiseHoldUntil ?? now + DisplayLimits.noiseHoldMax
            noiseHoldUntil = holdUntil
            quietUntil = max(quietUntil, min(now + settings.frameGap, holdUntil))
            return
        }
        current.append(bytes)
        exchange = current
        quietUntil = now + settings.frameGap
        guard let reply = current.reply else { return }
        exchange = nil
        strayBytes += current.excess
        switch reply {
        case .words(let words, let strays):
            strayBytes += strays
            links[current.link].accept(current.kind, words: words, at: now, settings: settings)
        case .exception(let code, let strays):
            strayBytes += strays
            links[current.link].refused(code: code, at: now, settings: settings)
        }
        collectEvents(of: current.link, at: now)
    }

    /// The port is open; every unit is asked at once.
    public mutating func portReady(at now: Moment) {
        isPortReady = true
        exchange = nil
        forgetJob()
        quietUntil = now + settings.frameGap
        noiseHoldUntil = nil
        for index in links.indices { links[index].dueAt = now }
    }

    /// The port is gone; what was in flight is forgotten, and no display's state is known.
    public mutating func portLost(at now: Moment) {
        isPortReady = false
        exchange = nil
        forgetJob()
        for index in links.indices {
            links[index].goOffline(at: now)
            collectEvents(of: index, at: now)
        }
    }

    /// What happened since the last time; at most `DisplayLimits.eventsMax`, oldest first.
    public mutating func takeEvents() -> [UnitEvent] { events.take() }

    // MARK: Jobs

    /// Wants one exchange for a job; one at a time. Shows of sound units go before it, and other
    /// turns of units take place in between.
    public mutating func ask(_ request: JobRequest) {
        precondition(waitingRequest == nil && jobExchange == nil, "one exchange of a job at a time")
        jobOutcome = nil
        waitingRequest = request
    }

    /// What the exchange brought, once it is over; then nil.
    public mutating func takeOutcome() -> JobOutcome? {
        defer { jobOutcome = nil }
        return jobOutcome
    }

    /// From now on nothing is sent to `unit` but what jobs ask; its orders are kept.
    public mutating func hold(unit: UnitAddress, at now: Moment) {
        guard let index = indices[unit] else { return }
        links[index].isHeld = true
        links[index].setVerified(false, at: now)
    }

    /// Sends `unit` its settings and its show again.
    public mutating func release(unit: UnitAddress, at now: Moment) {
        guard let index = indices[unit], links[index].isHeld else { return }
        links[index].release(at: now)
    }

    /// A job gives way to shows that can be verified at once, and every second turn to polls.
    private func jobMayGo(before index: Int?) -> Bool {
        guard let index else { return true }
        if links[index].needsShow, !links[index].isLame { return false }
        return !lastTurnWasJob
    }

    private mutating func transmit(_ request: JobRequest, at now: Moment) -> BusStep {
        let next = JobExchange(request, settings: settings, at: now)
        waitingRequest = nil
        jobExchange = next
        lastTurnWasJob = true
        noiseHoldUntil = nil
        return .transmit(next.frame, replyLength: request.replyLength, deadline: next.deadline)
    }

    /// What a job waits for does not come any more.
    private mutating func forgetJob() {
        if waitingRequest != nil || jobExchange != nil { jobOutcome = .silence }
        waitingRequest = nil
        jobExchange = nil
    }

    // MARK: Turns

    private mutating func transmit(to index: Int, at now: Moment) -> BusStep {
        let kind = links[index].nextKind
        let request = links[index].request(for: kind, settings: settings)
        let replyLength = ModbusReply.length(words: kind.words)
        let deadline =
            now + settings.exchangeTime(requestBytes: request.count, replyBytes: replyLength)
        exchange = Exchange(link: index, kind: kind, request: request, deadline: deadline)
        lastTurnWasLame = links[index].isLame
        lastTurnWasJob = false
        noiseHoldUntil = nil
        return .transmit(request, replyLength: replyLength, deadline: deadline)
    }

    /// The unit whose turn it is. Units that may not answer never have two turns in a row while
    /// sound ones wait; so however many of them there are, the sound ones are heard in time.
    private func turn(at now: Moment) -> Int? {
        let due = links.indices.filter { links[$0].dueAt <= now && !links[$0].isHeld }
        guard let first = due.min(by: { rank($0) < rank($1) }) else { return nil }
        if lastTurnWasLame {
            return due.filter { !links[$0].isLame }.min { rank($0) < rank($1) } ?? first
        }
        let late = now - DisplayLimits.offlineTurnLateMax
        let waiting = due.filter { links[$0].state.health == .offline && links[$0].dueAt <= late }
        return waiting.min { links[$0].dueAt < links[$1].dueAt } ?? first
    }

    /// Shows before polls, sound units before lame ones, those that are gone last.
    private func rank(_ index: Int) -> (Int, Moment) {
        let link = links[index]
        if link.state.health == .offline { return (4, link.dueAt) }
        return ((link.needsShow ? 0 : 2) + (link.isLame ? 1 : 0), link.dueAt)
    }

    private mutating func giveUp(_ current: Exchange, at now: Moment) {
        exchange = nil
        strayBytes += current.excess
        links[current.link].missed(current.fault, at: now, settings: settings)
        collectEvents(of: current.link, at: now)
    }

    private mutating func collectEvents(of index: Int, at now: Moment) {
        for kind in links[index].events {
            events.add(UnitEvent(unit: links[index].state.address, kind: kind, at: now))
        }
        links[index].events = []
    }
}
