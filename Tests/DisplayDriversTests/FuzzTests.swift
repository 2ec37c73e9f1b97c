// SPDX-License-Identifier: Apache-2.0

// No byte from the line can crash a unit or its master. NOBAT_FUZZ_COUNT sets the number of frames
// for each; a failure names the seed.

import BoothUnit
import DisplayDrivers
import Foundation
import QueueCore
import Testing

@Suite struct FuzzTests {
    static let count =
        ProcessInfo.processInfo.environment["NOBAT_FUZZ_COUNT"].flatMap(Int.init) ?? 100_000
    static let seed: UInt64 = 0x4E0B_A7

    /// Every reply is a whole frame of the unit's own address, and only to a frame that was for it;
    /// what the unit shows is always within its font and its registers within their ranges.
    @Test func unitOutlivesAnyFrames() {
        var generator = FrameGenerator(seed: Self.seed)
        var unit = DisplayUnit(identity: UnitIdentity(address: 7), gapTicks: 5)
        var replies = 0
        var refusals = 0
        for number in 0..<Self.count {
            let frame = generator.nextRequest()
            for byte in frame { unit.receive(byte) }
            if generator.random.draw(4) > 0 { unit.frameGap() }
            for _ in 0..<generator.random.draw(8) {
                unit.tick1ms(buttons: generator.randomByte())
            }
            var reply: [UInt8] = []
            while let byte = unit.nextReplyByte() { reply.append(byte) }
            if !reply.isEmpty {
                replies += 1
                if reply[1] & 0x80 != 0 { refusals += 1 }
                if reply[0] != 7 || Frame.sealed(Array(reply.dropLast(2))) != reply {
                    Issue.record("frame \(number) of seed \(Self.seed): reply \(reply)")
                }
            }
            if number % 64 == 0 { checkRegisters(of: unit, number) }
        }
        // The generator reaches both what is carried out and what is refused.
        #expect(replies > Self.count / 4)
        #expect(refusals > Self.count / 20 && refusals < replies * 3 / 4)
    }

    private func checkRegisters(of unit: DisplayUnit, _ number: Int) {
        for register in Register.allCases {
            guard case .number(let range) = register.access else { continue }
            if !range.contains(unit.value(of: register)) {
                Issue.record("frame \(number) of seed \(Self.seed): \(register) out of range")
            }
        }
        for place in 0..<4 where Segments.glyph(for: unit.shown[place]) == nil {
            if unit.shown[place] != Segments.unknown {
                Issue.record("frame \(number) of seed \(Self.seed): shows \(unit.shown)")
            }
        }
    }

    /// The master goes on asking, never waits without an end, and calls nothing verified that was
    /// not read back.
    @Test func masterOutlivesAnyReplies() throws {
        var generator = FrameGenerator(seed: Self.seed)
        let units = (1...4).compactMap { UnitAddress($0) }
        var master = BusMaster(units: units, settings: BusSettings())
        var now = Moment.zero
        master.portReady(at: now)
        var sent = 0
        var online = 0
        var verified = 0
        while sent < Self.count {
            switch master.next(at: now) {
            case .idle(let until):
                try #require(until > now && until - now <= .seconds(10))
                now = until
            case .transmit(let bytes, let replyLength, _):
                sent += 1
                let reply = generator.nextReply(to: bytes, replyLength: replyLength)
                let cut = generator.random.draw(reply.count + 1)
                master.received(Array(reply[..<cut]), at: now)
                master.received(Array(reply[cut...]), at: now + .milliseconds(1))
                now = now + .milliseconds(Int64(generator.random.draw(30)))
            }
            if generator.random.draw(50) == 0 {
                let number = generator.random.draw(1_000)
                let unit = units[generator.random.draw(units.count)]
                master.show(unit: unit, content: try DisplayContent("A\(number)"), at: now)
            }
            if generator.random.draw(5_000) == 0 {
                master.portLost(at: now)
                master.portReady(at: now)
            }
            for state in master.unitStates {
                if state.health == .online { online += 1 }
                guard state.verified else { continue }
                verified += 1
                if state.shows != state.ordered {
                    Issue.record("frame \(sent) of seed \(Self.seed): \(state)")
                }
            }
        }
        #expect(online > 0 && verified > 0)
        #expect(master.takeEvents().count <= DisplayLimits.eventsMax)
    }
}
