// SPDX-License-Identifier: Apache-2.0

// The last patients are called, the booths close, and the books are looked through.

import Control
import SoftwareHall

extension Morning {
    /// The end of the morning.
    func closing() throws {
        transcript.title("Noon")
        transcript.say("No more tickets; the clerks call the last \(waiting.count) patients.")
        var calls = 0
        var idle: Set<Int> = []
        while idle.count < stage.controller.booths.count, stage.seconds < Self.secondsMax {
            for booth in stage.controller.booths where !idle.contains(booth) {
                if try press(booth).outcome == "called" { calls += 1 } else { idle.insert(booth) }
            }
        }
        for booth in stage.controller.booths { _ = try stage.act(.close, booth: booth) }
        transcript.say("\(calls) calls later nobody waits, and the booths close.")
        try board("the displays go to dashes", [nil, nil, nil, nil])
        try agreement()
        try books()
        transcript.say("Both daemons are told to stop.")
        let codes = [stage.controller.daemon.stop(), stage.hall.central.stop()]
        transcript.check("they end in order", codes == [0, 0], found: "exit status \(codes)")
    }

    /// What must hold of the whole morning.
    private func books() throws {
        let history = stage.history ?? []
        let page = ledger.all
        let issued = Audit.issued(history)
        let twice = Audit.twice(issued) + Audit.twice(page.numbers)
        transcript.check(
            "of \(issued.count) numbers none was issued twice", twice.isEmpty && !issued.isEmpty,
            found: twice.joined(separator: " "))
        let lost = Set(page.numbers).subtracting(issued)
        transcript.check(
            "every ticket that somebody holds is in the history", lost.isEmpty,
            found: lost.sorted().joined(separator: " "))
        let surplus = Set(issued).subtracting(page.numbers)
        transcript.check(
            "and nothing else, but for takes that a kill cut off (\(page.ticketsUnanswered))",
            surplus.count <= page.ticketsUnanswered,
            found: surplus.sorted().joined(separator: " "))
        let doubles = Audit.doubleCalls(history)
        transcript.check(
            "no number was called while it was at a booth", doubles.isEmpty,
            found: doubles.joined(separator: "; "))
        let rows = stage.queue(stage.hall.central) ?? []
        let left = rows.filter { !["finished", "no-show"].contains($0.state) }
        transcript.check(
            "nobody was skipped or lost: all \(rows.count) tickets were called and ended",
            left.isEmpty && rows.count == issued.count,
            found: left.map { "\($0.number) \($0.state)" }.joined(separator: ", ")
                + "; \(rows.count) tickets of \(issued.count)")
    }
}
