// SPDX-License-Identifier: Apache-2.0

// The master's side of one unit: what it is to show, what it said last, and when its turn is.

import BoothUnit
import QueueCore

/// One unit as its master sees it.
struct UnitLink: Sendable {
    var state: UnitState
    /// When the unit's next exchange is due.
    var dueAt: Moment
    var events: [UnitEvent.Kind] = []

    private(set) var ordered: DisplayContent?
    private(set) var tag: UInt16
    /// The show has yet to be written, or written anew.
    var needsShow = false
    /// The unit may not have called for attention yet: a write carries blinks and beeps.
    var callsAttention = false
    /// The unit has the settings since it last started.
    var hasSettings = false
    /// The unit may blink its address since before it came online, for nobody: its first answer tells.
    var mayBlink = false
    /// It does: that is to be ended.
    var endsIdentify = false
    /// A technician's job has the unit: it is left alone until the job's end.
    var isHeld = false
    /// The last answer was a refusal; a row of them is one event.
    var wasRefused = false
    /// The press counters last read; nil before the first read, and while the unit is offline: a
    /// press that nobody could see in time calls no one.
    var presses: UInt16?
    /// Exchanges in a row that brought nothing usable.
    private(set) var misses = 0
    /// Shows written since the order, or since the last verification, without success.
    private var attempts = 0
    private var offlineWait = DisplayLimits.offlineWaitMin

    init(address: UnitAddress, firstTag: UInt16, at now: Moment) {
        state = UnitState(address: address, since: now)
        tag = firstTag
        dueAt = now
    }

    /// Orders a show. The same content once more changes nothing, unless it calls for attention.
    mutating func order(_ content: DisplayContent, at now: Moment) {
        if content == ordered && !content.blinks && !content.beeps { return }
        ordered = content
        tag = tag == .max ? 1 : tag + 1
        callsAttention = content.blinks || content.beeps
        needsShow = true
        attempts = 0
        state.ordered = content.text
        setVerified(false, at: now)
        dueAt = min(dueAt, now)
    }

    /// Whether a turn of this unit is likely to be lost in waiting.
    var isLame: Bool { state.health == .offline || misses > 0 }

    // MARK: Requests

    /// What the next exchange is for. A unit that is offline is only looked for, with a short one.
    var nextKind: ExchangeKind {
        if state.health == .offline { return .poll }
        if endsIdentify { return .endIdentify }
        if needsShow { return .show(tag: tag, withSettings: !hasSettings) }
        if !hasSettings { return .settings }
        return state.firmware == nil && state.health == .online ? .identity : .poll
    }

    func request(for kind: ExchangeKind, settings: BusSettings) -> [UInt8] {
        switch kind {
        case .identity, .poll:
            return ModbusRequest.read(
                unit: state.address, from: kind.firstRegister.rawValue, count: kind.words)
        case .endIdentify:
            return ModbusRequest.readWrite(
                unit: state.address, write: [0], at: .identify, read: kind.firstRegister,
                count: kind.words)
        case .settings:
            return ModbusRequest.readWrite(
                unit: state.address, write: settings.words, at: .blinkPeriod,
                read: kind.firstRegister, count: kind.words)
        case .show(_, let withSettings):
            let content = ordered ?? .dashes
            let blinks = callsAttention && content.blinks ? UInt16(settings.blinks) : 0
            let beeps = callsAttention && content.beeps ? UInt16(settings.beeps) : 0
            var words = [tag, content.row.left, content.row.right, blinks]
            if beeps > 0 || withSettings { words.append(beeps) }
            if withSettings { words += settings.words }
            return ModbusRequest.readWrite(
                unit: state.address, write: words, at: .showTag,
                read: kind.firstRegister, count: kind.words)
        }
    }

    // MARK: Outcomes

    /// An exchange brought nothing usable.
    mutating func missed(_ fault: BusFault, at now: Moment, settings: BusSettings) {
        state.faults.add(fault)
        if state.health == .offline {
            dueAt = now + offlineWait
            offlineWait = min(offlineWait * 2, DisplayLimits.offlineWaitMax)
            return
        }
        misses += 1
        if misses >= settings.offlineAfter {
            goOffline(at: now)
        } else {
            let isFirst = misses <= DisplayLimits.immediateRetries
            dueAt = isFirst ? now : now + DisplayLimits.retryDelay
        }
    }

    /// The unit refused a request: it is there, but asking at once again is of no use.
    mutating func refused(code: Int, at now: Moment, settings: BusSettings) {
        answered(at: now)
        state.faults.add(.exception)
        state.lastException = code
        if !wasRefused { events.append(.refused(exception: code)) }
        wasRefused = true
        endsIdentify = false
        dueAt = now + settings.pollInterval
    }

    /// The unit answered, whatever it said.
    mutating func answered(at now: Moment) {
        misses = 0
        guard state.health != .online else { return }
        state.health = .online
        state.since = now
        state.firmware = nil
        mayBlink = true
        events.append(.online)
    }

    /// The show was written, and something else stands; or a poll found something else.
    mutating func mismatched(_ shows: String, at now: Moment) {
        state.faults.add(.mismatch)
        if attempts == 0 { events.append(.mismatch(ordered: state.ordered ?? "", shows: shows)) }
        attempts += 1
        needsShow = true
    }

    /// When the next exchange is due after a successful one.
    mutating func schedule(at now: Moment, settings: BusSettings) {
        let hasMore = needsShow || endsIdentify || !hasSettings || state.firmware == nil
        let isStubborn = attempts > DisplayLimits.immediateRetries
        dueAt = hasMore && !isStubborn ? now : now + settings.pollInterval
    }

    mutating func goOffline(at now: Moment) {
        if state.health != .offline { events.append(.offline) }
        state.health = .offline
        state.since = now
        state.verified = false
        state.shows = nil
        state.firmware = nil
        hasSettings = false
        presses = nil
        needsShow = ordered != nil
        misses = 0
        offlineWait = DisplayLimits.offlineWaitMin
        dueAt = now + offlineWait
    }

    /// The unit is its booth's again, after a job may have written anything to it.
    mutating func release(at now: Moment) {
        isHeld = false
        hasSettings = false
        needsShow = ordered != nil
        setVerified(false, at: now)
        presses = nil
        dueAt = now
    }

    mutating func setShows(_ text: String, at now: Moment) {
        guard state.shows != text else { return }
        state.shows = text
        state.since = now
    }

    mutating func setVerified(_ verified: Bool, at now: Moment) {
        if verified { attempts = 0 }
        guard state.verified != verified else { return }
        state.verified = verified
        state.since = now
    }
}

extension BusSettings {
    /// The values of the registers `blinkPeriod` to `brightness`.
    fileprivate var words: [UInt16] {
        [
            UInt16(clamping: blinkPeriod.milliseconds / 10),
            UInt16(clamping: beepDuration.milliseconds / 10),
            UInt16(clamping: deadManTime.milliseconds / 100),
            UInt16(clamping: brightness),
        ]
    }
}
