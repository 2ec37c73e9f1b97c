// SPDX-License-Identifier: Apache-2.0

// One maker's display as its driver sees it: what it is to show, which frames are left until it
// does, and what it answered last.

import QueueCore

/// A frame's place on the way to a verified text.
enum MapStep: Equatable, Sendable {
    /// The brightness, once the display is there.
    case brightness
    /// The register `index` of the digits, or all of them at once.
    case digits(index: Int)
    /// Blinking begins, or ends.
    case blink(Bool)
    /// The digits are read back.
    case readBack
}

/// One display of a register map.
struct MapLink: Sendable {
    var state: UnitState
    var events: [UnitEvent.Kind] = []
    private(set) var dueAt: Moment
    private let map: RegisterMap
    private let settings: BusSettings
    private var ordered: DisplayContent?
    private var steps: [MapStep] = []
    private var needsBrightness: Bool
    /// When the blinking has to be ended.
    private var blinkUntil: Moment?
    private var changedAt: Moment?
    private var misses = 0
    private var attempts = 0
    private var wasRefused = false
    private var offlineWait = DisplayLimits.offlineWaitMin

    init(address: UnitAddress, map: RegisterMap, settings: BusSettings, at now: Moment) {
        state = UnitState(address: address, since: now)
        state.canReadBack = map.readBack != nil
        self.map = map
        self.settings = settings
        needsBrightness = map.brightness != nil
        dueAt = now
    }

    /// Shows before polls, those that answer before those that may not.
    var rank: (Int, Moment) {
        if state.health == .offline { return (3, dueAt) }
        return (steps.isEmpty ? 2 : misses > 0 ? 1 : 0, dueAt)
    }

    mutating func order(_ content: DisplayContent, at now: Moment) {
        if content == ordered && !content.blinks { return }
        ordered = content
        state.ordered = content.text
        state.verified = false
        state.since = now
        attempts = 0
        plan(blinks: content.blinks)
        guard state.health != .offline else { return }
        // Texts that change to and fro make no more than two flashes a second.
        dueAt = changedAt.map { max(now, $0 + DisplayLimits.changeGap) } ?? now
    }

    /// The frames that bring the order to the display; nil leaves its blinking alone.
    private mutating func plan(blinks: Bool?) {
        guard ordered != nil else { return }
        steps = needsBrightness ? [.brightness] : []
        let frames = map.function == .one ? map.count : 1
        steps += (0..<frames).map { .digits(index: $0) }
        if map.blink != nil, let blinks {
            if blinks, settings.blinks > 0 {
                steps.append(.blink(true))
            } else if blinkUntil != nil {
                steps.append(.blink(false))
            }
        }
        if state.canReadBack { steps.append(.readBack) }
    }

    // MARK: Requests

    /// The next frame. One that is offline is looked for with what it answers to in any case.
    mutating func next(at now: Moment) -> (step: MapStep, request: MapRequest)? {
        if let until = blinkUntil, now >= until, steps.isEmpty { steps = [.blink(false)] }
        if steps.isEmpty {
            if state.canReadBack { steps = [.readBack] } else { plan(blinks: nil) }
        }
        if ordered == nil, steps.isEmpty { return nil }
        guard let step = steps.first, let request = request(for: step) else {
            steps = []
            return nil
        }
        return (step, request)
    }

    private func request(for step: MapStep) -> MapRequest? {
        switch step {
        case .brightness:
            return map.brightness.map {
                .writeOne($0.value(of: settings.brightness), at: $0.register)
            }
        case .digits(let index):
            let words = map.words(of: ordered ?? .dashes)
            guard map.function == .one else { return .writeMany(words, at: map.first) }
            return .writeOne(words[index], at: map.first + UInt16(index))
        case .blink(let begins):
            return map.blink.map { .writeOne($0.value, at: begins ? $0.start : $0.stop) }
        case .readBack:
            return map.readBack.map { .read(count: map.count, at: $0) }
        }
    }

