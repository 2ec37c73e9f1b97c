// SPDX-License-Identifier: Apache-2.0

// Worlds of fixed seeds: the same bytes each time, every promise held, and past failures kept.

import QueueCore
import Testing

@testable import Simulation

@Suite struct SimulatorTests {
    @Test func theSameSeedGivesTheSameBytes_AndAnotherOneOthers() {
        let first = Simulator.run(.drawn(seed: 7, days: 1))
        let again = Simulator.run(.drawn(seed: 7, days: 1))
        let other = Simulator.run(.drawn(seed: 8, days: 1))
        #expect(first.digest == again.digest && first.tally == again.tally)
        #expect(first.digest != other.digest)
    }

    @Test func whatIsToldIsWhatHappened() {
        let quiet = Simulator.run(.drawn(seed: 11, days: 1))
        let told = Simulator.replay(.drawn(seed: 11, days: 1))
        #expect(told.result.digest == quiet.digest)
        #expect(told.lines.count > 100)
        #expect(told.lines.contains { $0.contains("takes a ticket") })
    }

    /// Seeds that once broke a promise, and what was wrong then.
    @Test(arguments: [
        (37, "two blocks of one name in a series that wrapped"), (50, "the same"),
        (456, "the same"), (271, "a call that nobody remembers"),
        (1_008, "both sides forgot"), (1_059, "a forgotten call was not dealt again, marked"),
        (12_294, "a call that was over was made again from an old copy, unmarked"),
        (22_575, "a late no-show's number was lent meanwhile"), (36_727, "the same"),
        (61_256, "a card forgot a transfer, and nobody said so"),
        (62_902, "an order got lost, and nothing asked for it again"),
        (67_133, "the number of a ticket cancelled under a fence was free at once"),
        (68_409, "a local series was lent a third time in a day"),
        (2_908, "the first local lease was lent again in its day"),
        (71_944, "a cancelled ticket was called by a controller that was fenced"),
        (72_666, "an old copy that restarted twice before it met the central"),
    ])
    func seedsThatOnceFailed(seed: Int, what: String) {
        #expect(Simulator.run(.drawn(seed: UInt64(seed), days: 2)).violation == nil, "\(what)")
    }

    @Test func aStandardDayIsWhatItSaysItIs() {
        let run = Simulator.run(.standard(seed: 1, days: 1, faults: false))
        #expect(run.violation == nil)
        // Three hundred who take a ticket, and some who have an appointment.
        #expect((300...340).contains(run.tally.tickets))
        #expect(run.tally.faults.allSatisfy { $0 == 0 })
        #expect(run.tally.order.total > 200 && run.tally.order.perMille(1_000) == 0)
    }

    @Test func aCampaignIsTheSumOfItsSeeds_HoweverManyRunAtOnce() async {
        let one = await Campaign(seeds: 1...24, days: 1, jobs: 1).run()
        let many = await Campaign(seeds: 1...24, days: 1, jobs: 4).run()
        #expect(one.digest == many.digest && one.tally == many.tally)
        #expect(one.tally.days == 24)
    }
}
