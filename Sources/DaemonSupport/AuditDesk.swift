// SPDX-License-Identifier: Apache-2.0

// What people do to a daemon that is no act on tickets: backups, keys, logins, configuration. Each is a
// row of its own in the audit, written in turn with everything else.

import QueueCore
import Synchronization

/// Who asks for something, and from where.
public struct ControlActor: Hashable, Sendable {
    /// In which role: `uid 1000`, `page`, `supervisor NAME`, `daemon`.
    public var who: String
    /// From where: `socket`, an address.
    public var place: String

    /// Somebody in a role, from somewhere.
    public init(_ who: String, at place: String) {
        self.who = who
        self.place = place
    }

    /// Nobody can say.
    public static let unknown = ControlActor("unknown", at: "socket")
    /// The daemon itself.
    public static let daemon = ControlActor("daemon", at: "start")

    /// Somebody at a page, which has one key for all.
    public static func page(at address: String) -> ControlActor {
        ControlActor("page", at: address)
    }

    /// The user behind a connection of the control socket, as the uplink names its peer.
    static func peer(_ text: String) -> ControlActor {
        guard let mark = text.firstRange(of: ", uid ") else { return .unknown }
        return ControlActor("uid \(text[mark.upperBound...])", at: "socket")
    }
}

/// Writes rows of the audit.
public final class AuditDesk: Sendable {
    private struct Refusals {
        var since: Moment?
        var untold = 0
    }

    private let now: @Sendable () -> Moment
    private let wall: @Sendable () -> WallTime
    private let write: @Sendable (AuditEntry) -> Void
    private let refusals = Mutex(Refusals())

    /// A desk; `write` has the core's thread write a row, `wall` is unknown while the clock is not known
    /// to be right.
    public init(
        now: @escaping @Sendable () -> Moment, wall: @escaping @Sendable () -> WallTime,
        write: @escaping @Sendable (AuditEntry) -> Void
    ) {
        self.now = now
        self.wall = wall
        self.write = write
    }

    /// Notes an act. `subject` is what it is done to: a file, the name of a key, a controller; nothing
    /// personal. `outcome` is `done` or the name of a refusal.
    public func note(
        _ act: AuditAct, on subject: String, by actor: ControlActor, outcome: String = "done",
        detail: String = ""
    ) {
        write(
            AuditEntry(
                at: wall(), act: act, subject: subject, who: actor.who, place: actor.place,
                outcome: outcome, detail: detail))
    }

    /// Somebody has shown the key of the pages, right or wrong. Of wrong ones at most one in a minute is
    /// a row, which counts the others: nobody fills the audit by guessing.
    public func login(isRight: Bool, from address: String) {
        guard !isRight else { return note(.login, on: "pages", by: .page(at: address)) }
        refused(.loginRefused, on: "pages", by: .page(at: address))
    }

    /// Somebody was refused for what he could not show: a key. At most one row in a minute.
    public func refused(_ act: AuditAct, on subject: String, by actor: ControlActor) {
        let now = now()
        let untold: Int? = refusals.withLock { refusals in
            if let since = refusals.since, now < since + SupportLimits.refusalsPerRow {
                refusals.untold += 1
                return nil
            }
            defer { refusals = Refusals(since: now) }
            return refusals.untold
        }
        guard let untold else { return }
        note(
            act, on: subject, by: actor, outcome: "refused",
            detail: untold == 0 ? "" : "\(untold) more before, without a row")
    }
}
