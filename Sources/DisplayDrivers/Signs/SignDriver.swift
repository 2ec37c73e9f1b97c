// SPDX-License-Identifier: Apache-2.0

// The driver of a line of signs that never answer. All it can do is to say a text, and to say it
// again every so often, since nobody tells of a sign that lost its power. So no text is ever
// verified, and none goes away by itself when the controller stops.

import QueueCore

/// How signs that never answer are driven.
public struct SignSettings: Equatable, Sendable {
    /// Bits a second on the line.
    public var baud: Int
    /// Blinks of a new call; 0 for signs that shall not blink.
    public var blinks: Int
    /// The time that a new call blinks, where the sign does not count.
    public var blinkTime = TimeSpan.seconds(5)
    /// How often each text is sent again: so long a sign that lost its power stays dark.
    public var refresh = TimeSpan.seconds(10)

    /// The usual settings for a line of `baud` bits a second.
    public init(baud: Int, blinks: Int = 5) {
        self.baud = baud
        self.blinks = blinks
    }
}

/// The driver of a line of signs of one family.
public struct SignDriver<Family: SignFamily>: DisplayDriver {
    /// What the frames are.
    public let family: Family
    /// How the signs are driven.
    public let settings: SignSettings
    /// Bytes that came in: these signs say nothing.
    public private(set) var strayBytes = 0

    private var signs: [Sign]
    private var isPortReady = false
    private var quietUntil: Moment
    private var events = EventList()

    /// A driver for the signs at `addresses`, which must be different, at most
    /// `DisplayLimits.unitsMax`, and addresses of the family. Nothing is sent before
    /// `portReady(at:)`.
    public init(
        _ family: Family, signs addresses: [UnitAddress], settings: SignSettings,
        at now: Moment = .zero
    ) {
        precondition(addresses.count <= DisplayLimits.unitsMax, "too many signs on one line")
        precondition(Set(addresses).count == addresses.count, "a sign stands twice on one line")
        precondition(addresses.allSatisfy { family.hasSign(at: $0) }, "an address of no sign")
        precondition(300...1_000_000 ~= settings.baud, "a speed of no line")
        self.family = family
        self.settings = settings
        quietUntil = now
        signs = addresses.sorted().map { Sign(address: $0, at: now) }
    }

    /// Each sign of the line, by address. None of them is ever verified.
    public var unitStates: [UnitState] { signs.map(\.state) }

    /// Orders a sign to show `content`; the latest order wins. False: there is no such sign.
    @discardableResult
    public mutating func show(
        unit: UnitAddress, content: DisplayContent, at now: Moment
    ) -> Bool {
        guard let index = signs.firstIndex(where: { $0.state.address == unit }) else {
            return false
        }
        signs[index].order(content, at: now)
        return true
    }

    /// What to do now.
    public mutating func next(at now: Moment) -> BusStep {
        guard isPortReady else { return .idle(until: now + DisplayLimits.portLostIdle) }
        guard now >= quietUntil else { return .idle(until: quietUntil) }
        let due = signs.indices.filter { signs[$0].dueAt.map { $0 <= now } ?? false }
        guard let index = due.min(by: { signs[$0].rank < signs[$1].rank }) else {
            let soonest = signs.compactMap(\.dueAt).min()
            return .idle(until: soonest ?? now + DisplayLimits.portLostIdle)
        }
        let frame = signs[index].frame(family, settings, at: now)
        // Rounded up, so that the silence begins after the last bit.
        let bits = Int64(frame.count * family.bitsPerCharacter)
        let wire = TimeSpan.microseconds(bits * 1_000_000 / Int64(settings.baud) + 1)
        quietUntil = now + wire + family.frameGap
        return .transmit(
            frame, replyLength: 0, deadline: now + wire + DisplayLimits.signWriteSlack)
    }

    /// Bytes came in: noise, for no sign answers.
    public mutating func received(_ bytes: [UInt8], at now: Moment) { strayBytes += bytes.count }

    /// The port is open; every text is sent again.
    public mutating func portReady(at now: Moment) {
        isPortReady = true
        quietUntil = now + family.frameGap
        for index in signs.indices {
            if signs[index].portReady(at: now) { note(.online, of: index, at: now) }
        }
    }

    /// The port is gone.
    public mutating func portLost(at now: Moment) {
        isPortReady = false
        for index in signs.indices {
            if signs[index].portLost(at: now) { note(.offline, of: index, at: now) }
        }
    }

    /// What happened since the last time; at most `DisplayLimits.eventsMax`, oldest first.
    public mutating func takeEvents() -> [UnitEvent] { events.take() }

    private mutating func note(_ kind: UnitEvent.Kind, of index: Int, at now: Moment) {
        events.add(UnitEvent(unit: signs[index].state.address, kind: kind, at: now))
    }
}

/// One sign as its driver sees it.
private struct Sign: Sendable {
    var state: UnitState
    private var ordered: DisplayContent?
    /// The order has yet to be sent.
    private var isNew = false
    private var needsSetUp = true
    private var refreshes = 0
    /// When the next frame is due; nil before the first order.
    private(set) var dueAt: Moment?
    /// When the text last changed on the sign.
    private var changedAt: Moment?

    init(address: UnitAddress, at now: Moment) {
        state = UnitState(address: address, since: now)
        state.canReadBack = false
        state.canAnswer = false
    }

    /// New texts before repeated ones, the longest due first.
    var rank: (Int, Moment) { (isNew ? 0 : 1, dueAt ?? .zero) }

    mutating func order(_ content: DisplayContent, at now: Moment) {
        if content == ordered && !content.blinks { return }
        ordered = content
        isNew = true
        state.ordered = content.text
        state.since = now
        // Texts that change to and fro make no more than two flashes a second.
        dueAt = changedAt.map { max(now, $0 + DisplayLimits.changeGap) } ?? now
    }

    mutating func frame<Family: SignFamily>(
        _ family: Family, _ settings: SignSettings, at now: Moment
    ) -> [UInt8] {
        if needsSetUp {
            needsSetUp = false
            if let frame = family.setUp(state.address) { return frame }
        }
        let content = ordered ?? .dashes
        let blinks = isNew && content.blinks ? settings.blinks : 0
        dueAt = now + settings.refresh
        if isNew {
            changedAt = now
            if blinks > 0, !family.countsBlinks { dueAt = now + settings.blinkTime }
        } else {
            refreshes += 1
            needsSetUp = refreshes % DisplayLimits.setUpEvery == 0
        }
        isNew = false
        return family.show(content, at: state.address, blinks: blinks)
    }

    /// True: it was lost before.
    mutating func portReady(at now: Moment) -> Bool {
        needsSetUp = true
        if ordered != nil { dueAt = now }
        guard state.health == .offline else { return false }
        state.health = .unknown
        state.since = now
        return true
    }

    /// True: it was there before.
    mutating func portLost(at now: Moment) -> Bool {
        guard state.health != .offline else { return false }
        state.health = .offline
        state.since = now
        return true
    }
}
