// SPDX-License-Identifier: Apache-2.0

// The master by itself: its bytes, its bounds, and replies of every kind given by hand.

import BoothUnit
import DisplayDrivers
import QueueCore
import Testing

@Suite struct BusMasterTests {
    let unit: UnitAddress
    var master: BusMaster
    var now = Moment.zero

    init() throws {
        unit = try #require(UnitAddress(7))
        master = BusMaster(units: [unit], settings: BusSettings())
        master.portReady(at: now)
        now = now + .milliseconds(10)
    }

    /// The next request; the time goes on to when it is due.
    mutating func request() throws -> [UInt8] {
        for _ in 0..<100 {
            switch master.next(at: now) {
            case .transmit(let bytes, _, _):
                now = now + .milliseconds(40)
                return bytes
            case .idle(let until): now = until
            }
        }
        throw Missing()
    }

    struct Missing: Error {}

    @Test func nothingIsSentBeforeThePortIsReady() throws {
        var fresh = BusMaster(units: [unit], settings: BusSettings())
        fresh.show(unit: unit, content: try DisplayContent("A042"), at: now)
        guard case .idle = fresh.next(at: now) else {
            Issue.record("sent without a port")
            return
        }
    }

    @Test mutating func firstShowWritesSettingsTooAndLaterOnesDoNot() throws {
        master.show(unit: unit, content: try DisplayContent("A042", blinks: true), at: now)
        let words: [UInt8] = [0, 1, 0x41, 0x30, 0x34, 0x32, 0, 5, 0, 0, 0, 100, 0, 20, 0, 50, 0, 8]
        let header: [UInt8] = [7, 0x17, 0, 0x40, 0, 4, 0, 0x10, 0, 9, 18]
        #expect(try request() == Frame.sealed(header + words))
        let reply = Frame.sealed([7, 0x17, 8, 0, 1, 0x41, 0x30, 0x34, 0x32, 0, 0x12])
        for byte in reply { master.received([byte], at: now) }
        #expect(master.unitStates[0].verified)
        #expect(master.takeEvents().map(\.kind) == [.online, .verified(text: "A042")])
        master.show(unit: unit, content: try DisplayContent("A043"), at: now)
        let second: [UInt8] = [7, 0x17, 0, 0x40, 0, 4, 0, 0x10, 0, 4, 8, 0, 2]
        #expect(try request() == Frame.sealed(second + Array("A043".utf8) + [0, 0]))
    }

    @Test mutating func rightTextUnderAnotherTagIsNotVerified() throws {
        master.show(unit: unit, content: try DisplayContent("A042"), at: now)
        _ = try request()
        master.received(
            Frame.sealed([7, 0x17, 8, 0, 9, 0x41, 0x30, 0x34, 0x32, 0, 0]), at: now)
        #expect(!master.unitStates[0].verified)
        #expect(master.unitStates[0].shows == "A042")
        #expect(master.unitStates[0].faults[.mismatch] == 1)
        // Written again at once.
        #expect(try request()[1] == 0x17)
    }

    @Test mutating func exceptionIsCountedAndNotHurriedAfter() throws {
        master.show(unit: unit, content: try DisplayContent("A042"), at: now)
        _ = try request()
        let refusedAt = now
        master.received(Frame.sealed([7, 0x97, 2]), at: now)
        #expect(master.unitStates[0].faults[.exception] == 1)
        #expect(master.unitStates[0].lastException == 2)
        #expect(master.unitStates[0].health == .online)
        _ = try request()
        #expect(now - refusedAt >= .seconds(1))
        master.received(Frame.sealed([7, 0x97, 2]), at: now)
        let refusals = master.takeEvents().filter { $0.kind == .refused(exception: 2) }
        #expect(refusals.count == 1)
    }

    @Test mutating func noiseAndEchoAroundAReplyAreForgiven() throws {
        let sent = try request()
        #expect(sent[1] == 0x17)
        let reply = Frame.sealed([7, 0x17, 8, 0, 0, 0x2D, 0x2D, 0x2D, 0x2D, 0, 1])
        master.received(sent, at: now)
        master.received([0x00], at: now)
        master.received(reply, at: now)
        #expect(master.unitStates[0].health == .online)
        #expect(master.unitStates[0].shows == "----")
        #expect(master.strayBytes == 1)
    }

