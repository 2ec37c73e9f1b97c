// SPDX-License-Identifier: Apache-2.0

// Sees every deal as it arrives: a ticket is in one tray, a number is lent once.

import QueueCore
import Synchronization

final class Witness: Sendable {
    private struct Value: Hashable {
        let day: ServiceDay
        let series: Series
        let value: UInt16
    }

    private struct State {
        var holders: [TicketID: Name] = [:]
        var lent: [Value: Name] = [:]
        var violations: [String] = []
        var count = 0
    }

    private let state = Mutex(State())

    /// What was seen to go wrong: the first of it, and how much there was.
    var violations: (first: [String], count: Int) {
        state.withLock { ($0.violations, $0.count) }
    }

    func violation(_ text: String) { state.withLock { Self.note(text, &$0) } }

    /// A ticket has come into a tray.
    func dealt(_ id: TicketID, to name: Name) {
        state.withLock { state in
            if let holder = state.holders.updateValue(name, forKey: id), holder != name {
                Self.note("\(id) was dealt to \(name), and \(holder) has it", &state)
            }
        }
    }

    /// A ticket was given back.
    func yielded(_ id: TicketID, by name: Name) {
        state.withLock { state in
            if state.holders[id] == name { state.holders[id] = nil }
        }
    }

    /// Numbers were lent.
    func lent(_ block: Block, to name: Name) {
        state.withLock { state in
            for value in block.first...block.last {
                let number = Value(day: block.day, series: block.series, value: value)
                if let holder = state.lent.updateValue(name, forKey: number), holder != name {
                    Self.note(
                        "\(block.series)\(value) was lent to \(name), and to \(holder) before",
                        &state)
                }
            }
        }
    }

    private static func note(_ text: String, _ state: inout State) {
        state.count += 1
        if state.violations.count < 20 { state.violations.append(text) }
    }
}
