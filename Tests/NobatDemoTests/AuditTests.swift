// SPDX-License-Identifier: Apache-2.0

import Control
import QueueCore
import Testing

@testable import nobat_demo

/// The morning's checks find what they are there to find.
@Suite struct AuditTests {
    private func history(_ lines: [(kind: String, text: String)]) -> [HistoryRow] {
        lines.enumerated().map { index, line in
            HistoryRow(
                sequence: index + 1, day: 1, controller: "hall-a", epoch: "1", fact: index,
                kind: line.kind, text: "hall-a: " + line.text)
        }
    }

    private func page(_ calls: [(String, Int)], unanswered: [Int] = []) -> Ledger.Page {
        var page = Ledger.Page()
        page.calls = calls.map { Call(number: $0.0, booth: $0.1) }
        page.unanswered = unanswered
        return page
    }

    private let twoCalls = [
        (kind: "called", text: "A001 called to booth 1"),
        (kind: "called", text: "A002 called to booth 2"),
    ]

    /// The sentences that are read here are those that the daemons write.
    @Test func callsAreReadAsTheDaemonsWriteThem() throws {
        let number = try #require(TicketNumber("A042"))
        let name = try #require(Name("admission"))
        let ticket = Ticket(
            id: TicketID(issuer: .central, run: try #require(Epoch(mark: 1)), serial: 1),
            number: number,
            day: ServiceDay(1), service: name, priority: .normal, rank: 1)
        let called = Narration(Fact.called(booth: 3, ticket: ticket)) { _ in number }
        let undone = Narration(Fact.undone(booth: 3, uncalled: ticket.id, restored: nil)) { _ in
            number
        }
        let issued = Narration(Fact.issued(ticket)) { _ in number }
        let rows = history([issued, called, undone, called].map { ($0.kind, $0.text) })
        #expect(
            rows.compactMap(Audit.call)
                == Array(repeating: Call(number: "A042", booth: 3), count: 2))
        #expect(Audit.issued(rows) == ["A042"])
        #expect(Audit.doubleCalls(rows) == [])
    }

    @Test func answeredCallsAreThereOnce() {
        let rows = history(twoCalls)
        #expect(Audit.callBreaks(page([("A001", 1), ("A002", 2)]), rows) == [])
        #expect(Audit.callBreaks(page([("A001", 1), ("A002", 2), ("A003", 3)]), rows).count == 1)
        #expect(Audit.callBreaks(page([("A001", 1)]), rows).count == 1)
        #expect(Audit.callBreaks(page([("A001", 1)], unanswered: [2]), rows) == [])
        #expect(Audit.callBreaks(page([("A001", 1)], unanswered: [3]), rows).count == 1)
        #expect(
            Audit.callBreaks(page([("A001", 1), ("A002", 2)]), history(twoCalls + twoCalls)).count
                == 2)
        #expect(Audit.callBreaks(page([]), history([("called", "something else")])).count == 1)
    }

    @Test func aNumberAtTwoBoothsIsFound() {
        let again = (kind: "called", text: "A001 called to booth 4")
        #expect(Audit.doubleCalls(history(twoCalls + [again])).count == 1)
        for text in ["finished at booth 1", "did not come to booth 1", "parked at booth 1 for 2 s"]
        {
            let kind = text.hasPrefix("f") ? "finished" : text.hasPrefix("d") ? "no-show" : "parked"
            let rows = history(twoCalls + [(kind, "A001 \(text)"), again])
            #expect(Audit.doubleCalls(rows) == [])
        }
        let undone =
            "last press at booth 2 taken back: A002 waits again, A001 is at the booth again"
        let rows = history([
            twoCalls[0], ("finished", "A001 finished at booth 1"), twoCalls[1], ("undone", undone),
            ("called", "A002 called to booth 1"), again,
        ])
        #expect(Audit.doubleCalls(rows) == ["A001 at booth 4 while it was at booth 2"])
    }

    @Test func differencesAreNamed() {
        func row(_ number: String, _ state: String, _ holder: String = "hall-a") -> TicketRow {
            TicketRow(
                number: number, state: state, booth: nil, service: "lab", heldBy: holder,
                priority: "normal", id: number, rank: 1, dealtAgain: false)
        }
        let own = [row("A001", "waiting"), row("A002", "transferred")]
        #expect(Audit.differences(controller: own, central: [row("A001", "waiting")]) == [])
        #expect(Audit.differences(controller: own, central: [row("A001", "called")]).count == 1)
        #expect(Audit.differences(controller: own, central: []).count == 1)
        #expect(
            Audit.differences(
                controller: own, central: [row("A001", "waiting"), row("A009", "waiting")]
            ).count == 1)
        #expect(
            Audit.differences(
                controller: own,
                central: [row("A001", "waiting"), row("A009", "waiting", "central")]
            ) == [])
    }

    @Test func numbersIssuedTwiceAreNamed() {
        #expect(Audit.twice(["A001", "A002", "A001"]) == ["A001"])
        #expect(Audit.twice(["A001", "A002"]) == [])
    }

    @Test func aFailedCheckCounts() {
        var text = ""
        let transcript = Transcript(seconds: { 1.5 }, write: { text += $0 })
        transcript.check("it holds", true)
        transcript.check("the display shows A001", false, found: "A002")
        transcript.finish()
        #expect(transcript.failures == ["expected: the display shows A001; found: A002"])
        #expect(text.contains("FAILED   expected: the display shows A001; found: A002"))
        #expect(text.contains("1 of 2 checks FAILED"))
    }
}
