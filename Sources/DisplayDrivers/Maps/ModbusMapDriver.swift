// SPDX-License-Identifier: Apache-2.0

// The driver of a line of makers' Modbus displays. Every write is answered, so a display that is
// gone is noticed; that the digits are right is known only where they can be read back. A display
// keeps what it shows when its line falls silent: it can't go to dashes by itself.

import BoothUnit
import QueueCore

/// The driver of one bus of Modbus displays with one register map.
public struct ModbusMapDriver: DisplayDriver {
    /// What the registers are.
    public let map: RegisterMap
    /// How the bus is run; beeps and dead-man time mean nothing to these displays.
    public let settings: BusSettings
    /// Whether the adapter returns what it sends, which for a written register looks like the
    /// display's answer.
    public let echoes: Bool
    /// Bytes that belonged to no reply.
    public private(set) var strayBytes = 0

    private var links: [MapLink]
    private var exchange: MapExchange?
    private var isPortReady = false
    private var quietUntil: Moment
    private var lastTurnWasLame = false
    private var events = EventList()

    /// A driver for `units`, which must be different and at most `DisplayLimits.unitsMax`, with
    /// `settings` that have no `problems`. Nothing is sent before `portReady(at:)`.
    public init(
        map: RegisterMap, units: [UnitAddress], settings: BusSettings, echoes: Bool = false,
        at now: Moment = .zero
    ) {
        precondition(units.count <= DisplayLimits.unitsMax, "too many displays on one bus")
        precondition(Set(units).count == units.count, "a display stands twice on one bus")
        precondition(settings.problems.isEmpty, "bus settings with problems")
        self.map = map
        self.settings = settings
        self.echoes = echoes
        quietUntil = now
        links = units.sorted().map {
            MapLink(address: $0, map: map, settings: settings, at: now)
        }
    }

    /// Each display of the bus, by address.
    public var unitStates: [UnitState] { links.map(\.state) }

    /// Orders a display to show `content`; the latest order wins. False: there is no such display.
    @discardableResult
    public mutating func show(
        unit: UnitAddress, content: DisplayContent, at now: Moment
    ) -> Bool {
        guard let index = links.firstIndex(where: { $0.state.address == unit }) else {
            return false
        }
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
        guard now >= quietUntil else { return .idle(until: quietUntil) }
        while let index = turn(at: now) {
            guard let (step, request) = links[index].next(at: now) else {
                links[index].rest(at: now)
                continue
            }
            return transmit(step, request, to: index, at: now)
        }
        let due = links.map(\.dueAt).min() ?? now + DisplayLimits.portLostIdle
        return .idle(until: due)
    }

    /// Bytes came in.
    public mutating func received(_ bytes: [UInt8], at now: Moment) {
        guard !bytes.isEmpty else { return }
        quietUntil = max(quietUntil, now + settings.frameGap)
        guard var current = exchange else {
            strayBytes += bytes.count
            return
        }
        current.append(bytes)
        exchange = current
        guard let (outcome, strays) = current.outcome(echoes: echoes) else { return }
        exchange = nil
        strayBytes += strays + current.excess
        switch outcome {
        case .done(let words): links[current.index].done(current.step, words: words, at: now)
        case .refused(let code): links[current.index].refused(current.step, code: code, at: now)
        }
        collectEvents(of: current.index, at: now)
    }

    /// The port is open; every display is asked at once.
    public mutating func portReady(at now: Moment) {
        isPortReady = true
        exchange = nil
        quietUntil = now + settings.frameGap
        for index in links.indices { links[index].portReady(at: now) }
    }

    /// The port is gone; what was in flight is forgotten, and no display's state is known.
    public mutating func portLost(at now: Moment) {
        isPortReady = false
        exchange = nil
        for index in links.indices {
            links[index].goOffline(at: now)
            collectEvents(of: index, at: now)
        }
    }

    /// What happened since the last time; at most `DisplayLimits.eventsMax`, oldest first.
    public mutating func takeEvents() -> [UnitEvent] { events.take() }

    // MARK: Turns

    /// The display whose turn it is. One that may not answer never has two turns in a row while
    /// others wait.
    private func turn(at now: Moment) -> Int? {
        let due = links.indices.filter { links[$0].dueAt <= now }
        let first = due.min { links[$0].rank < links[$1].rank }
        guard lastTurnWasLame else {
            // The one that is gone longest unasked has its turn before sound ones are polled again.
            let late = now - DisplayLimits.offlineTurnLateMax
            return due.first { links[$0].isLame && links[$0].dueAt <= late } ?? first
        }
        let sound = due.filter { !links[$0].isLame }
        return sound.min { links[$0].rank < links[$1].rank } ?? first
    }

    private mutating func transmit(
        _ step: MapStep, _ request: MapRequest, to index: Int, at now: Moment
    ) -> BusStep {
        let frame = request.frame(to: links[index].state.address)
        let echoed = echoes ? frame.count : 0
        let replyLength = request.replyLength + echoed
        let deadline =
            now + settings.exchangeTime(requestBytes: frame.count, replyBytes: replyLength)
        exchange = MapExchange(
            index: index, step: step, request: request, frame: frame, deadline: deadline)
        lastTurnWasLame = links[index].isLame
        return .transmit(frame, replyLength: replyLength, deadline: deadline)
    }

    private mutating func giveUp(_ current: MapExchange, at now: Moment) {
        exchange = nil
        strayBytes += current.excess
        links[current.index].missed(current.fault(echoes: echoes), at: now)
        collectEvents(of: current.index, at: now)
    }

    private mutating func collectEvents(of index: Int, at now: Moment) {
        for kind in links[index].events {
            events.add(UnitEvent(unit: links[index].state.address, kind: kind, at: now))
        }
        links[index].events = []
    }
}
