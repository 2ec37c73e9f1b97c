// SPDX-License-Identifier: Apache-2.0

// A master and real units on one simulated wire: what is ordered is shown and verified, and no
// fault of one unit or of the line takes the others down.

import BoothUnit
import DisplayDrivers
import QueueCore
import Testing

@Suite struct BusTests {
    var bus = SimulatedBus()

    func kinds(_ bus: SimulatedBus, of index: Int) -> [UnitEvent.Kind] {
        bus.events.filter { $0.unit == bus.state(index).address }.map(\.kind)
    }

    @Test mutating func fourUnitsShowAndVerifyWhatWasOrdered() {
        let texts = ["A042", "B7", "----", "Z999"]
        for index in 0..<4 { bus.show(texts[index], on: index) }
        bus.run(.seconds(2))
        #expect((0..<4).map { bus.lit($0) } == ["A042", "  B7", "----", "Z999"])
        for index in 0..<4 {
            let state = bus.state(index)
            #expect(state.verified && state.health == .online && state.faults.total == 0)
            #expect(state.shows == state.ordered)
            #expect(state.firmware?.description == "1.4.2" && state.boardID == 7)
            #expect(kinds(bus, of: index).count == 2)
        }
        #expect(bus.gapsBroken == 0)
        #expect(bus.master.strayBytes == 0)
    }

    @Test mutating func showGoesOutAtOnceAndIsVerifiedInOneExchange() throws {
        bus.run(.seconds(3))
        // The bus is idle here: nothing is due for a while.
        guard case .idle(let until) = bus.master.next(at: bus.now) else {
            Issue.record("not idle")
            return
        }
        bus.run(until - bus.now + .milliseconds(400))
        let before = bus.requests[2] ?? 0
        bus.show("A042", on: 1, blinks: true, beeps: true)
        let untilLit = bus.run(until: { $0.lit(1) == "A042" }, within: .milliseconds(200))
        let untilVerified = bus.run(until: { $0.state(1).verified }, within: .milliseconds(200))
        let lit = try #require(untilLit)
        let verified = try #require(untilVerified)
        #expect(lit < .milliseconds(32))
        #expect(lit + verified < .milliseconds(46))
        #expect(bus.requests[2] == before + 1)
        #expect(bus.units[1].unit.buzzer)
    }

    @Test mutating func latestOrderWins() {
        bus.run(.seconds(2))
        for number in 1...500 { bus.show("A\(number)", on: 0) }
        bus.run(.milliseconds(200))
        #expect(bus.lit(0) == "A500")
        #expect(bus.state(0).verified)
        // One while the last is still on the wire.
        bus.show("B1", on: 0)
        bus.run(.milliseconds(10))
        bus.show("B2", on: 0)
        bus.run(.milliseconds(200))
        #expect(bus.lit(0) == "  B2")
        #expect(bus.state(0).verified && bus.state(0).faults.total == 0)
    }

    @Test mutating func pollsKeepTheShowAliveAndSilenceEndsIt() {
        for index in 0..<4 { bus.show("A\(index)", on: index) }
        bus.run(.seconds(30))
        #expect(bus.lit(3) == "  A3")
        bus.master.portLost(at: bus.now)
        bus.isReady = true
        #expect(bus.state(3).shows == nil && !bus.state(3).verified)
        bus.run(.seconds(6))
        #expect((0..<4).map { bus.lit($0) } == ["----", "----", "----", "----"])
        bus.master.portReady(at: bus.now)
        bus.run(.seconds(2))
        #expect(bus.lit(3) == "  A3")
        #expect(bus.state(3).verified)
    }

    @Test mutating func deadUnitDoesNotStallTheOthers() throws {
        bus.units[1].isDead = true
        for index in 0..<4 { bus.show("A\(index)", on: index) }
        bus.run(.seconds(20))
        #expect(bus.state(1).health == .offline)
        #expect(bus.state(1).faults[.timeout] >= 5)
        for index in [0, 2, 3] {
            #expect(bus.state(index).verified)
            #expect(bus.lit(index) == "  A\(index)")
            // Not once did one of them fall silent.
            #expect(bus.units[index].unit.value(of: .deadManCount) == 0)
        }
        // Looked for rarely: with the back-off at its longest, every ten seconds.
        let before = bus.requests[2] ?? 0
        bus.run(.seconds(60))
        #expect((4...8).contains((bus.requests[2] ?? 0) - before))
        // A show for a live one waits for at most one look at the dead one.
        for number in 0..<50 {
            bus.run(.milliseconds(Int64(97 + number)))
            bus.show("B\(number)", on: 2)
            let took = bus.run(until: { $0.state(2).verified }, within: .seconds(1))
            #expect(try #require(took) < .milliseconds(150))
        }
        bus.units[1].isDead = false
        bus.run(.seconds(11))
        #expect(bus.state(1).verified)
        #expect(bus.lit(1) == "  A1")
        #expect(kinds(bus, of: 1) == [.offline, .online, .verified(text: "  A1")])
    }

    @Test mutating func manyDeadUnitsDoNotSilenceALiveOne() {
        bus = SimulatedBus(units: 16)
        for index in 1..<16 { bus.units[index].isDead = true }
        for index in 0..<16 { bus.show("A\(index)", on: index) }
        bus.run(.seconds(30))
        #expect(bus.lit(0) == "  A0")
        #expect(bus.units[0].unit.value(of: .deadManCount) == 0)
    }

