// SPDX-License-Identifier: Apache-2.0

// The audit of a controller: what people asked for becomes rows beside the changes that it made.

import Control
import DaemonSupport
import Hardware
import QueueCore
import Store

extension ControllerHands {
    func hear(_ input: ControllerInput) -> Bool {
        if case .command(let command, _) = input { command.audited != nil } else { false }
    }

    func commit(
        _ changes: [ControllerChange], inputs: [ControllerInput], effects: [ControllerEffect]
    ) throws {
        try commit(changes, audit: inputs.compactMap { entry($0, effects) })
    }

    private func entry(
        _ input: ControllerInput, _ effects: [ControllerEffect]
    ) -> AuditEntry? {
        guard case .command(let command, let request) = input, let act = command.audited else {
            return nil
        }
        let actor = outside?.control.actor(of: request) ?? .unknown
        var outcome = "unanswered"
        for case .reply(request, let reply) in effects { outcome = reply.auditedOutcome }
        return act.entry(at: wall(), who: actor.who, place: actor.place, outcome: outcome)
    }

    /// Notes what is no act on tickets.
    func note(_ entry: AuditEntry) {
        do {
            try commit([], audit: [entry])
        } catch {
            tellAuditFailed("\(error)")
        }
    }

    /// Notes on which configuration the daemon begins to run, when it is another than before.
    func noteConfiguration(_ path: String, digest: String) throws(StoreError) {
        if let entry = AuditEntry.configuration(
            path, digest: digest, at: wall(),
            last: try store.lastAct(.configuration, on: path))
        {
            try store.commit([], audit: [entry])
        }
    }

    /// Some rows of the audit.
    func audit(_ request: ControlRequest, _ zone: ZoneRules) -> Result<AuditPage, ControlError> {
        let span = request.auditSpan(zone)
        do throws(StoreError) {
            let lines = try store.audit(
                after: UInt64(clamping: request.after ?? 0), from: span.from, to: span.until,
                limit: StoreLimits.auditPageMax)
            let rows = lines.map {
                AuditRow(sequence: $0.sequence, $0.entry, isWhole: $0.isWhole, zone: zone)
            }
            let isFull = rows.count == StoreLimits.auditPageMax
            return .success(AuditPage(rows: rows, next: isFull ? rows.last?.sequence : nil))
        } catch {
            return .failure(ControlError(name: "disk-failed", detail: "\(error)"))
        }
    }
}
