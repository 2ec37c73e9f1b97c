// SPDX-License-Identifier: Apache-2.0

// What a daemon tells of its audit and its backups.

/// A row of the audit.
public struct AuditRow: Codable, Sendable, Equatable {
    /// Its number.
    public var sequence: Int
    /// When, as ISO 8601, UTC; nil when the clock was not known to be right.
    public var at: String?
    /// The same in the clinic's time zone, as `2026-11-23 09:12:01`.
    public var local: String?
    /// What was done: `fence`, `cancel`, `backup`, `configuration` and so on.
    public var act: String
    /// What it was done to.
    public var subject: String
    /// In which role.
    public var who: String
    /// From where.
    public var place: String
    /// `done`, or the name of the refusal.
    public var outcome: String
    /// More about it.
    public var detail: String
    /// Whether the row is as it was written: it agrees with its digest and the row before.
    public var whole: Bool

    /// A row from its parts.
    public init(
        sequence: Int, at: String?, local: String?, act: String, subject: String, who: String,
        place: String, outcome: String, detail: String, whole: Bool
    ) {
        self.sequence = sequence
        self.at = at
        self.local = local
        self.act = act
        self.subject = subject
        self.who = who
        self.place = place
        self.outcome = outcome
        self.detail = detail
        self.whole = whole
    }

    /// The names of the columns of ``csv``.
    public static let csvHead = "sequence,at,local,act,subject,who,place,outcome,detail,whole\r\n"

    /// The row as RFC 4180 has it. A text that a spreadsheet would take for a formula begins with an
    /// apostrophe.
    public var csv: String {
        let cells = [
            "\(sequence)", at ?? "", local ?? "", act, subject, who, place, outcome, detail,
            whole ? "yes" : "no",
        ]
        return cells.map(Self.cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { $0 == "," || $0 == "\"" }) else { return safe }
        let doubled = safe.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"")
        return "\"" + doubled + "\""
    }
}

/// Some rows of the audit, oldest first.
public struct AuditPage: Codable, Sendable, Equatable {
    /// The rows.
    public var rows: [AuditRow]
    /// The number after which to ask on; nil when there are no more.
    public var next: Int?

    /// A page.
    public init(rows: [AuditRow], next: Int?) {
        self.rows = rows
        self.next = next
    }
}

/// A backup that was made.
public struct BackupResult: Codable, Sendable, Equatable {
    /// The file.
    public var file: String
    /// What it says of itself.
    public var sentence: String

    /// A backup.
    public init(file: String, sentence: String) {
        self.file = file
        self.sentence = sentence
    }
}