    @Test mutating func restartedUnitGetsShowAndSettingsAgain() throws {
        var settings = BusSettings()
        settings.brightness = 3
        settings.deadManTime = .seconds(4)
        bus = SimulatedBus(settings: settings)
        bus.show("A042", on: 0, blinks: true, beeps: true)
        bus.run(.seconds(10))
        bus.restart(0)
        #expect(bus.lit(0) == "----")
        let took = bus.run(until: { $0.lit(0) == "A042" }, within: .seconds(5))
        #expect(try #require(took) < .milliseconds(1_300))
        bus.run(.milliseconds(100))
        #expect(bus.units[0].unit.brightness == 3)
        #expect(bus.units[0].unit.value(of: .deadManTime) == 40)
        // An old call does not call again.
        #expect(!bus.units[0].unit.buzzer)
        #expect(!bus.units[0].unit.flags.contains(.blinking))
        #expect(kinds(bus, of: 0).filter { $0 == .restarted }.count == 1)
        #expect(bus.state(0).verified)
    }

    @Test mutating func strangersWriteIsNoticedAndPutRight() {
        bus.show("A042", on: 0)
        bus.run(.seconds(3))
        // Someone at the bus writes another number past the master.
        for byte in Frame.sealed([1, 6, 0, 0x12, 0x39, 0x39]) { bus.units[0].unit.receive(byte) }
        bus.units[0].unit.frameGap()
        while bus.units[0].unit.nextReplyByte() != nil {}
        #expect(bus.lit(0) == "A099")
        bus.run(.seconds(2))
        #expect(bus.lit(0) == "A042")
        #expect(bus.state(0).verified)
        #expect(bus.state(0).faults[.mismatch] == 1)
        #expect(kinds(bus, of: 0).contains(.mismatch(ordered: "A042", shows: "A099")))
    }

    @Test mutating func lampTestAndIdentifyAreNoMismatch() {
        bus.show("A042", on: 0)
        bus.run(.seconds(2))
        for byte in Frame.sealed([1, 6, 0, 0x19, 0, 50]) { bus.units[0].unit.receive(byte) }
        bus.units[0].unit.frameGap()
        while bus.units[0].unit.nextReplyByte() != nil {}
        bus.run(.seconds(2))
        #expect(bus.state(0).shows == "8888" && !bus.state(0).verified && bus.state(0).isLampTest)
        bus.run(.seconds(5))
        #expect(bus.state(0).verified && bus.lit(0) == "A042")
        #expect(bus.state(0).faults.total == 0)
    }

    @Test mutating func wrongAddressIsNamedAndMarked() {
        bus.units[2].liesAsAddress = 9
        for index in 0..<4 { bus.show("A\(index)", on: index) }
        bus.run(.seconds(5))
        #expect(bus.state(2).health == .offline)
        #expect(bus.state(2).faults[.wrongAddress] >= 5)
        #expect(bus.state(2).shows == nil && !bus.state(2).verified)
        #expect([0, 1, 3].allSatisfy { bus.state($0).verified })
    }

    @Test mutating func cutRepliesAreNamed() {
        bus.faults.cutPerMille = 1_000
        bus.run(.seconds(3))
        #expect(bus.state(0).faults[.truncated] >= 5)
        #expect(bus.state(0).health == .offline)
    }

    @Test(arguments: 1...6)
    func everythingComesThroughAnUnkindLine(seed: UInt64) {
        var bus = SimulatedBus(seed: seed)
        bus.faults = WireFaults(
            lostPerMille: 2, flippedPerMille: 2, cutPerMille: 20, noisePerMille: 3)
        for round in 0..<20 {
            for index in 0..<4 { bus.show("A\(round)\(index)", on: index) }
            bus.run(.seconds(2))
        }
        // No wrong text was ever taken for right, and the line's faults were seen.
        bus.faults = WireFaults()
        bus.run(.seconds(12))
        for index in 0..<4 {
            #expect(bus.lit(index) == "A19\(index)")
            #expect(bus.state(index).verified)
            let faults = bus.state(index).faults
            #expect(faults[.truncated] + faults[.badCheck] + faults[.timeout] > 0)
        }
        #expect(bus.master.strayBytes > 0)
    }

    @Test mutating func buttonsAreReportedOnce() {
        bus.run(.seconds(2))
        bus.units[3].buttons = 2
        bus.run(.milliseconds(1_500))
        bus.units[3].buttons = 0
        bus.run(.milliseconds(1_500))
        let buttons = kinds(bus, of: 3).filter {
            if case .button = $0 { true } else { false }
        }
        #expect(
            buttons == [
                .button(index: 1, isPressed: true, presses: 1),
                .button(index: 1, isPressed: false, presses: 0),
            ])
        #expect(bus.state(3).buttons[1].presses == 1)
    }

    @Test mutating func babblingLineDoesNotSilenceTheMaster() {
        bus.run(.seconds(1))
        bus.faults.noisePerMille = 900
        let before = bus.requests.values.reduce(0, +)
        bus.run(.seconds(3))
        #expect(bus.requests.values.reduce(0, +) > before + 5)
    }
}
