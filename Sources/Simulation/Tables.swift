// SPDX-License-Identifier: Apache-2.0

// What a person reads of a run: tables, scenarios and stories as text.

import QueueCore

extension Tally {
    /// The tables of faults and situations, and the order of calls, a line each.
    public var tables: [String] {
        let faultRows = FaultKind.allCases.map { ($0.name, faults[$0.rawValue]) }
        let situationRows = Situation.allCases.map { ($0.name, situations[$0.rawValue]) }
        return ["faults that struck"] + Self.columns(faultRows)
            + ["situations reached"] + Self.columns(situationRows)
            + [
                "earlier tickets that still waited at a call, all online",
                order.line("lifelike"), strainedOrder.line("slow wires or in haste"),
                "longest wait until both sides agreed: \(slowestAgreement / 1_000_000) s "
                    + "of \(World.agreementBound.seconds) s; displays looked at \(looks) times",
            ]
    }

    /// Kinds of faults and situations that were never reached.
    public var unreached: [String] {
        FaultKind.allCases.filter { faults[$0.rawValue] == 0 }.map(\.name)
            + Situation.allCases.filter { situations[$0.rawValue] == 0 }.map(\.name)
    }

    private static func columns(_ rows: [(name: String, count: Int)]) -> [String] {
        stride(from: 0, to: rows.count, by: 3).map { start in
            "  "
                + rows[start..<min(start + 3, rows.count)].map { row in
                    let count = String(row.count)
                    let gap = max(1, 36 - row.name.count - count.count)
                    return row.name + String(repeating: " ", count: gap) + count
                }.joined(separator: "   ")
        }
    }
}

extension Inversions {
    func line(_ name: String) -> String {
        let shares = [500, 900, 990, 999].map { "p\($0) \(perMille($0))" }
        let counts = calls.prefix(6).enumerated().map { "\($0.offset): \($0.element)" }
        return "  \(name): \(total) calls, per mille " + shares.joined(separator: ", ") + "; "
            + counts.joined(separator: "  ")
    }
}

extension Scenario {
    /// The clinic in a sentence or two.
    public var summary: String {
        let kinds = FaultKind.allCases.filter { strikes($0) > 0 }
            .map { "\($0.name) ×\(strikes($0))" }
        return "seed \(seed): \(days) days, \(booths.count) controllers with "
            + booths.map(String.init).joined(separator: "+")
            + " booths, \(services.count) services, "
            + "\(ticketsADay) tickets a day"
            + (haste > 1 ? ", \(haste) times faster than life" : "")
            + "; wires \(shortestTrip.microseconds)–\(longestTrip.microseconds) µs, commits "
            + "\(commitSpan.milliseconds) ms" + (linesAreText ? ", lines as text" : "")
            + (busesAreReal ? ", real buses" : "") + "\nfaults a day: "
            + (kinds.isEmpty ? "none" : kinds.joined(separator: ", "))
    }
}

extension Story {
    /// The story, a line for each deed and for what was committed after it.
    public var text: String {
        "\(deeds) of \(deedsBefore) deeds are enough:\n" + lines.joined(separator: "\n")
            + "\n\(violation)"
    }
}
