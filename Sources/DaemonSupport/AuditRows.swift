// SPDX-License-Identifier: Apache-2.0

// Rows of the audit as people read them, with the times of the clinic.

import Control
import Glibc
import Hardware
import QueueCore

extension AuditRow {
    /// A row in words; `zone` is the clinic's.
    public init(
        sequence: UInt64, _ entry: AuditEntry, isWhole: Bool, zone: ZoneRules
    ) {
        let seconds = entry.at.seconds
        self.init(
            sequence: Int(clamping: sequence),
            at: entry.at.isKnown ? Self.date(seconds, "T") + "Z" : nil,
            local: entry.at.isKnown ? Self.date(seconds + zone.offset(at: seconds), " ") : nil,
            act: entry.act.rawValue, subject: entry.subject, who: entry.who, place: entry.place,
            outcome: entry.outcome, detail: entry.detail, whole: isWhole)
    }

    private static func date(_ seconds: Int64, _ between: String) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let two = { (value: Int32) in (value < 10 ? "0" : "") + String(value) }
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))\(between)"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}

extension ControlRequest {
    /// The times that a question for the audit is about, in seconds, both included.
    public func auditSpan(_ zone: ZoneRules) -> (from: Int64, until: Int64) {
        let midnight = { (day: Int) in
            let local = Int64(clamping: day) &* 86_400
            return local - zone.offset(at: local)
        }
        let days = 0...Int(ServiceDay.countMax)
        let first = from.map { midnight(min(max($0, days.lowerBound), days.upperBound)) }
        let last = until.map { midnight(min(max($0, days.lowerBound), days.upperBound) + 1) - 1 }
        return (first ?? .min, last ?? .max)
    }
}
