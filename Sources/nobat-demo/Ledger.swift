// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number called at a booth.
struct Call: Hashable, CustomStringConvertible {
    var number: String
    var booth: Int
    var description: String { "\(number) at booth \(booth)" }
}

/// What people were answered: the measure for everything that is recorded.
final class Ledger: Sendable {
    /// All that was answered so far.
    struct Page: Sendable {
        /// Every call that was answered.
        var calls: [Call] = []
        /// Every number that was handed out.
        var numbers: [String] = []
        /// Booths of presses that may have been recorded, for their answers were cut off.
        var unanswered: [Int] = []
        /// Takes of a ticket that may have been recorded.
        var ticketsUnanswered = 0
    }

    private let page = Mutex(Page())

    /// A call was answered.
    func called(_ number: String, at booth: Int) {
        page.withLock { $0.calls.append(Call(number: number, booth: booth)) }
    }

    /// A ticket was handed out.
    func issued(_ number: String) { page.withLock { $0.numbers.append(number) } }

    /// A press was cut off before its answer.
    func lostPress(at booth: Int) { page.withLock { $0.unanswered.append(booth) } }

    /// A take of a ticket was cut off before its answer.
    func lostTicket() { page.withLock { $0.ticketsUnanswered += 1 } }

    /// All that was answered so far.
    var all: Page { page.withLock { $0 } }
}
