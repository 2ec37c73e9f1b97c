// SPDX-License-Identifier: Apache-2.0

import BoothUnit
import Control
import QueueCore
import Testing

@testable import nobat_demo

@Suite struct ScreenTests {
    private func glimpse(_ shows: [String] = ["A001", "----", "B007", "L003"]) -> HallGlimpse {
        HallGlimpse(
            booths: shows.enumerated().map { index, text in
                HallGlimpse.Booth(
                    number: index + 1, segments: text.utf8.map { Segments.glyph(for: $0) ?? 0 },
                    beeps: false, hasPower: index != 3)
            },
            rows: (1...4).map { booth in
                DisplayRow(
                    booth: booth, shows: "----", ordered: "----", verified: true, since: "",
                    online: true, bus: nil, address: nil,
                    lamp: booth == 2 ? "nobody" : "waiting", open: booth != 3)
            },
            tickets: [
                ticket("A007", "waiting", rank: 7), ticket("A005", "waiting", rank: 5),
                ticket("A006", "waiting", rank: 6, priority: "elderly"),
                ticket("A002", "parked", rank: 2), ticket("B007", "called", rank: 3),
            ],
            centralTickets: [
                ticket("A009", "waiting", rank: 9, holder: "central"),
                ticket("A008", "waiting", rank: 8, holder: "hall-a"),
            ], isPlugged: false, cableSeconds: 12,
            controller: .init(process: 11, seconds: 3, status: nil),
            central: .init(process: nil, seconds: 5, status: nil),
            events: (1...30).map { number in
                FeedLine(
                    source: "hall",
                    row: EventRow(at: "2026-01-02T10:00:00Z", kind: "x", text: "event \(number)"))
            }, message: "booth 1: A001 called", isRefused: false, showsHelp: false, moment: .zero)
    }

    private func ticket(
        _ number: String, _ state: String, rank: Int, priority: String = "normal",
        holder: String = "hall-a"
    ) -> TicketRow {
        TicketRow(
            number: number, state: state, booth: nil, service: "admission", heldBy: holder,
            priority: priority, id: number, rank: rank, dealtAgain: false)
    }

    @Test(arguments: [(80, 24), (100, 32), (200, 60)])
    func everyPartHasItsPlace(_ width: Int, _ height: Int) throws {
        let canvas = Screen(glimpse: glimpse(), ink: "#").drawn(width: width, height: height)
        let rows = canvas.text
        #expect(rows.count == height)
        #expect(rows.allSatisfy { $0.count <= width })
        for booth in 1...4 { #expect(rows[1].contains("Booth \(booth)")) }
        #expect(rows[8].contains("(*) someone waits") && rows[8].contains("( ) nobody waits"))
        #expect(rows[9].contains("CLOSED") && rows[9].contains("NO POWER"))
        #expect(rows[height - 2] == " booth 1: A001 called")
        #expect(rows[height - 1].contains("? help  q"))
        #expect(rows.contains { $0.contains("event 30") })
        #expect(!rows.contains { $0.contains("event 1 ") })
    }

    @Test func theQueueStandsInTheOrderOfCalls() {
        let lines = ScreenLists(glimpse: glimpse()).lines(width: 66)
        #expect(lines.first?.text == "3 wait: A006(elderly) A005 A007")
        #expect(
            lines.first { $0.label == "away" }?.text == "A002(parked) A009(at the central)")
        #expect(lines.first { $0.label == "network" }?.text.hasPrefix("CUT for 12 s") == true)
        #expect(lines.first { $0.label == "central" }?.text.hasPrefix("DEAD for 5 s") == true)
        #expect(lines.allSatisfy { $0.text.count <= 66 })
    }

    @Test func whatDoesNotFitIsCounted() {
        let numbers = (1...40).map { "A\(100 + $0)" }
        let text = ScreenLists.fit("40 wait: ", numbers, width: 40)
        #expect(text == "40 wait: A101 A102 A103 A104 and 36 more")
        #expect(ScreenLists.fit("", ["A001", "A002"], width: 9) == "A001 A002")
    }

    @Test func aDarkHalfOfABlinkIsDark() {
        let lit = Screen(glimpse: glimpse(), ink: "#").drawn(width: 80, height: 24).text
        let dark = Screen(glimpse: glimpse(["    ", "    ", "    ", "    "]), ink: "#")
            .drawn(width: 80, height: 24).text
        #expect(lit[2...6].contains { $0.contains("#") })
        #expect(!dark[2...6].contains { $0.contains("#") })
    }

    @Test func aSmallWindowSaysSo() {
        let rows = Screen(glimpse: glimpse()).drawn(width: 60, height: 20).text
        #expect(rows[0].contains("80x24"))
    }

    @Test func theHelpFitsTheSmallestScreen() {
        var glimpse = glimpse()
        glimpse.showsHelp = true
        let rows = Screen(glimpse: glimpse).drawn(width: 80, height: 24).text
        for line in ScreenHelp.lines where !line.isEmpty {
            #expect(rows.contains { $0.hasSuffix(line) }, "\(line)")
        }
        #expect(rows[22] == " booth 1: A001 called")
    }

    @Test func whatADaemonSaysCannotSteerTheTerminal() {
        var canvas = Canvas(width: 20, height: 1)
        canvas.put("a\u{1B}[2Jb\r\n", row: 0, column: 0)
        #expect(canvas.rows(isColoured: false) == ["a?[2Jb?"])
    }

    @Test func keysOfOtherSequencesMeanNothing() {
        #expect(Key.read(Array("1!T".utf8)) == [.press(1), .recall(1), .takeAtCentral])
        #expect(Key.read([0x1B, 0x5B, 0x31, 0x3B, 0x35, 0x43, 0x71]) == [.quit])
        #expect(Key.read([0x1B]) == [])
        #expect(Key.read([0x03]) == [.quit])
    }
}