    @Test(
        arguments: [
            ([], .timeout), ([7, 0x17, 8, 0], .truncated), ([9, 3, 2, 0, 0], .wrongAddress),
            ([7, 3, 2, 0, 1], .wrongReply),
        ] as [([UInt8], BusFault)])
    mutating func faultIsNamed(body: [UInt8], fault: BusFault) throws {
        _ = try request()
        let isWhole = body.count > 4
        master.received(isWhole ? Frame.sealed(body) : body, at: now)
        _ = try request()
        #expect(master.unitStates[0].faults[fault] == 1)
        #expect(master.unitStates[0].faults.total == 1)
    }

    @Test mutating func flippedBitIsABadCheck() throws {
        _ = try request()
        var reply = Frame.sealed([7, 0x17, 8, 0, 0, 0x2D, 0x2D, 0x2D, 0x2D, 0, 1])
        reply[5] ^= 4
        master.received(reply, at: now)
        _ = try request()
        #expect(master.unitStates[0].faults[.badCheck] == 1)
    }

    @Test mutating func sameContentAgainSendsNothingUnlessItCalls() throws {
        let content = try DisplayContent("A042")
        master.show(unit: unit, content: content, at: now)
        _ = try request()
        master.received(Frame.sealed([7, 0x17, 8, 0, 1] + Array("A042".utf8) + [0, 0]), at: now)
        master.show(unit: unit, content: content, at: now)
        #expect(master.unitStates[0].verified)
        let recall = try DisplayContent("A042", blinks: true, beeps: true)
        master.show(unit: unit, content: recall, at: now)
        #expect(!master.unitStates[0].verified)
        // Tag 2, the text, five blinks, two beeps.
        #expect(
            try request()[11...]
                == Frame.sealed(
                    [7, 0x17, 0, 0x40, 0, 4, 0, 0x10, 0, 5, 10, 0, 2] + Array("A042".utf8) + [
                        0, 5, 0, 2,
                    ]
                )[11...])
    }

    @Test func unknownUnitIsRefused() throws {
        var copy = master
        let other = try #require(UnitAddress(8))
        let isKnown = copy.show(unit: other, content: .dashes, at: now)
        #expect(!isKnown)
    }

    @Test mutating func eventsAreBounded() {
        for _ in 0..<1_000 {
            master.portReady(at: now)
            if case .transmit = master.next(at: now + .milliseconds(10)) {
                let blank = [UInt8](repeating: 0, count: 10)
                let reply: [UInt8] = [7, 3, 16, 0, 0, 0x2D, 0x2D, 0x2D, 0x2D] + blank
                master.received(
                    Frame.sealed([7, 0x17, 8, 0, 0, 0x2D, 0x2D, 0x2D, 0x2D, 0, 1]), at: now)
                master.received(Frame.sealed(reply), at: now)
            }
            master.portLost(at: now)
        }
        #expect(master.eventsDropped > 0)
        #expect(master.takeEvents().count == DisplayLimits.eventsMax)
        #expect(master.takeEvents().isEmpty)
    }
}

@Suite struct DisplayContentTests {
    @Test func shortTextStandsToTheRightInCapitals() throws {
        #expect(try DisplayContent("a7").text == "  A7")
        #expect(try DisplayContent("").text == DisplayContent.blank.text)
        #expect(DisplayContent.dashes.text == "----")
    }

    @Test func whatCannotBeShownIsRefused() {
        #expect(throws: DisplayContentError.tooLong("A1000")) { try DisplayContent("A1000") }
        #expect(throws: DisplayContentError.noGlyph("*", in: "A*")) { try DisplayContent("A*") }
        #expect(throws: DisplayContentError.noGlyph("۴", in: "۴")) { try DisplayContent("۴") }
    }

    @Test func addressesAreThoseOfModbus() {
        #expect(UnitAddress(0) == nil)
        #expect(UnitAddress(247)?.value == 247)
        #expect(UnitAddress(248) == nil)
    }

    @Test func settingsOutOfRangeAreNamed() {
        #expect(BusSettings().problems.isEmpty)
        var settings = BusSettings(baud: 0)
        settings.blinkPeriod = .milliseconds(499)
        settings.pollInterval = .seconds(2)
        settings.brightness = 16
        #expect(settings.problems.count == 4)
    }
}
