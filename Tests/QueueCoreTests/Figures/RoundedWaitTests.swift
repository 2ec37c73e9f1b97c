// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing

struct RoundedWaitTests {
    @Test(
        arguments: [
            (0, nil), (59, nil), (60, .minutes(5)), (300, .minutes(5)), (301, .minutes(10)),
            (3_300, .minutes(55)), (3_301, .hours(1)), (3_600, .hours(1)), (5_340, .hours(1)),
            (5_400, .hours(2)), (7_200, .hours(2)), (UInt32.max, .hours(1_193_046)),
        ] as [(UInt32, RoundedWait?)])
    func aWaitIsToldInSteps(seconds: UInt32, told: RoundedWait?) {
        #expect(RoundedWait(seconds: seconds) == told)
    }
}
