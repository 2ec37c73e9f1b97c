// SPDX-License-Identifier: Apache-2.0

// What a technician asks of a bus over the control socket, on the bus's own thread: a job beside the
// master, a look at another speed, or the port itself for a while.

import Control
import DaemonSupport
import DisplayDrivers
import QueueCore
import Synchronization
import Uplink

/// Whether an errand is to end. It is no wish in a mailbox: an end finds room always.
final class ErrandEnd: Sendable {
    private let flag = Atomic<Bool>(false)

    var isWanted: Bool { flag.load(ordering: .acquiring) }

    func want() { flag.store(true, ordering: .releasing) }
}

/// Something asked of a bus, by one connection.
struct BusErrand: Sendable {
    /// What it is.
    enum Kind: Sendable {
        /// A job beside the bus's own work.
        case job(any BusJob)
        /// A job at another speed, while no unit answers at the bus's own.
        case visit(any BusJob, baud: Int)
        /// The port is left to another program for at most so long.
        case release(atMost: TimeSpan)
    }

    var kind: Kind
    var connection: ConnectionID
    /// Set from outside; the bus looks at it in each turn.
    let end = ErrandEnd()
    var tell: @Sendable (JobNews) -> Void
    var refuse: @Sendable (ControlError) -> Void

    init(_ kind: Kind, for question: ControlQuestion) {
        self.kind = kind
        connection = question.connection
        tell = { question.answer($0) }
        refuse = { question.refuse($0) }
    }
}

/// What a connection wants of a bus.
enum BusWish: Sendable {
    case begin(BusErrand)
    case answer(ConnectionID, Bool?)
}

/// The errand that a bus is on, if any: one at a time.
struct CurrentErrand {
    private(set) var errand: BusErrand?
    private var run: JobRun?
    /// Its connection is gone, or it was asked to end.
    private(set) var isEnding = false

    /// When it wants to be stepped again.
    var wakeAt: Moment? { run?.wakeAt }

    /// Whether the port must be closed, or opened otherwise, for it.
    var needsPort: Bool {
        switch errand?.kind {
        case .release, .visit: true
        case .job, nil: false
        }
    }

    /// Takes wishes in, and sees whether the errand is to end; `refusal` says why nothing can be
    /// begun at present.
    mutating func take(_ wishes: [BusWish], at now: Moment, refusal: (BusErrand) -> ControlError?) {
        for wish in wishes {
            switch wish {
            case .begin(let new):
                if errand != nil {
                    new.refuse(
                        ControlError(
                            name: "busy",
                            detail: "another job is on this bus; end it, or wait for it"))
                } else if let reason = refusal(new) {
                    new.refuse(reason)
                } else {
                    errand = new
                    isEnding = false
                }
            case .answer(let connection, let yes):
                if connection == errand?.connection { run?.answered(yes, at: now) }
            }
        }
        guard !isEnding, errand?.end.isWanted == true else { return }
        isEnding = true
        run?.cancel(at: now)
    }

    /// Steps the job beside `driver`, and tells its news. Only units know jobs.
    mutating func step(_ driver: inout any DisplayDriver, at now: Moment) {
        guard let errand else { return }
        guard var master = driver as? BusMaster else { return }
        defer { driver = master }
        if run == nil {
            switch errand.kind {
            case .job(let job), .visit(let job, _): run = JobRun(job, on: &master, at: now)
            case .release: return
            }
            if isEnding { run?.cancel(at: now) }
        }
        run?.step(&master, at: now)
        passNews()
        if run?.isOver == true { finish() }
    }

    /// The port is gone, and a job with it.
    mutating func portLost(_ driver: inout any DisplayDriver, reason: String, at now: Moment) {
        guard run != nil, var master = driver as? BusMaster else { return }
        defer { driver = master }
        run?.portLost(&master, reason: reason, at: now)
        passNews()
        finish()
    }

    /// The errand is over.
    mutating func finish() {
        errand = nil
        run = nil
        isEnding = false
    }

    private mutating func passNews() {
        for news in run?.takeNews() ?? [] { errand?.tell(news) }
    }
}
