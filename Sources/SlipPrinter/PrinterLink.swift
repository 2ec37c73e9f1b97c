// SPDX-License-Identifier: Apache-2.0

// Drives one slip printer: asks how it is, sends slips only when it can print, and knows of each
// whether it is printed. It does no I/O; its caller owns the port and the clock.

import QueueCore

/// A slip to be printed.
public struct PrintJob: Hashable, Sendable {
    /// What its caller knows it by.
    public let id: UInt64
    /// Whole commands of the printer's language, sent in order.
    public let commands: [[UInt8]]

    /// A slip from its commands.
    public init(id: UInt64, commands: [[UInt8]]) {
        self.id = id
        self.commands = commands
    }
}

/// What a printer's driver wants to be done.
public enum PrinterStep: Hashable, Sendable {
    /// Write the bytes and wait until they are on the wire.
    case transmit([UInt8])
    /// Listen until this moment, or until there is a new slip.
    case idle(until: Moment)
}

/// What came of a printer.
public enum PrinterEvent: Hashable, Sendable {
    /// It is otherwise than before.
    case condition(PrinterCondition)
    /// A slip has come to its end.
    case ended(UInt64, SlipOutcome)
    /// Something that a technician should know, once.
    case remark(String)
}

/// Times of a printer, each with its reason.
enum PrinterTimes {
    /// How often a printer at rest is asked: a roll that runs out is told before the next patient.
    static let restPoll = TimeSpan.seconds(2)
    /// How often a printer at work is asked.
    static let workPoll = TimeSpan.milliseconds(400)
    /// An older answer is no ground to begin a slip on.
    static let fresh = TimeSpan.milliseconds(1_000)
    /// Real-time answers take some milliseconds; a device server may add a tenth of a second.
    static let answer = TimeSpan.milliseconds(1_500)
    /// On a line that can't tell what is sent, a question amid a slip waits behind a band: as long as
    /// a slow printer needs to make room for the largest.
    static let pacedAnswer = TimeSpan.seconds(10)
    /// From the last byte to the end of the print: a slip is 10 cm, a slow printer does 5 cm a second.
    static let confirm = TimeSpan.seconds(5)
    /// A printer that stops after the last line may still confirm it.
    static let grace = TimeSpan.milliseconds(700)
    /// The longest that a printer may hold the line in the middle of a slip.
    static let hold = TimeSpan.seconds(10)
    /// Slips that wait.
    static let jobsMax = 8
}

/// The driver of one slip printer.
public struct PrinterLink: Sendable {
    /// How the printer is.
    public private(set) var condition = PrinterCondition.starting

    private var isOpen = false
    private var waiting: [PrintJob] = []
    private var current: Current?
    private var asked: Moment?
    private var answers: [UInt8] = []
    private var answeredAt: Moment?
    private var pollAt = Moment.zero
    private var missed = 0
    private var heldSince: Moment?
    private var remains = Remains.none
    /// Whether the port can't tell what it has sent: then the printer's answers set the pace.
    private let isPaced: Bool
    /// A band went out at the printer's pace: the next one waits for an answer.
    private var isAskDue = false
    /// Whether it is known to answer GS r.
    private var confirms: Bool?
    private var events: [PrinterEvent] = []
    private let voidMark: [[UInt8]]

    /// What the printer may still have of an earlier slip.
    private enum Remains {
        case none
        /// The port was opened anew: a program that was killed may have left half a picture.
        case unknown
        /// A part of a slip that was given up.
        case ofASlip
    }

    /// A slip on its way.
    private struct Current {
        /// Nil for what ends an earlier slip.
        var id: UInt64?
        var commands: [[UInt8]]
        /// What the printer has of it when it is given up.
        var leaves = Remains.ofASlip
        var next = 0
        var sentAt: Moment?
        var badSince: Moment?
    }

    /// A printer of which nothing is known. `voidMark`: what is printed when a slip was given up half
    /// way, so that nobody takes what comes out of it later for a ticket. `isPaced`: the port can't tell
    /// what it has sent, so no band is sent before the printer has answered after the one before.
    public init(voidMark: [SlipItem], isPaced: Bool = false) {
        self.isPaced = isPaced
        self.voidMark = voidMark.isEmpty ? [] : voidMark.commands
    }

    /// Whether a slip is on its way or waits.
    public var isBusy: Bool { current != nil || !waiting.isEmpty }

    // MARK: - What happens

    /// The port is open.
    public mutating func portReady(at now: Moment) {
        isOpen = true
        (asked, answers, answeredAt, missed, heldSince) = (nil, [], nil, 0, nil)
        isAskDue = false
        if remains == .none { remains = .unknown }
        pollAt = now
        become(.starting)
    }

    /// The port is gone: what was not sent in full is not printed.
    public mutating func portLost(at now: Moment) {
        isOpen = false
        become(.closed)
        if let current { end(current.sentAt == nil ? .failed(.closed) : .unconfirmed) }
        failWaiting()
    }

    /// A slip to be printed; it ends with an event, whatever comes.
    public mutating func print(_ job: PrintJob, at now: Moment) {
        guard isOpen, waiting.count < PrinterTimes.jobsMax else {
            return events.append(.ended(job.id, .failed(isOpen ? .fault : .closed)))
        }
        waiting.append(job)
    }

    /// Bytes came from the printer.
    public mutating func received(_ bytes: [UInt8], at now: Moment) {
        for byte in bytes {
            if byte == PrinterAnswer.hold {
                heldSince = heldSince ?? now
            } else if byte == PrinterAnswer.goOn {
                heldSince = nil
            } else if PrinterAnswer.isState(byte) {
                guard asked != nil else { continue }
                answers.append(byte)
                if answers.count == 4 { conclude(at: now) }
            } else if PrinterAnswer.isConfirmation(byte), current?.sentAt != nil {
                confirms = true
                end(.printed)
            }
        }
    }

