// SPDX-License-Identifier: Apache-2.0

import DaemonSupport
import Hardware
import QueueCore
import Testing

@Suite struct SamplesTests {
    @Test func percentilesOfWhatWasMeasured() throws {
        let samples = Samples()
        #expect(samples.percentiles == nil)
        for value in 1...2_000 { samples.add(.microseconds(Int64(value))) }
        let found = try #require(samples.percentiles)
        #expect(found == (2_000, 1_001, 1_981, 1_999, 2_000))
    }

    @Test func theOldestGiveWay() throws {
        let samples = Samples()
        for _ in 0..<SupportLimits.samples { samples.add(.microseconds(1)) }
        for _ in 0..<SupportLimits.samples { samples.add(.microseconds(2)) }
        let found = try #require(samples.percentiles)
        #expect(found == (SupportLimits.samples, 2, 2, 2, 2))
    }

    @Test func momentsBecomeTimesThatPeopleRead() throws {
        let zone = try ZoneRules(named: "Asia/Tehran")
        let clock = SimulatedClock(
            wallSeconds: 1_764_000_000, isTrusted: true, zone: zone, now: .zero + .seconds(100))
        let timestamps = Timestamps(clock: clock)
        #expect(timestamps.now == "2025-11-24T16:00:00Z")
        #expect(timestamps.text(.zero + .seconds(40)) == "2025-11-24T15:59:00Z")
    }
}
