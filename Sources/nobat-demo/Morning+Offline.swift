// SPDX-License-Identifier: Apache-2.0

// The network is cut, and work goes on; it is healed, and both sides agree.

import Control
import SoftwareHall

extension Morning {
    /// Tickets and calls without a network, until the lent numbers are used up; then the heal.
    func offline() throws {
        transcript.title("The network is cut")
        stage.controller.wire.set(.cut)
        transcript.say("Somebody pulls the cable between the controller and the central.")
        try lamps("the lamps tell it to the clerks, and that somebody waits", "offline-waiting")
        let left = try take(at: stage.hall.central)
        transcript.say(
            "A patient takes \(left) at the central's kiosk: it waits there for the heal.")

        let block = (stage.status(stage.controller.daemon)?.blocks ?? []).filter {
            $0.service == "admission" && $0.next.hasPrefix("A")
        }
        let room = block.first?.remaining ?? 0
        var numbers: [String] = []
        for _ in 0..<(room + 2) { numbers.append(try take(at: stage.controller.daemon)) }
        transcript.say(
            "\(room + 2) take tickets at the dispenser: \(numbers.joined(separator: " "))")
        transcript.check(
            "\(room) numbers come from the block that was lent ahead",
            room > 0 && numbers.first == block.first?.next
                && numbers.prefix(room).allSatisfy { $0.hasPrefix("A") },
            found: "block \(block.map(\.next)), then \(numbers)")
        transcript.check(
            "when it is used up, numbering goes on in the controller's own series",
            numbers.suffix(2) == ["L001", "L002"], found: numbers.suffix(2).joined(separator: " "))

        transcript.say("The clerks of all four booths press, twice each.")
        var calls: [String?] = []
        for _ in 0..<2 { calls = try (1...4).map { try press($0).number } }
        transcript.check(
            "every press is answered, as if nothing had happened", !calls.contains(nil),
            found: "\(calls)")
        try board("the displays show the calls", calls)
        try offlineBooks(numbers)

        transcript.title("The network is healed")
        stage.controller.wire.set(.good)
        transcript.say("The cable is plugged in again.")
        try agreement()
        try waits(left, "\(left), taken at the central meanwhile, waits at the controller now")
        try lamps("the lamps tell that the central is back", "waiting")
        try board("the displays still show the last calls", calls)
    }

    /// While the cable is out: what each side knows.
    private func offlineBooks(_ numbers: [String]) throws {
        let status = stage.status(stage.controller.daemon)
        transcript.check(
            "the controller keeps what it has to tell (\(status?.outbox ?? 0) facts)",
            status?.link?.state != "up" && (status?.outbox ?? 0) > 0,
            found: "link \(status?.link?.state ?? "unknown"), outbox \(status?.outbox ?? 0)")
        let known = Set((stage.queue(stage.hall.central) ?? []).map(\.number))
        transcript.check(
            "the central knows nothing of the new tickets yet",
            !known.isEmpty && known.isDisjoint(with: numbers),
            found: known.intersection(numbers).sorted().joined(separator: " "))
    }
}
