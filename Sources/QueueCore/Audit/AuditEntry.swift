// SPDX-License-Identifier: Apache-2.0

// What a person did to a daemon, by whom and from where: one row of the audit.

/// What was done. The word stands in the audit for ever.
public enum AuditAct: String, CaseIterable, Sendable {
    case fence, cancel, transfer, readmit, undo, open, close
    /// A ticket went back to the service that sent it.
    case giveBack = "return"
    /// The service day was turned by hand.
    case turnDay = "turn-day"
    /// An appointment was taken out of the book, or a list of them taken over.
    case unbook
    case importList = "import"
    /// A doctor is away, or there after all.
    case absent, present
    case backup
    /// The database came from a backup; the first row of its new life.
    case restore
    /// Somebody opened a page with its key; somebody showed a wrong one.
    case login
    case loginRefused = "login-refused"
    /// The daemon began to run on another configuration than before.
    case configuration
    /// A key of a peer is valid from now on; it is no more.
    case keyMade = "key-made"
    case keyRevoked = "key-revoked"
}

/// One act. Nothing in it may be personal: no patient's name, number of an identity card, telephone
/// or tracking code.
public struct AuditEntry: Hashable, Sendable {
    /// When, in seconds of the wall clock; unknown when that is not known to be right.
    public var at: WallTime
    /// What was done.
    public var act: AuditAct
    /// What it was done to: a controller, a ticket number, a booth, a file, the name of a key.
    public var subject: String
    /// In which role: `uid 1000`, `page`, `supervisor NAME`, `daemon`.
    public var who: String
    /// From where: `socket`, an address, a program.
    public var place: String
    /// `done`, or the name of the refusal.
    public var outcome: String
    /// More about it.
    public var detail: String

    /// An act; each text is cut at ``Limits/auditTextMax`` bytes and keeps one line.
    public init(
        at: WallTime, act: AuditAct, subject: String = "", who: String, place: String,
        outcome: String = "done", detail: String = ""
    ) {
        self.at = at
        self.act = act
        self.subject = Self.plain(subject)
        self.who = Self.plain(who)
        self.place = Self.plain(place)
        self.outcome = Self.plain(outcome)
        self.detail = Self.plain(detail)
    }

    /// A text without what would end its line or its column, or turn the reading round.
    private static func plain(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let isShown =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse,
                    .unassigned, .surrogate:
                    false
                default: true
                }
            bytes += UTF8.width(scalar)
            guard bytes <= Limits.auditTextMax else { break }
            kept.append(isShown ? scalar : "?")
        }
        return String(kept)
    }
}

extension AuditEntry {
    /// The daemon begins to run on a configuration of this digest; nil when the last such entry says
    /// the same.
    public static func configuration(
        _ path: String, digest: String, at time: WallTime, last: AuditEntry?
    ) -> AuditEntry? {
        let now = "digest \(digest.prefix(16))"
        guard last?.detail.hasPrefix(now) != true else { return nil }
        let before = last.map { $0.detail.prefix { $0 != "," } }.map { ", before: \($0)" }
        return AuditEntry(
            at: time, act: .configuration, subject: path, who: "daemon", place: "start",
            detail: now + (before ?? ""))
    }
}
