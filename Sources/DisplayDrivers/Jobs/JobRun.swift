// SPDX-License-Identifier: Apache-2.0

// A job under way beside a master: the master carries out its exchanges between its own, and the job
// ends within a bound whatever the person or the units do.

import QueueCore

/// A job, the master's guest. The owner of the port calls ``step(_:at:)`` before each
/// `master.next(at:)`, and idles no longer than until ``wakeAt``.
public struct JobRun: Sendable {
    /// Whether the job is over and its units belong to their booths again.
    public private(set) var isOver = false
    /// When the job wants to be stepped again, if nothing happens before.
    public private(set) var wakeAt: Moment

    private var job: any BusJob
    private var isAsking = false
    private var isCancelled = false
    private var wantsCancel = false
    private var answers: [Bool?] = []
    private var news: [JobNews] = []
    private let held: [UnitAddress]
    private let end: Moment

    /// Begins `job`, which is cancelled after `timeMax` at the latest.
    public init(
        _ job: any BusJob, on master: inout BusMaster, at now: Moment,
        timeMax: TimeSpan = DisplayLimits.jobTimeMax
    ) {
        self.job = job
        held = job.heldUnits
        wakeAt = now
        end = now + timeMax
        for unit in held { master.hold(unit: unit, at: now) }
    }

    /// Passes on what the exchange brought, and asks the next one.
    public mutating func step(_ master: inout BusMaster, at now: Moment) {
        guard !isOver else { return }
        if isAsking, let outcome = master.takeOutcome() {
            isAsking = false
            job.heard(outcome, at: now)
        }
        if now >= end { wantsCancel = true }
        if now >= end + DisplayLimits.jobCleanUpMax { return finish(&master, at: now) }
        if !isAsking {
            passOn(at: now)
            switch job.next(at: now) {
            case .ask(let request):
                isAsking = true
                wakeAt = end
                master.ask(request)
            case .wait(let until):
                wakeAt = isCancelled ? until : min(until, end)
            case .end:
                finish(&master, at: now)
            }
        }
        news += job.takeNews()
    }

    /// A person answered the job's question. The job hears of it when its exchange is over.
    public mutating func answered(_ yes: Bool?, at now: Moment) {
        guard answers.count < DisplayLimits.answersMax else { return }
        answers.append(yes)
        wakeAt = now
    }

    /// Ends the job in order: it puts back what it changed first, when its exchange is over.
    public mutating func cancel(at now: Moment) {
        wantsCancel = true
        wakeAt = now
    }

    private mutating func passOn(at now: Moment) {
        for yes in answers { job.answered(yes, at: now) }
        answers = []
        guard wantsCancel, !isCancelled else { return }
        isCancelled = true
        job.cancel(at: now)
    }

    /// The port is gone: there is nothing more to do.
    public mutating func portLost(_ master: inout BusMaster, reason: String, at now: Moment) {
        guard !isOver else { return }
        news += job.takeNews()
        news.append(.result(isGood: false, reason))
        finish(&master, at: now)
    }

    /// What there is to tell since the last time.
    public mutating func takeNews() -> [JobNews] {
        defer { news = [] }
        return news
    }

    private mutating func finish(_ master: inout BusMaster, at now: Moment) {
        isOver = true
        for unit in held { master.release(unit: unit, at: now) }
    }
}
