// SPDX-License-Identifier: Apache-2.0

// Who was turned away at the door: counted in full, told in few lines. A flood of strangers may fill
// neither the memory nor the log. Pure: the time comes in.

import QueueCore
import Uplink

/// Counts attempts to connect that failed, and says which of them are worth a line.
struct Strangers: Sendable {
    /// Attempts of one kind from one place.
    struct Key: Hashable, Sendable {
        var fault: HandshakeFault
        var host: String
        var identity: String?
    }

    struct Row: Sendable {
        var count = 0
        var since: Moment
        var last: Moment
    }

    /// Places kept: more than a person reads; the one longest silent makes room.
    static let rowsMax = 64
    /// Lines in a minute: a flood from many places says no more than this.
    static let linesMax = 20
    static let linesSpan = TimeSpan.seconds(60)

    private(set) var rows: [Key: Row] = [:]
    private(set) var totals: [HandshakeFault: Int] = [:]
    private var lines = 0
    private var linesSince: Moment?
    private var untold = 0

    /// Notes one more; the line to say about it, if any: the first of its kind and place, the tenth,
    /// the hundredth, …
    mutating func note(_ key: Key, peer: String, at now: Moment) -> String? {
        totals[key.fault, default: 0] += 1
        if rows[key] == nil, rows.count >= Self.rowsMax,
            let oldest = rows.min(by: { $0.value.last < $1.value.last })?.key
        {
            rows[oldest] = nil
        }
        var row = rows[key] ?? Row(since: now, last: now)
        row.count += 1
        row.last = now
        rows[key] = row
        guard Self.isTold(row.count) else { return nil }
        let spare = makeRoom(at: now)
        guard lines <= Self.linesMax else {
            untold += 1
            return nil
        }
        let who = key.identity.map { "\(peer), \($0)," } ?? peer
        let times = row.count == 1 ? "" : " (\(row.count) times from there)"
        return "\(who) was turned away: \(key.fault.rawValue): \(key.fault.meaning)\(times)" + spare
    }

    /// 1, 10, 100, 1,000, …
    private static func isTold(_ count: Int) -> Bool {
        var rest = count
        while rest % 10 == 0 { rest /= 10 }
        return rest == 1
    }

    private mutating func makeRoom(at now: Moment) -> String {
        if let linesSince, now - linesSince < Self.linesSpan {
            lines += 1
            return ""
        }
        linesSince = now
        lines = 1
        defer { untold = 0 }
        return untold == 0 ? "" : "; \(untold) more lines like this were left out before"
    }
}
