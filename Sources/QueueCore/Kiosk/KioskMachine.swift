// SPDX-License-Identifier: Apache-2.0

/// All decisions of a kiosk at a controller: which tap takes a slip, what a typed or scanned code
/// means, what becomes of a slip that did not print. It does no I/O and reads no clock.
///
/// One slip is on its way at a time. A tap meanwhile does nothing, so a double tap gives one slip.
public struct KioskMachine: Sendable {
    /// How the kiosk is configured.
    public let plan: KioskPlan
    /// How its printer is.
    public private(set) var printer = PrinterCondition.starting
    /// What its display shows.
    public private(set) var sign = KioskSign.ready

    private enum Phase: Hashable, Sendable {
        case ready
        case asking(RequestID, Wish, until: Moment)
        case printing(UInt64, Slip)
        case explaining(UInt64, until: Moment)
    }

    /// What a patient did.
    private enum Wish: Hashable, Sendable {
        case tap(Int)
        case code(TrackingCode)
        /// An entry that is no code.
        case entry(String)

        var code: TrackingCode? { if case .code(let code) = self { code } else { nil } }
    }

    private var phase = Phase.ready
    private var lastTap: (button: Int, at: Moment)?
    private var entry = ""
    private var entryIsBad = false
    private var entryUntil: Moment?
    /// When ten digits are a code, if nothing follows them.
    private var settlesAt: Moment?
    /// Until when keys belong to an entry that began while the kiosk was busy.
    private var deafUntil = Moment.zero
    /// What was refused last, and until when it is not explained again.
    private var refused: (wish: Wish, name: String, until: Moment)?
    private var signUntil: Moment?
    private var codes: [(code: TrackingCode, number: TicketNumber)] = []
    /// What the controller was told and has not taken in yet.
    private var told: [(request: RequestID, command: ControllerCommand, until: Moment)] = []
    private var lastRequest: RequestID
    private var lastJob: UInt64 = 0
    private var now = Moment.zero
    private var effects: [KioskEffect] = []

    /// A kiosk that waits for its first patient. Its questions are numbered from `firstRequest` on.
    public init(plan: KioskPlan, firstRequest: RequestID) {
        self.plan = plan
        lastRequest = firstRequest
    }

    /// Takes in one thing that happened and returns what is to be done about it, in order.
    public mutating func step(_ input: KioskInput, at now: Moment) -> [KioskEffect] {
        self.now = max(self.now, now)
        effects = []
        expire()
        switch input {
        case .tap(let button): tap(button)
        case .key(let key): take(key)
        case .printer(let condition): note(condition)
        case .ended(let job, let outcome): ended(job, outcome)
        case .reply(let request, let reply): replied(request, reply)
        case .tick: break
        }
        return effects
    }

    /// When ``KioskInput/tick`` is wanted next, or nil.
    public var deadline: Moment? {
        var times = [entryUntil, settlesAt, signUntil].compactMap(\.self)
        switch phase {
        case .asking(_, _, let until), .explaining(_, let until): times.append(until)
        case .ready, .printing: break
        }
        return (times + told.map(\.until)).min()
    }

    private mutating func expire() {
        if let settled = settlesAt, now >= settled { enter() }
        if let until = entryUntil, now >= until { clearEntry() }
        if let until = signUntil, now >= until { rest() }
        if case .explaining(_, let until) = phase, now >= until { phase = .ready }
        if case .asking(_, let wish, let until) = phase, now >= until {
            refuse("no-answer", wish)
        }
        for late in told where now >= late.until { tellAgain(late.request) }
    }

    // MARK: - Taps

    private mutating func tap(_ button: Int) {
        guard plan.buttons.indices.contains(button) else { return }
        if let last = lastTap, last.button == button, now < last.at + KioskLimits.repeatSpan {
            return
        }
        guard phase == .ready, printer.canPrint else {
            if let last = lastTap, last.button == button, phase != .ready { return }
            effects.append(.refuse(button))
            if phase == .ready { rest() }
            return
        }
        clearEntry()
        lastTap = (button, now)
        let wanted = plan.buttons[button]
        ask(.slip(service: wanted.service, priority: wanted.priority), .tap(button))
    }

    private mutating func ask(_ command: ControllerCommand, _ wish: Wish) {
        lastRequest += 1
        phase = .asking(lastRequest, wish, until: now + KioskLimits.askSpan)
        effects.append(.ask(lastRequest, command))
        show(.working)
    }

    /// Tells the controller what became of a slip, until it is on disk there.
    private mutating func tell(_ command: ControllerCommand) {
        lastRequest += 1
        told.append((lastRequest, command, now + KioskLimits.askSpan))
        if told.count > KioskLimits.toldMax { told.removeFirst() }
        effects.append(.ask(lastRequest, command))
    }

    private mutating func tellAgain(_ request: RequestID) {
        guard let place = told.firstIndex(where: { $0.request == request }) else { return }
        tell(told.remove(at: place).command)
    }

    // MARK: - Codes

