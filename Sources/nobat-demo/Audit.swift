// SPDX-License-Identifier: Apache-2.0

// What must hold of the records, whatever happened: each rule answers with a sentence for each break
// of it.

import Control

/// The rules of the morning's books.
enum Audit {
    /// Which call a line of the history tells of; nil when it tells of something else.
    ///
    /// Its text is `hall-a: A001 called to booth 1`.
    static func call(_ row: HistoryRow) -> Call? {
        guard row.kind == "called" else { return nil }
        let words = words(row)
        guard words.count == 5, let booth = Int(words[4]) else { return nil }
        return Call(number: words[0], booth: booth)
    }

    /// The numbers that the history says were issued, in order.
    static func issued(_ history: [HistoryRow]) -> [String] {
        history.filter { $0.kind == "issued" }.compactMap { words($0).first }
    }

    /// Numbers that stand in a list more than once.
    static func twice(_ numbers: [String]) -> [String] {
        let counts = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.filter { $0.value > 1 }.keys.sorted()
    }

    /// Answered calls that the history lacks, and recorded ones that nobody was answered, beyond
    /// those of presses that a kill cut off.
    static func callBreaks(_ page: Ledger.Page, _ history: [HistoryRow]) -> [String] {
        var surplus = Dictionary(
            history.compactMap(call).map { ($0, 1) }, uniquingKeysWith: +)
        var breaks: [String] = []
        for call in page.calls {
            if let count = surplus[call], count > 0 {
                surplus[call] = count - 1
            } else {
                breaks.append("\(call) was answered and is not in the history")
            }
        }
        var unanswered = Dictionary(page.unanswered.map { ($0, 1) }, uniquingKeysWith: +)
        for (call, count) in surplus.sorted(by: { $0.key.number < $1.key.number }) {
            for _ in 0..<count {
                if let left = unanswered[call.booth], left > 0 {
                    unanswered[call.booth] = left - 1
                } else {
                    breaks.append("\(call) is in the history and nobody was answered so")
                }
            }
        }
        let unread = history.count { $0.kind == "called" && call($0) == nil }
        if unread > 0 { breaks.append("\(unread) lines of calls could not be read") }
        return breaks
    }

    /// Numbers called while they were still at a booth.
    static func doubleCalls(_ history: [HistoryRow]) -> [String] {
        var places: [String: Int] = [:]
        var breaks: [String] = []
        for row in history {
            let words = words(row)
            switch row.kind {
            case "called":
                guard let call = call(row) else { continue }
                if let other = places[call.number] {
                    breaks.append("\(call) while it was at booth \(other)")
                }
                places[call.number] = call.booth
            case "finished", "no-show", "parked", "transferred", "cancelled":
                if let number = words.first { places[number] = nil }
            case "undone":
                // "last press at booth 4 taken back: A005 waits again, A004 is at the booth again"
                for (number, next) in zip(words, words.dropFirst()) {
                    if next == "waits" { places[number] = nil }
                    if next == "is", words.count > 4 { places[number] = Int(words[4]) }
                }
            default: break
            }
        }
        return breaks
    }

    /// Tickets of which a controller and the central think differently.
    static func differences(controller: [TicketRow], central: [TicketRow]) -> [String] {
        let known = Dictionary(central.map { ($0.id, $0) }) { first, _ in first }
        var breaks: [String] = []
        for row in controller where row.state != "transferred" {
            guard let other = known[row.id] else {
                breaks.append("\(row.number) is unknown to the central")
                continue
            }
            if (other.state, other.booth, other.number) != (row.state, row.booth, row.number) {
                breaks.append(
                    "\(row.number) is \(tell(row)) at the controller, \(tell(other)) at the central"
                )
            }
        }
        let own = Set(controller.map(\.id))
        for row in central where row.heldBy != "central" && !own.contains(row.id) {
            breaks.append("\(row.number) is said to be held by \(row.heldBy), which has no such")
        }
        return breaks
    }

    private static func tell(_ row: TicketRow) -> String {
        row.state + (row.booth.map { " (booth \($0))" } ?? "")
    }

    /// The words of a line, without the name of the controller that told it.
    private static func words(_ row: HistoryRow) -> [String] {
        var text = row.text[...]
        if let name = row.controller, text.hasPrefix(name + ": ") {
            text = text.dropFirst(name.count + 2)
        }
        return text.split(separator: " ").map {
            String($0.hasSuffix(",") ? $0.dropLast() : $0)
        }
    }
}
