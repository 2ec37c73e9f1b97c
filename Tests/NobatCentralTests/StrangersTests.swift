// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Testing
import Uplink

@testable import NobatCentralProgram

/// A flood of strangers is counted in full and told in few lines.
@Suite struct StrangersTests {
    private static func key(_ host: Int, _ fault: HandshakeFault = .wrongKey) -> Strangers.Key {
        Strangers.Key(fault: fault, host: "10.0.0.\(host)", identity: "hall-a")
    }

    private static let start = Moment.zero + .seconds(1_000)

    @Test func theFirstTheTenthAndTheHundredthAreTold() {
        var strangers = Strangers()
        var told: [Int] = []
        for count in 1...1_000 {
            let at = Self.start + .seconds(Int64(count))
            let line = strangers.note(Self.key(1), peer: "10.0.0.1:4000", at: at)
            if line != nil { told.append(count) }
            if count == 1 { #expect(line?.contains("10.0.0.1:4000, hall-a,") == true) }
            if count == 10 { #expect(line?.contains("wrong-key") == true) }
        }
        #expect(told == [1, 10, 100, 1_000])
        let row = strangers.rows[Self.key(1)]
        #expect(row?.count == 1_000)
        #expect(row?.since == Self.start + .seconds(1))
        #expect(row?.last == Self.start + .seconds(1_000))
        #expect(strangers.totals == [.wrongKey: 1_000])
    }

    @Test func aFloodFromManyPlacesFillsNeitherMemoryNorLog() {
        var strangers = Strangers()
        var lines = 0
        for host in 0..<10_000 {
            let at = Self.start + .milliseconds(Int64(host))
            if strangers.note(Self.key(host), peer: "x", at: at) != nil { lines += 1 }
        }
        #expect(lines == Strangers.linesMax)
        #expect(strangers.rows.count == Strangers.rowsMax)
        #expect(strangers.rows[Self.key(9_999)] != nil, "the newest is kept")
        #expect(strangers.totals == [.wrongKey: 10_000])
        let line = strangers.note(
            Self.key(1, .late), peer: "x", at: Self.start + .seconds(120))
        #expect(line?.contains("9980 more lines like this were left out") == true, "\(line ?? "")")
    }
}