    private mutating func conclude(at now: Moment) {
        become(PrinterAnswer.condition(answers))
        (asked, answers, answeredAt, missed) = (nil, [], now, 0)
        // With half a slip in it, a new roll must be noticed before the rest is printed.
        let isAtWork = isBusy || remains != .none
        pollAt = now + (isAtWork ? PrinterTimes.workPoll : PrinterTimes.restPoll)
    }

    // MARK: - What is to be done

    /// The next thing to do; ask again after each.
    public mutating func next(at now: Moment) -> PrinterStep {
        guard isOpen else { return .idle(until: now + .seconds(1)) }
        if let answerDue, now >= answerDue { missAnswer(at: now) }
        judge(at: now)
        begin(at: now)
        if asked == nil, isAskDue || now >= pollAt {
            asked = now
            isAskDue = false
            answers = []
            return .transmit(ESCPOS.askState)
        }
        if heldSince == nil, condition.canPrint, !isPaced || asked == nil, var current,
            current.sentAt == nil
        {
            let bytes = current.commands[current.next]
            current.next += 1
            if current.next == current.commands.count { current.sentAt = now }
            self.current = current
            isAskDue = isPaced
            return .transmit(bytes)
        }
        return .idle(until: wakeAt(now))
    }

    /// What has happened since this was last asked.
    public mutating func takeEvents() -> [PrinterEvent] {
        defer { events = [] }
        return events
    }

    /// When the question on its way counts as not answered.
    private var answerDue: Moment? {
        asked.map {
            $0 + (isPaced && current != nil ? PrinterTimes.pacedAnswer : PrinterTimes.answer)
        }
    }

    private mutating func missAnswer(at now: Moment) {
        (asked, answers) = (nil, [])
        isAskDue = isPaced && current?.sentAt == nil && current != nil
        missed += 1
        pollAt = now + .milliseconds(200)
        // One answer may be lost; of two the printer is gone.
        guard missed >= 2 else { return }
        become(.silent)
        pollAt = now + PrinterTimes.restPoll
    }

    /// Whether the slip on its way has come to its end.
    private mutating func judge(at now: Moment) {
        guard var slip = current else { return failWaiting(unless: condition.canPrint) }
        if let held = heldSince, now >= held + PrinterTimes.hold { return end(.failed(.fault)) }
        guard let sentAt = slip.sentAt else {
            if !condition.canPrint { end(.failed(condition)) }
            return
        }
        if condition.canPrint {
            slip.badSince = nil
        } else if let bad = slip.badSince {
            if now >= bad + PrinterTimes.grace {
                return end(condition == .silent ? .unconfirmed : .failed(condition))
            }
        } else {
            slip.badSince = now
        }
        current = slip
        let isFresh = answeredAt.map { $0 > sentAt + .milliseconds(500) } ?? false
        guard now >= sentAt + PrinterTimes.confirm, condition.canPrint, isFresh else { return }
        // Its state was asked well after the slip, and it is well.
        if confirms == nil {
            confirms = false
            events.append(
                .remark(
                    "the slip printer does not answer GS r; a slip counts as printed when the "
                        + "printer is well after it"))
        }
        end(.printed)
    }

    /// Begins the next slip, when the printer said just now that it can print.
    private mutating func begin(at now: Moment) {
        guard current == nil, condition.canPrint, remains != .none || !waiting.isEmpty else {
            return
        }
        guard let answeredAt, now < answeredAt + PrinterTimes.fresh else {
            if asked == nil, pollAt > now { pollAt = now }
            return
        }
        let confirm = [ESCPOS.confirm]
        let longest = SlipLimits.widthMax / 8 * SlipLimits.bandRows + 8
        // White bytes end a picture that was cut off; outside of one they are nothing.
        let white = [Array(repeating: UInt8(0), count: longest)]
        defer { remains = .none }
        switch remains {
        case .unknown:
            // A slip that was sent in full counts as printed: it is not cleared away.
            current = Current(id: nil, commands: white + confirm, leaves: .unknown)
        case .ofASlip:
            // Then what is left of the slip goes.
            current = Current(id: nil, commands: white + [ESCPOS.clear] + voidMark + confirm)
        case .none:
            let job = waiting.removeFirst()
            current = Current(id: job.id, commands: job.commands + confirm)
        }
    }

    private mutating func end(_ outcome: SlipOutcome) {
        guard let slip = current else { return }
        current = nil
        heldSince = nil
        if case .failed = outcome, slip.next > 0 {
            remains = slip.leaves
        }
        if let id = slip.id { events.append(.ended(id, outcome)) }
    }

    private mutating func failWaiting(unless canPrint: Bool = false) {
        guard !canPrint, condition != .starting else { return }
        for job in waiting { events.append(.ended(job.id, .failed(condition))) }
        waiting = []
    }

    private func wakeAt(_ now: Moment) -> Moment {
        var wake = answerDue ?? pollAt
        if let slip = current {
            if let bad = slip.badSince { wake = min(wake, bad + PrinterTimes.grace) }
            if let sentAt = slip.sentAt, now < sentAt + PrinterTimes.confirm {
                wake = min(wake, sentAt + PrinterTimes.confirm)
            }
        }
        if let heldSince { wake = min(wake, heldSince + PrinterTimes.hold) }
        return max(wake, now)
    }

    private mutating func become(_ new: PrinterCondition) {
        guard new != condition else { return }
        condition = new
        events.append(.condition(new))
    }
}
