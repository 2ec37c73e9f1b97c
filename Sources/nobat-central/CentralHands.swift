// SPDX-License-Identifier: Apache-2.0

// What carries out the effects of the central's machine, on the loop's own thread.

import Control
import DaemonSupport
import Foundation
import Hardware
import QueueCore
import Store

final class CentralHands: LoopHands {
    private let plan: CentralPlan
    let store: CentralStore
    private let clock: any Clock
    private let commitTimes: Samples
    private let historyDays: Int
    private let log: EventLog
    /// The wall clock, when it is known to be right; set once, before the loop runs.
    var wall: @Sendable () -> WallTime = { .unknown }
    private var numbers: [TicketID: TicketNumber] = [:]
    /// What a batch has to say to peers.
    private var outgoing = OutgoingMessages()
    /// What the last beat failed by; it is told once.
    private var beatFault: String?
    /// Lines of the history from before this day are to be removed.
    private var oldest: ServiceDay?
    /// Has ``pruneOn()`` called when all that waits is done; set once, before the loop runs.
    var pruneLater: @Sendable () -> Void = {}

    /// Set once, before the loop runs.
    var peers: CentralPeers?
    /// Set once, before the loop runs.
    var control: ControlServer?
    /// The pages, if there are any.
    var pages: CentralPages?
    /// The supervisor's page, if there is one.
    var desk: SupervisorDesk?

    init(
        plan: CentralPlan, store: CentralStore, snapshot: CentralSnapshot, clock: any Clock,
        commitTimes: Samples, historyDays: Int, log: EventLog
    ) {
        self.plan = plan
        self.store = store
        self.clock = clock
        self.commitTimes = commitTimes
        self.historyDays = historyDays
        self.log = log
        for held in snapshot.tickets { numbers[held.ticket.id] = held.ticket.number }
    }

    func commit(_ changes: [CentralChange]) throws { try commit(changes, audit: []) }

    /// Makes the changes durable, and the rows of the audit with them.
    func commit(_ changes: [CentralChange], audit: [AuditEntry]) throws {
        let start = clock.now()
        try store.commit(changes, audit: audit)
        commitTimes.add(clock.now() - start)
        for case .ticket(let held) in changes { numbers[held.ticket.id] = held.ticket.number }
    }

    /// A row of the audit could not be written.
    func tellAuditFailed(_ why: String) {
        log.tell("audit-failed", "what somebody did is not in the audit: \(why)", isWarning: true)
    }

    func perform(_ effect: CentralEffect, _ batch: BatchTimes) {
        switch effect {
        case .send(let id, let message): outgoing.add(message, to: id)
        case .sendAll(let ids, let message):
            outgoing.add(message, to: ids)
            if outgoing.count >= OutgoingMessages.countMax { performed() }
        case .close(let id, let complaint):
            performed()
            peers?.close(id, complaint)
        case .reply(let request, let reply): control?.reply(request, reply)
        case .event(let event):
            log.tell(Narration(event, numberOf: { numbers[$0] }))
            if case .history(.fact(let controller, _, let fact)) = event {
                pages?.told(
                    fact.record, by: controller, age: WallTime(clock.wallSeconds()) - fact.at,
                    numberOf: { numbers[$0] })
            }
            if case .history(.linkUp(let controller)) = event { pages?.linkUp(controller) }
            pages?.wantLook()
            desk?.wantLook()
            if case .history(.dayTurned(let day)) = event { prune(day) }
            if numbers.count > Limits.centralTicketsMax * 2 { numbers = [:] }
        }
    }

    func performed() {
        guard !outgoing.isEmpty else { return }
        peers?.send(outgoing.entries)
        outgoing.removeAll()
    }

    func recover(
        from error: any Error, inputs: [CentralInput], old: CentralMachine, at now: Moment
    ) -> (machine: CentralMachine, effects: [CentralEffect]) {
        let why = "\(error)"
        endIfLost(error)
        log.tell("disk-failed", why, isWarning: true)
        for _ in 0..<SupportLimits.recoveriesMax {
            // It lives, whatever keeps it from its tables.
            beat()
            do throws(StoreError) {
                var machine = CentralMachine(
                    plan: plan, snapshot: try store.snapshot(), run: Epoch.fresh())
                machine.inherit(from: old)
                try store.commit(machine.start(at: now).changes)
                peers?.reset()
                let refusals = inputs.compactMap(\.request).map {
                    CentralEffect.reply($0, .refused(.diskFailed(why)))
                }
                return (machine, refusals)
            } catch {
                endIfLost(error)
                log.tell("disk-failed", "\(error)", isWarning: true)
                Pause.microseconds(200_000)
            }
        }
        log.tell(
            "disk-failed", "the database is of no use; nobat-central ends, to be started anew",
            isWarning: true)
        EventLog.finish()
        exit(74)
    }

    /// Tells the other nodes that this one lives.
    func beat() {
        do throws(StoreError) {
            try store.beat()
            if beatFault != nil { log.tell("database", "its server takes changes again") }
            beatFault = nil
        } catch {
            endIfLost(error)
            let fault = "\(error)"
            if fault != beatFault { log.tell("database", fault, isWarning: true) }
            beatFault = fault
        }
    }

    /// The rows may be another node's by now: this one lets its controllers go, in the one way that
    /// leaves nothing over, and begins anew as a node in waiting.
    private func endIfLost(_ error: any Error) {
        guard (error as? StoreError)?.kind == .lost else { return }
        log.tell(
            "database-lost",
            "\(error); nobat-central ends, to be started anew as a node in waiting",
            isWarning: true)
        EventLog.finish()
        exit(75)
    }

    /// The newest lines of the history of a day, in order.
    func history(day: ServiceDay) throws(StoreError) -> [HistoryRow] {
        let lines = try store.newestHistory(day: day)
        return lines.map { line in
            let told = Narration(line.entry, numberOf: { numbers[$0] })
            var row = HistoryRow(
                sequence: Int(line.sequence), day: Int(line.day.count), controller: nil, epoch: nil,
                fact: nil, kind: told.kind, text: told.text)
            row.at = line.time.at.isKnown ? Int(line.time.at.seconds) : nil
            row.isArrival = line.time.isArrival ? true : nil
            if case .fact(let controller, let epoch, let fact) = line.entry {
                row.controller = controller.description
                row.epoch = epoch.description
                row.fact = Int(fact.number)
            }
            return row
        }
    }

    /// The sequence number after which the history tells of a day; nil when it does not.
    func historyBegins(day: ServiceDay) throws(StoreError) -> UInt64? {
        let last = ServiceDay(day.count + FigureLimits.lateDays)
        return try store.historyBegins(day: ServiceDay(day.count - 1), last: last)
    }

    /// Some lines of the history after a sequence number.
    func historyPage(after: UInt64) throws(StoreError) -> [HistoryLine] {
        try store.history(limit: DayReports.pageLines, after: after)
    }

    /// Begins to remove what is older than is kept, a batch at a time: a year of it may be too old at
    /// once, and presses don't wait for that.
    func prune(_ day: ServiceDay) {
        oldest = CentralStore.oldestDayKept(today: day, days: Int32(clamping: historyDays))
        pruneLater()
    }

    /// Removes a batch of old history, if there is any, and asks to be called again.
    func pruneOn() {
        guard let before = oldest else { return }
        do throws(StoreError) {
            if try store.pruneHistory(before: before) > 0 { pruneLater() } else { oldest = nil }
        } catch {
            oldest = nil
            log.tell("disk-failed", "old history could not be pruned: \(error)", isWarning: true)
        }
    }
}
