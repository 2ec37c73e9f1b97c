// SPDX-License-Identifier: Apache-2.0

// What the passing of time asks of one link: a PING when this end was quiet, an end when the other
// one was. Pure: the time comes in.

import QueueCore

struct LinkWatch {
    enum Demand: Equatable {
        case ping
        case silentPeer
        /// Nothing before that moment; nil: nothing at all.
        case nothing(until: Moment?)
    }

    private let keepAlive: KeepAlive?
    private var lastSent: Moment
    private var lastHeard: Moment
    private var firstLineBy: Moment?
    private var isPaused = false
    private var isExcused = false

    init(_ settings: LinkSettings, now: Moment) {
        keepAlive = settings.keepAlive
        lastSent = now
        lastHeard = now
        firstLineBy = settings.firstLineMax.map { now + $0 }
    }

    /// Bytes went out.
    mutating func sent(at now: Moment) { lastSent = now }

    /// A complete line came in; `isOwn` when it was no PING or PONG.
    mutating func heard(isOwn: Bool, at now: Moment) {
        lastHeard = now
        isExcused = false
        if isOwn { firstLineBy = nil }
    }

    /// While this end does not read, the other one can't be called silent.
    mutating func setPaused(_ paused: Bool, at now: Moment) {
        if isPaused && !paused { lastHeard = now }
        isPaused = paused
    }

    /// This end did nothing for a while: what the other one said meanwhile may not have been read yet, so
    /// it has a quarter of the time that silence takes to be heard. Once: a dead peer is no less dead for
    /// a busy machine.
    mutating func overslept(at now: Moment) {
        guard !isExcused else { return }
        isExcused = true
        if let keepAlive {
            let silence = keepAlive.silenceMax.microseconds
            lastHeard = max(lastHeard, now - .microseconds(silence - silence / 4))
        }
        if let by = firstLineBy { firstLineBy = max(by, now + UplinkLimits.oversleptMin) }
    }

    func demand(at now: Moment) -> Demand {
        var next: [Moment] = []
        if !isPaused {
            if let firstLineBy { next.append(firstLineBy) }
            if let keepAlive { next.append(lastHeard + keepAlive.silenceMax) }
            if let due = next.min(), due <= now { return .silentPeer }
        }
        if let keepAlive {
            let due = lastSent + keepAlive.idleMax
            if due <= now { return .ping }
            next.append(due)
        }
        return .nothing(until: next.min())
    }
}
