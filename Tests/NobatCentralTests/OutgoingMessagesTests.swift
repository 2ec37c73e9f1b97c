// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

@testable import NobatCentralProgram

@Suite struct OutgoingMessagesTests {
    /// Each link hears all that it was told, in its order, with as few acknowledgements as say it.
    @Test func ofAcknowledgementsInARow_theLastIsSaid() {
        var outgoing = OutgoingMessages()
        let told: [(LinkID, CentralMessage)] = [
            (1, .acknowledge(1)), (2, .acknowledge(7)), (1, .acknowledge(2)), (1, .rank(5)),
            (2, .acknowledge(8)), (1, .acknowledge(3)), (1, .acknowledge(4)), (2, .rank(5)),
        ]
        for (id, message) in told { outgoing.add(message, to: id) }
        let heard = { (id: LinkID) in
            outgoing.entries.filter { $0.id == id || $0.others.contains(id) }.map(\.message)
        }
        #expect(heard(1) == [.acknowledge(2), .rank(5), .acknowledge(4)])
        #expect(heard(2) == [.acknowledge(8), .rank(5)])
    }

    /// What all of a hall are told comes between what was said to each before and after.
    @Test func whatGoesToSeveralLinks_HasItsPlaceOnEach() {
        var outgoing = OutgoingMessages()
        outgoing.add(.acknowledge(1), to: 2)
        outgoing.add(.acknowledge(1), to: 3)
        outgoing.add(.rank(9), to: [1, 2])
        outgoing.add(.rank(9), to: [])
        outgoing.add(.acknowledge(2), to: 2)
        outgoing.add(.acknowledge(2), to: 3)
        let heard = { (id: LinkID) in
            outgoing.entries.filter { $0.id == id || $0.others.contains(id) }.map(\.message)
        }
        #expect(heard(1) == [.rank(9)])
        #expect(heard(2) == [.acknowledge(1), .rank(9), .acknowledge(2)])
        #expect(heard(3) == [.acknowledge(2)])
    }

    @Test func aNewBatchKnowsNothingOfTheLast() {
        var outgoing = OutgoingMessages()
        outgoing.add(.acknowledge(1), to: 1)
        outgoing.removeAll()
        #expect(outgoing.isEmpty)
        outgoing.add(.rank(2), to: 2)
        outgoing.add(.acknowledge(2), to: 1)
        #expect(outgoing.entries.map(\.message) == [.rank(2), .acknowledge(2)])
    }
}
