// SPDX-License-Identifier: Apache-2.0

// Which acts of people the audit keeps, and in which words: those that take something from somebody
// or change what a booth does. Calls and tickets are in the history.

/// An act as a machine is asked for it.
public struct AuditedAct: Hashable, Sendable {
    /// What is asked for.
    public let act: AuditAct
    /// What it is done to.
    public let subject: String
    /// More about it.
    public let detail: String

    init(_ act: AuditAct, _ subject: some CustomStringConvertible, _ detail: String = "") {
        self.act = act
        self.subject = subject.description
        self.detail = detail
    }

    /// The entry that says who has done it and what came of it.
    public func entry(
        at time: WallTime, who: String, place: String, outcome: String
    ) -> AuditEntry {
        AuditEntry(
            at: time, act: act, subject: subject, who: who, place: place, outcome: outcome,
            detail: detail)
    }
}

extension ControllerCommand {
    /// What the audit says of it; nil when it says nothing.
    public var audited: AuditedAct? {
        switch self {
        case .transfer(let booth, let service):
            AuditedAct(.transfer, "booth \(booth)", "to \(service)")
        case .giveBack(let booth): AuditedAct(.giveBack, "booth \(booth)")
        case .undo(let booth): AuditedAct(.undo, "booth \(booth)")
        case .open(let booth): AuditedAct(.open, "booth \(booth)")
        case .close(let booth): AuditedAct(.close, "booth \(booth)")
        case .cancel(let number): AuditedAct(.cancel, number)
        case .readmit(let number): AuditedAct(.readmit, number)
        case .next, .recall, .call, .noShow, .finish, .park, .take, .arrive, .slip, .codeSlip,
            .slipPrinted, .slipFailed:
            nil
        }
    }
}

extension CentralCommand {
    /// What the audit says of it; nil when it says nothing. No code and no telephone number is in it.
    public var audited: AuditedAct? {
        switch self {
        case .fence(let name): AuditedAct(.fence, name)
        case .cancel(let number): AuditedAct(.cancel, number)
        case .turnDay(let day): AuditedAct(.turnDay, day)
        case .appointments(let command): command.audited
        case .take: nil
        }
    }
}

extension AppointmentCommand {
    fileprivate var audited: AuditedAct? {
        switch self {
        case .ask(let request, _): request.audited
        case .take(let rows, _): AuditedAct(.importList, "appointments", "\(rows.count) rows")
        case .present(let absence): AuditedAct(.present, absence.doctor, absence.when)
        case .admit, .settle: nil
        }
    }
}

extension AppointmentRequest {
    fileprivate var audited: AuditedAct? {
        switch self {
        case .unbook: AuditedAct(.unbook, "an appointment")
        case .absence(let absence): AuditedAct(.absent, absence.doctor, absence.when)
        case .book, .check, .arrive: nil
        }
    }
}

extension Absence {
    fileprivate var when: String { session.map { "\(date) \($0)" } ?? "\(date)" }
}

extension ClientMessage {
    /// The act that somebody asks for over the line protocol and the reference of its answer; nil when
    /// the audit says nothing of it.
    public var audited: (act: AuditedAct, reference: UInt64)? {
        switch self {
        case .fence(let reference, let name): (AuditedAct(.fence, name), reference)
        case .cancel(let reference, let number): (AuditedAct(.cancel, number), reference)
        case .appointment(let reference, let request): request.audited.map { ($0, reference) }
        default: nil
        }
    }
}

extension Reply {
    /// What the audit says came of it: `done`, or the name of the refusal.
    public var auditedOutcome: String {
        switch self {
        case .refused(let refusal): refusal.name
        case .codeRefused(let name, _): name
        case .appointment(.importRefused): "import-refused"
        default: "done"
        }
    }
}

extension CentralMessage {
    /// The answer to a question of this reference, as the audit says it; nil when it is none.
    public func auditedOutcome(of reference: UInt64) -> String? {
        switch self {
        case .done(reference): "done"
        case .refused(reference, let name, _): name
        default: nil
        }
    }
}
