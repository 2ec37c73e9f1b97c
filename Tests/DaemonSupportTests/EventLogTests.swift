// SPDX-License-Identifier: Apache-2.0

import Control
import DaemonSupport
import Foundation
import Hardware
import Logging
import QueueCore
import Synchronization
import Testing

@Suite struct EventLogTests {
    /// How deep the stack is where a watcher hears of a line.
    private final class Depth: Sendable {
        let last = Atomic<Int>(0)

        func look() { last.store(Thread.callStackReturnAddresses.count, ordering: .relaxed) }
    }

    /// After a hundred thousand lines, each of them one call deeper than the last, the daemon would
    /// have no stack left.
    @Test func aLineToldLateTakesNoMoreThanAnEarlyOne() throws {
        let clock = try SystemClock(timeZone: "UTC")
        let log = EventLog(label: "test", level: .error, timestamps: Timestamps(clock: clock))
        let depth = Depth()
        log.publish { _ in depth.look() }
        log.tell("first", "a line")
        let first = depth.last.load(ordering: .relaxed)
        for _ in 0..<200 { log.tell("more", "a line") }
        #expect(first > 0 && depth.last.load(ordering: .relaxed) <= first + 4)
    }
}
