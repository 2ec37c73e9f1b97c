// SPDX-License-Identifier: Apache-2.0

// What carries out the effects of the controller's machine, on the loop's own thread.

import Control
import DaemonSupport
import DisplayDrivers
import Foundation
import Hardware
import NobatConfiguration
import QueueCore
import Store

/// Everything outside that a controller's effects reach.
struct ControllerOutside: Sendable {
    var buses: [Name: DisplayBus]
    var displays: [BoothNumber: (bus: Name, unit: UnitAddress)]
    var lamps: [BoothNumber: LampPanel]
    var link: CentralLink
    var control: ControlServer
}

final class ControllerHands: LoopHands {
    private let plan: ControllerPlan
    let store: ControllerStore
    private let clock: any Clock
    private let commitTimes: Samples
    private let decideTimes: Samples
    private let log: EventLog
    /// The wall clock, when it is known to be right; set once, before the loop runs.
    var wall: @Sendable () -> WallTime = { .unknown }
    private var numbers: [TicketID: TicketNumber] = [:]

    /// Set once, before the loop runs.
    var outside: ControllerOutside?
    /// The kiosk, if there is one.
    var kiosk: KioskDesk?
    /// The hall board, if there is one.
    var board: HallBoard?
    /// The pages, if there are any.
    var pages: HallPages?
    /// The technician's page, if there is one.
    var desk: TechnicianDesk?

    init(
        plan: ControllerPlan, store: ControllerStore, snapshot: ControllerSnapshot,
        clock: any Clock, commitTimes: Samples, decideTimes: Samples, log: EventLog
    ) {
        self.plan = plan
        self.store = store
        self.clock = clock
        self.commitTimes = commitTimes
        self.decideTimes = decideTimes
        self.log = log
        for held in snapshot.tickets { numbers[held.ticket.id] = held.ticket.number }
    }

    func commit(_ changes: [ControllerChange]) throws { try commit(changes, audit: []) }

    /// Makes the changes durable, and the rows of the audit with them.
    func commit(_ changes: [ControllerChange], audit: [AuditEntry]) throws {
        let start = clock.now()
        try store.commit(changes, audit: audit)
        commitTimes.add(clock.now() - start)
        for case .ticket(let held) in changes { numbers[held.ticket.id] = held.ticket.number }
    }

    /// A row of the audit could not be written.
    func tellAuditFailed(_ why: String) {
        log.tell("audit-failed", "what somebody did is not in the audit: \(why)", isWarning: true)
    }

    func perform(_ effect: ControllerEffect, _ batch: BatchTimes) {
        switch effect {
        case .show(let booth, let sign): show(booth, sign, batch)
        case .lamp(let booth, let state): outside?.lamps[booth]?.set(booth, state)
        case .send(let id, let message): outside?.link.send(id, message)
        case .close(let id, let complaint): outside?.link.close(id, complaint)
        case .reply(let request, let reply) where request >= KioskDesk.firstRequest:
            kiosk?.take(.reply(request, reply))
        case .reply(let request, let reply): outside?.control.reply(request, reply)
        case .news(let call):
            if let changes = board?.told(call) { put(changes) }
            pages?.told(call)
        case .event(let event):
            switch event {
            case .linkUp:
                outside?.link.noteLive(true)
                pages?.linkUp()
            case .linkDown: outside?.link.noteLive(false)
            default: break
            }
            if case .refused(let booth, _) = event { outside?.lamps[booth]?.refuse(booth) }
            if let told = Narration(event, numberOf: { numbers[$0] }) { log.tell(told) }
            pages?.wantLook()
            desk?.wantLook()
            forgetOld()
        }
    }

    /// Displays do not wait for lines of the log.
    func goesFirst(_ effect: ControllerEffect) -> Bool {
        if case .show = effect { true } else { false }
    }

    func recover(
        from error: any Error, inputs: [ControllerInput], old: ControllerMachine, at now: Moment
    ) -> (machine: ControllerMachine, effects: [ControllerEffect]) {
        let why = "\(error)"
        for _ in 0..<SupportLimits.recoveriesMax {
            do throws(StoreError) {
                var machine = ControllerMachine(
                    plan: plan, snapshot: try store.snapshot(), run: Epoch.fresh())
                try store.commit(machine.start(at: now).changes)
                machine.inherit(from: old)
                let failed = machine.step(
                    .diskFailed(why, booths: inputs.compactMap(\.booth)), at: now)
                let refusals = inputs.compactMap(\.request).map {
                    ControllerEffect.reply($0, .refused(.diskFailed(why)))
                }
                outside?.link.reset()
                return (machine, failed.effects + refusals)
            } catch {
                log.tell("disk-failed", "\(error)", isWarning: true)
                Pause.microseconds(200_000)
            }
        }
        log.tell(
            "disk-failed", "the database is of no use; nobatd ends, to be started anew",
            isWarning: true)
        EventLog.finish()
        exit(74)
    }

    private func put(_ orders: [DisplayOrder.Placed]) {
        for (bus, order) in orders { outside?.buses[bus]?.show(order) }
    }

    private func show(_ booth: BoothNumber, _ sign: BoothSign, _ batch: BatchTimes) {
        defer {
            if let changes = board?.changed(booth, to: sign) { put(changes) }
            pages?.changed(booth, to: sign)
        }
        guard let outside, let (name, unit) = outside.displays[booth],
            let bus = outside.buses[name], let content = DisplayContent(sign)
        else { return }
        let isPress = if case .number(_, attention: true) = sign { true } else { false }
        if isPress { decideTimes.add(batch.decide) }
        bus.show(
            DisplayOrder(
                unit: unit, content: content, received: isPress ? batch.received : .zero,
                commit: batch.commit))
    }

    /// Numbers are kept for the log alone.
    private func forgetOld() {
        if numbers.count > Limits.controllerTicketsMax * 2 { numbers = [:] }
    }
}

extension DisplayContent {
    /// What a sign looks like on four digits.
    fileprivate init?(_ sign: BoothSign) {
        let isNew = if case .number(_, let attention) = sign { attention } else { false }
        guard let content = try? DisplayContent(sign.text, blinks: isNew, beeps: isNew) else {
            return nil
        }
        self = content
    }
}