    private mutating func take(_ key: KioskKey) {
        guard plan.codeService != nil else { return }
        // The end of a code whose beginning was passed over is no code.
        guard phase == .ready, now >= deafUntil else {
            deafUntil = now + KioskLimits.settleSpan
            return
        }
        entryUntil = now + KioskLimits.entrySpan
        switch key {
        case .digit(let digit):
            if entry.count < TrackingCode.length {
                entry.append(String(digit))
                show(.typing(entry))
            } else {
                entryIsBad = true
            }
            if entry.count == TrackingCode.length { settlesAt = now + KioskLimits.settleSpan }
        case .erase:
            settlesAt = nil
            if !entry.isEmpty { entry.removeLast() }
            entry.isEmpty ? clearEntry() : show(.typing(entry))
        case .clear: clearEntry()
        case .filler: break
        case .other: entryIsBad = true
        case .enter: enter()
        }
    }

    private mutating func enter() {
        guard !entry.isEmpty || entryIsBad else { return clearEntry() }
        let code = (entryIsBad ? nil : TrackingCode(entry)).flatMap { $0.isSound ? $0 : nil }
        let wish = code.map { Wish.code($0) } ?? .entry(entry)
        clearEntry()
        if let last = refused, last.wish == wish, now < last.until {
            refused?.until = now + KioskLimits.noteSpan
            return show(.refused, for: KioskLimits.showSpan)
        }
        guard let service = plan.codeService, let code else {
            return refuse("code-mistyped", wish)
        }
        guard printer.canPrint else {
            effects.append(.event(.refused("printer-\(printer.rawValue)", code: code)))
            return show(
                printer == .paperOut ? .noPaper : .outOfOrder, for: KioskLimits.showSpan)
        }
        if let known = codes.last(where: { $0.code == code }) {
            effects.append(.event(.codeAgain(code, known.number)))
            return show(.number(known.number), for: KioskLimits.showSpan)
        }
        ask(.codeSlip(code, otherwise: service), wish)
    }

    private mutating func clearEntry() {
        let wasTyping = if case .typing = sign { true } else { false }
        entry = ""
        entryIsBad = false
        (entryUntil, settlesAt) = (nil, nil)
        if wasTyping { rest() }
    }

    // MARK: - Answers

    private mutating func replied(_ request: RequestID, _ reply: Reply) {
        if told.contains(where: { $0.request == request }) {
            if case .refused(.diskFailed) = reply {
                // It is asked again a while later: the disk has just refused.
                return
            }
            return told.removeAll { $0.request == request }
        }
        guard case .asking(request, let wish, _) = phase else {
            // The answer came too late to be waited for: its number must not stay open.
            if case .slip(let slip) = reply { tell(.slipFailed(slip.ticket.id)) }
            return
        }
        switch reply {
        case .slip(let slip):
            lastJob += 1
            phase = .printing(lastJob, slip)
            effects.append(.print(lastJob, slip))
        case .codeRefused(let name, _): refuse(name, wish)
        case .refused(let refusal): refuse(refusal.name, wish)
        default: refuse("unexpected", wish)
        }
    }

    private mutating func refuse(_ name: String, _ wish: Wish) {
        phase = .ready
        effects.append(.event(.refused(name, code: wish.code)))
        if case .tap(let button) = wish {
            effects.append(.refuse(button))
            lastTap = nil
        }
        show(.refused, for: KioskLimits.showSpan)
        explain(name, wish)
    }

    /// Prints the reason for the patient, but not over and over.
    private mutating func explain(_ name: String, _ wish: Wish) {
        guard printer.canPrint else { return }
        if let last = refused, last.wish == wish, last.name == name, now < last.until { return }
        refused = (wish, name, now + KioskLimits.noteSpan)
        lastJob += 1
        phase = .explaining(lastJob, until: now + KioskLimits.explainSpan)
        effects.append(.explain(lastJob, name))
    }

    // MARK: - The printer

    private mutating func note(_ condition: PrinterCondition) {
        guard condition != printer else { return }
        let could = printer.canPrint
        printer = condition
        effects.append(.event(.printer(condition)))
        if condition.canPrint != could { effects.append(.lamps(isReady: condition.canPrint)) }
        if phase == .ready { rest() }
    }

    private mutating func ended(_ job: UInt64, _ outcome: SlipOutcome) {
        if case .explaining(job, _) = phase { phase = .ready }
        guard case .printing(job, let slip) = phase else { return }
        phase = .ready
        let number = slip.ticket.number
        switch outcome {
        case .printed, .unconfirmed:
            tell(.slipPrinted(slip.ticket.id))
            if outcome == .unconfirmed { effects.append(.event(.unconfirmed(number))) }
            if let code = slip.code {
                codes.append((code, number))
                if codes.count > KioskLimits.codesMax { codes.removeFirst() }
            }
            show(.number(number), for: KioskLimits.showSpan)
        case .failed(let condition):
            tell(.slipFailed(slip.ticket.id))
            effects.append(.event(.notPrinted(number, condition)))
            lastTap = nil
            show(condition == .paperOut ? .noPaper : .outOfOrder, for: KioskLimits.showSpan)
        }
    }

    // MARK: - The display

    /// Shows what the kiosk is when nobody is at it.
    private mutating func rest() {
        let sign: KioskSign =
            switch printer {
            case .ready, .paperLow, .starting: .ready
            case .paperOut: .noPaper
            case .coverOpen, .fault, .offline, .silent, .closed: .outOfOrder
            }
        show(sign)
    }

    private mutating func show(_ new: KioskSign, for span: TimeSpan? = nil) {
        signUntil = span.map { now + $0 }
        guard new != sign else { return }
        sign = new
        effects.append(.show(new))
    }
}
