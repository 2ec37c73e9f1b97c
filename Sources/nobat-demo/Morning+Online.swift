// SPDX-License-Identifier: Apache-2.0

// The scenes in which everything works.

import Control
import SoftwareHall

extension Morning {
    /// Patients come and are called.
    func admission() throws {
        transcript.title("Patients come")
        let kiosk = stage.hall.central
        var numbers: [String] = []
        for _ in 0..<5 { numbers.append(try take(at: kiosk)) }
        transcript.say("Five patients take tickets at the kiosk: \(numbers.joined(separator: " "))")
        let lab = try take("lab", at: stage.controller.daemon)
        transcript.say("One takes a lab ticket at the controller's own dispenser: \(lab)")
        let wanted = Set(numbers + [lab])
        let came = try stage.wait(Self.patience) { Set(self.waiting) == wanted }
        transcript.check(
            "all six wait at the controller, which alone may call them", came,
            found: waiting.joined(separator: " "))
        try lamps("the lamp in every button tells that somebody waits", "waiting")

        transcript.say("The clerks of booths 1 to 4 press their buttons.")
        let calls = try (1...4).map { try press($0).number }
        transcript.check(
            "they call in the order of issue", calls == numbers.prefix(4).map { $0 },
            found: calls.compactMap(\.self).joined(separator: " "))
        do {
            let second = try stage.hall.press(4, "short", at: stage.controller.daemon)
            transcript.check(
                "a second press at once calls nobody", false, found: second.sentence)
        } catch let refusal as ControlError {
            transcript.check(
                "a second press of booth 4 at once calls nobody (\(refusal.detail))",
                refusal.name == "guard-time", found: refusal.detail)
        }
        try board("each number stands on its booth's display", calls)
        try blinks(4)
        transcript.say(
            "\(calls[0] ?? "") does not hear it: the clerk of booth 1 presses twice, to call again."
        )
        let recall = try press(1, "double")
        transcript.check(
            "\(calls[0] ?? "") is called again",
            recall.outcome == "recalled"
                && recall.number == calls[0], found: recall.sentence)
        try blinks(1)
    }

    /// What goes otherwise than planned, and is put right.
    func corrections() throws {
        transcript.title("Things go otherwise")
        var shown = stage.controller.booths.map { stage.reads($0) as String? }

        let missed = try press(3, "long")
        transcript.say(
            "Nobody comes to booth 3: a long press, \(missed.number ?? "") is a no-show.")
        transcript.check(
            "the press is answered so", missed.outcome == "no-show", found: missed.sentence)
        shown[2] = nil
        try board("its display goes to dashes", shown)

        let elder = try take(at: stage.hall.central, "elderly")
        transcript.say("An old man gets a priority ticket: \(elder)")
        try waits(
            elder,
            "it waits at the controller, behind an earlier number: \(waiting.first ?? "none")")
        let first = try press(3)
        transcript.check("booth 3 calls it first", first.number == elder, found: first.sentence)
        shown[2] = elder
        try board("the display shows it", shown)

        let hasty = try press(4)
        transcript.say(
            "The clerk of booth 4 presses by mistake: \(hasty.sentence); and takes it back.")
        let undone = try stage.act(.undo, booth: 4)
        transcript.check(
            "the earlier number is at booth 4 again", undone.number == shown[3],
            found: undone.sentence)
        try board("the display shows it", shown)
        try waits(hasty.number ?? "", "\(hasty.number ?? "") waits again")

        let absent = try press(1)
        shown[0] = nil
        transcript.say(
            "Booth 1 calls \(absent.number ?? ""), who must fetch a paper: away for two seconds.")
        transcript.check(
            "it is the one that was taken back", absent.number == hasty.number,
            found: absent.sentence)
        let parked = try stage.act(.park, booth: 1, seconds: 2)
        transcript.check("the ticket is parked", parked.outcome == "parked", found: parked.sentence)
        try board("the display of booth 1 goes to dashes", shown)
        try waits(absent.number ?? "", "\(absent.number ?? "") is back in the queue by itself")
        let back = try press(2)
        transcript.check(
            "booth 2 calls it next", back.number == absent.number, found: back.sentence)
        shown[1] = back.number
        try board("the display shows it", shown)
        try agreement()
    }
}
