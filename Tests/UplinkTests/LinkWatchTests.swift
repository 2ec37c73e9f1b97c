// SPDX-License-Identifier: Apache-2.0

// When a link asks and when it gives up, moment by moment.

import QueueCore
import Testing

@testable import Uplink

@Suite struct LinkWatchTests {
    private func at(_ milliseconds: Int64) -> Moment { .zero + .milliseconds(milliseconds) }

    @Test func aQuietLinkAsksAfterASecond_AndGivesUpAfterFour() {
        var watch = LinkWatch(.uplink, now: at(0))
        #expect(watch.demand(at: at(0)) == .nothing(until: at(1_000)))
        #expect(watch.demand(at: at(999)) == .nothing(until: at(1_000)))
        #expect(watch.demand(at: at(1_000)) == .ping)
        watch.sent(at: at(1_000))
        #expect(watch.demand(at: at(1_000)) == .nothing(until: at(2_000)))
        watch.sent(at: at(3_500))
        #expect(watch.demand(at: at(3_999)) == .nothing(until: at(4_000)))
        #expect(watch.demand(at: at(4_000)) == .silentPeer)
    }

    @Test func aLineHeardPutsOffTheEnd_AndSendingDoesNot() {
        var watch = LinkWatch(.uplink, now: at(0))
        watch.heard(isOwn: false, at: at(3_000))
        watch.sent(at: at(6_900))
        #expect(watch.demand(at: at(6_999)) == .nothing(until: at(7_000)))
        #expect(watch.demand(at: at(7_000)) == .silentPeer)
    }

    @Test func pingsAreNoFirstLine() {
        var watch = LinkWatch(.central, now: at(0))
        for second in 1...4 {
            watch.heard(isOwn: false, at: at(Int64(second) * 1_000))
            watch.sent(at: at(Int64(second) * 1_000))
        }
        #expect(watch.demand(at: at(4_999)) == .nothing(until: at(5_000)))
        #expect(watch.demand(at: at(5_000)) == .silentPeer)
        watch.heard(isOwn: true, at: at(4_999))
        #expect(watch.demand(at: at(5_000)) == .ping)
    }

    @Test func whoDoesNotReadCallsNobodySilent() {
        var watch = LinkWatch(.uplink, now: at(0))
        watch.setPaused(true, at: at(100))
        watch.sent(at: at(60_000))
        #expect(watch.demand(at: at(60_000)) == .nothing(until: at(61_000)))
        watch.setPaused(false, at: at(60_000))
        watch.sent(at: at(63_999))
        #expect(watch.demand(at: at(63_999)) == .nothing(until: at(64_000)))
        #expect(watch.demand(at: at(64_000)) == .silentPeer)
    }

    /// The machine was busy for ten seconds; what the peer said lies in the kernel.
    @Test func whoOversleptReadsFirst_AndIsNotFooledTwice() {
        var watch = LinkWatch(.uplink, now: at(0))
        watch.overslept(at: at(10_000))
        watch.sent(at: at(10_999))
        #expect(watch.demand(at: at(10_999)) == .nothing(until: at(11_000)))
        watch.overslept(at: at(10_999))
        #expect(watch.demand(at: at(11_000)) == .silentPeer)
        watch.heard(isOwn: false, at: at(10_999))
        watch.overslept(at: at(20_000))
        watch.sent(at: at(20_000))
        #expect(watch.demand(at: at(20_000)) == .nothing(until: at(21_000)))
    }

    @Test func aControlSocketIsNeverAsked() {
        var watch = LinkWatch(.control, now: at(0))
        #expect(watch.demand(at: at(1_000)) == .nothing(until: at(5_000)))
        #expect(watch.demand(at: at(5_000)) == .silentPeer)
        watch.heard(isOwn: true, at: at(1_000))
        #expect(watch.demand(at: at(1_000_000)) == .nothing(until: nil))
    }
}
