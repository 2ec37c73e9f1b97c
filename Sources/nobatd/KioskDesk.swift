// SPDX-License-Identifier: Apache-2.0

// The kiosk at this controller: a thread that owns the kiosk's machine, takes in taps, keys and what
// the printer says, and carries out what is decided.

import Control
import DaemonSupport
import Hardware
import NobatConfiguration
import QueueCore
import SlipPrinter
import Synchronization

/// What the kiosk last was.
struct KioskState: Sendable {
    var sign = KioskSign.ready
    var printer = PrinterCondition.starting
    /// Why no slip can be laid out, if so.
    var layoutError: String?
}

/// Where a kiosk's effects go.
struct KioskOutside: Sendable {
    var feed: @Sendable (ControllerInput) -> Bool
    var print: @Sendable (PrintJob, _ isNote: Bool) -> Void
    var show: @Sendable (KioskSign) -> Void
    /// Light the lamps, or let them tell a fault.
    var light: @Sendable (_ isReady: Bool) -> Void
    var refuse: @Sendable (_ button: Int) -> Void
    var tell: @Sendable (_ kind: String, _ text: String, _ isWarning: Bool) -> Void
    /// The date and time, if the clock is known to be right.
    var time: @Sendable () -> LocalTime?
}

final class KioskDesk: Sendable {
    /// Questions of the kiosk begin here; those over the control socket stay below.
    static let firstRequest: RequestID = 1 << 62

    private let plan: KioskPlan
    private let titles: [Name: ServiceTitle]
    private let layout: SlipLayout?
    private let clock: any Clock
    private let inputs = Mailbox<KioskInput>(capacity: 1_024)
    private let published: Mutex<KioskState>
    private let outside: Mutex<KioskOutside?>

    init(
        plan: KioskPlan, titles: [Name: ServiceTitle], layout: SlipLayout?, layoutError: String?,
        clock: any Clock
    ) {
        self.plan = plan
        self.titles = titles
        self.layout = layout
        self.clock = clock
        published = Mutex(KioskState(layoutError: layoutError))
        outside = Mutex(nil)
    }

    var state: KioskState { published.withLock { $0 } }

    /// How many buttons there are.
    var buttons: Int { plan.buttons.count }

    /// Set once, before the kiosk runs.
    func compose(_ outside: KioskOutside) { self.outside.withLock { $0 = outside } }

    /// Something happened; false: too much is going on.
    @discardableResult
    func take(_ input: KioskInput) -> Bool { inputs.put(input) }

    func stop() { inputs.close() }

    /// Serves the kiosk until ``stop()``, on the thread that calls it.
    func run() {
        guard let outside = outside.withLock({ $0 }) else { return }
        var machine = KioskMachine(plan: plan, firstRequest: Self.firstRequest)
        outside.light(false)
        if let error = state.layoutError {
            outside.tell("kiosk", error, true)
            outside.show(.outOfOrder)
        }
        while true {
            let timeout = machine.deadline.map { max(.zero, $0 - clock.now()) }
            guard let batch = inputs.take(countMax: 64, timeout: timeout) else { return }
            for input in batch.isEmpty ? [.tick] : batch { step(&machine, input, outside) }
        }
    }

    private func step(
        _ machine: inout KioskMachine, _ input: KioskInput, _ outside: KioskOutside
    ) {
        var input = input
        // Without its texts it prints nothing, however well the printer is.
        if layout == nil, case .printer = input { input = .printer(.fault) }
        for effect in machine.step(input, at: clock.now()) { carryOut(effect, outside) }
        published.withLock {
            $0.sign = machine.sign
            $0.printer = machine.printer
        }
    }

    private func carryOut(_ effect: KioskEffect, _ outside: KioskOutside) {
        switch effect {
        case .ask(let request, let command):
            guard !outside.feed(.command(command, request)) else { return }
            take(.reply(request, .refused(.diskFailed("too much is going on"))))
        case .print(let job, let slip):
            guard let layout else { return _ = take(.ended(job, .failed(.fault))) }
            let items = layout.items(paper(slip, outside))
            outside.print(PrintJob(id: job, commands: items.commands), false)
        case .explain(let job, let name):
            guard let layout else { return _ = take(.ended(job, .failed(.fault))) }
            outside.print(PrintJob(id: job, commands: layout.note(name).commands), true)
        case .show(let sign): outside.show(sign)
        case .lamps(let isReady): outside.light(isReady)
        case .refuse(let button): outside.refuse(button)
        // It stands for the missing texts, which were told; the printer has no fault.
        case .event(.printer) where layout == nil: break
        case .event(let event):
            let told = Narration(event)
            outside.tell(told.kind, told.text, told.isWarning)
        }
    }

    private func paper(_ slip: Slip, _ outside: KioskOutside) -> SlipPaper {
        let ticket = slip.ticket
        return SlipPaper(
            number: ticket.number, service: titles[ticket.service]?.persian ?? "",
            ahead: slip.ahead.map { Int($0) }, wait: slip.wait.flatMap { RoundedWait(seconds: $0) },
            priority: ticket.priority, date: JalaliDate(ticket.day),
            time: outside.time(), code: slip.code?.description ?? ticket.id.description,
            isToBeChecked: slip.isUnchecked)
    }
}
