// SPDX-License-Identifier: Apache-2.0

// The audit of the central: what people asked for becomes rows beside the changes that it made.

import Control
import DaemonSupport
import Hardware
import QueueCore
import Store

extension CentralHands {
    func hear(_ input: CentralInput) -> Bool {
        switch input {
        case .command(let command, _): command.audited != nil
        case .message(_, let message, _): message.audited != nil
        default: false
        }
    }

    func commit(
        _ changes: [CentralChange], inputs: [CentralInput], effects: [CentralEffect]
    ) throws {
        try commit(changes, audit: inputs.compactMap { entry($0, effects) })
    }

    private func entry(
        _ input: CentralInput, _ effects: [CentralEffect]
    ) -> AuditEntry? {
        switch input {
        case .command(let command, let request):
            guard let act = command.audited else { return nil }
            let actor = control?.actor(of: request) ?? .unknown
            var outcome = "unanswered"
            for case .reply(request, let reply) in effects { outcome = reply.auditedOutcome }
            return act.entry(at: wall(), who: actor.who, place: actor.place, outcome: outcome)
        case .message(let link, let message, _):
            guard let (act, reference) = message.audited else { return nil }
            // What the core did not answer was nobody's to ask: no row for it, lest they push out others.
            var outcome: String?
            for case .send(link, let answer) in effects {
                outcome = answer.auditedOutcome(of: reference) ?? outcome
            }
            guard let outcome else { return nil }
            let actor = peers?.actor(link) ?? .unknown
            return act.entry(at: wall(), who: actor.who, place: actor.place, outcome: outcome)
        default: return nil
        }
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