    // MARK: Outcomes

    mutating func done(_ step: MapStep, words: [UInt16], at now: Moment) {
        answered(at: now)
        wasRefused = false
        // An order that came meanwhile has planned anew; its own first frame is yet to be sent.
        let isPlanned = steps.first == step
        if isPlanned { steps.removeFirst() }
        switch step {
        case .brightness: needsBrightness = false
        case .digits:
            if steps.first.map({ if case .digits = $0 { false } else { true } }) ?? true {
                changedAt = now
            }
        case .blink(let begins): blinkUntil = begins ? now + blinkTime : nil
        case .readBack: accept(words, at: now)
        }
        schedule(at: now)
    }

    private mutating func accept(_ words: [UInt16], at now: Moment) {
        let text = map.text(of: words)
        if state.shows != text {
            state.shows = text
            state.since = now
        }
        guard let ordered, steps.isEmpty else { return }
        if words == map.words(of: ordered) {
            attempts = 0
            guard !state.verified else { return }
            state.verified = true
            state.since = now
            events.append(.verified(text: ordered.text))
        } else {
            state.verified = false
            state.faults.add(.mismatch)
            if attempts == 0 {
                events.append(.mismatch(ordered: map.text(of: map.words(of: ordered)), shows: text))
            }
            attempts += 1
            // It may have lost its power, and its brightness with it.
            needsBrightness = map.brightness != nil
            plan(blinks: nil)
        }
    }

    mutating func refused(_ step: MapStep, code: Int, at now: Moment) {
        answered(at: now)
        state.faults.add(.exception)
        state.lastException = code
        if !wasRefused { events.append(.refused(exception: code)) }
        wasRefused = true
        if steps.first == step { steps.removeFirst() }
        switch step {
        case .readBack:
            // A display of another make: it can be written, and not asked.
            state.canReadBack = false
            state.verified = false
        case .brightness: needsBrightness = false
        case .blink: blinkUntil = nil
        case .digits: steps = []
        }
        dueAt = now + settings.pollInterval
    }

    mutating func missed(_ fault: BusFault, at now: Moment) {
        state.faults.add(fault)
        if state.health == .offline {
            dueAt = now + offlineWait
            offlineWait = min(offlineWait * 2, DisplayLimits.offlineWaitMax)
            return
        }
        misses += 1
        if misses >= settings.offlineAfter { return goOffline(at: now) }
        dueAt = misses <= DisplayLimits.immediateRetries ? now : now + DisplayLimits.retryDelay
    }

    mutating func goOffline(at now: Moment) {
        if state.health != .offline { events.append(.offline) }
        state.health = .offline
        state.since = now
        state.verified = false
        state.shows = nil
        state.canReadBack = map.readBack != nil
        needsBrightness = map.brightness != nil
        blinkUntil = nil
        misses = 0
        offlineWait = DisplayLimits.offlineWaitMin
        dueAt = now + offlineWait
        steps = []
        plan(blinks: nil)
    }

    mutating func portReady(at now: Moment) { dueAt = now }

    /// Nothing to say before the first order.
    mutating func rest(at now: Moment) { dueAt = now + settings.pollInterval }

    /// Whether a turn is likely to be lost in waiting.
    var isLame: Bool { state.health == .offline || misses > 0 }

    private var blinkTime: TimeSpan { settings.blinkPeriod * Int64(settings.blinks) }

    private mutating func answered(at now: Moment) {
        misses = 0
        guard state.health != .online else { return }
        state.health = .online
        state.since = now
        events.append(.online)
    }

    private mutating func schedule(at now: Moment) {
        if !steps.isEmpty, attempts <= DisplayLimits.immediateRetries {
            dueAt = now
        } else {
            dueAt = now + settings.pollInterval
            if let blinkUntil { dueAt = min(dueAt, max(now, blinkUntil)) }
        }
    }
}
