// SPDX-License-Identifier: Apache-2.0

// Makers' Modbus displays: frames by their documents, and a driver against a display of registers.

import BoothUnit
import DisplayDrivers
import QueueCore
import Testing

/// A display that holds registers and answers as MODBUS Application Protocol V1.1b3 says.
struct RegisterDisplay {
    var address: UInt8 = 1
    var registers: [UInt16: UInt16] = [:]
    var isDead = false
    var refusesReads = false
    /// Writes are acknowledged, and change nothing.
    var isStuck = false
    var frames: [[UInt8]] = []

    static func check(_ bytes: [UInt8]) -> [UInt8] {
        var crc = ModbusCRC()
        for byte in bytes { crc.update(byte) }
        return [UInt8(truncatingIfNeeded: crc.value), UInt8(crc.value >> 8)]
    }

    mutating func answer(_ frame: [UInt8]) -> [UInt8] {
        guard !isDead, frame.first == address else { return [] }
        guard Self.check(frame.dropLast(2)) == Array(frame.suffix(2)) else { return [] }
        frames.append(frame)
        func word(_ index: Int) -> UInt16 { UInt16(frame[index]) << 8 | UInt16(frame[index + 1]) }
        var reply = [address, frame[1]]
        switch frame[1] {
        case 3 where refusesReads: reply = [address, 0x83, 1]
        case 3:
            reply.append(frame[5] * 2)
            for register in word(2)..<word(2) + word(4) {
                let value = registers[register] ?? 0
                reply += [UInt8(value >> 8), UInt8(value & 0xFF)]
            }
        case 6:
            if !isStuck { registers[word(2)] = word(4) }
            reply = Array(frame.dropLast(2))
        case 16:
            for index in 0..<Int(word(4)) where !isStuck {
                registers[word(2) + UInt16(index)] = word(7 + 2 * index)
            }
            reply += frame[2..<6]
        default: reply = [address, frame[1] | 0x80, 1]
        }
        return reply + Self.check(reply)
    }
}

/// The driver and one display in virtual time.
struct MapBench {
    var driver: ModbusMapDriver
    var display = RegisterDisplay()
    var now = Moment.zero
    var events: [UnitEvent.Kind] = []

    init(_ map: RegisterMap, echoes: Bool = false) throws {
        driver = ModbusMapDriver(
            map: map, units: [try #require(UnitAddress(1))], settings: BusSettings(),
            echoes: echoes)
        driver.portReady(at: now)
    }

    var state: UnitState { driver.unitStates[0] }

    mutating func show(_ text: String, blinks: Bool = false) throws {
        let content = try DisplayContent(text, blinks: blinks)
        driver.show(unit: try #require(UnitAddress(1)), content: content, at: now)
    }

    mutating func run(_ span: TimeSpan) throws {
        let end = now + span
        while now < end {
            switch driver.next(at: now) {
            case .transmit(let frame, _, _):
                #expect(frame.count <= ModbusLimits.frameBytesMax)
                now = now + .milliseconds(20)
                let reply = (driver.echoes ? frame : []) + display.answer(frame)
                driver.received(reply, at: now)
            case .idle(let until):
                try #require(until > now, "the driver does not wait")
                now = min(until, end)
            }
            events += driver.takeEvents().map(\.kind)
        }
    }
}

struct ModbusMapTests {
    /// MODBUS frames worked out from the makers' sheets, check words by hand with another program.
    @Test func led485_WritesItsNumber() throws {
        var bench = try MapBench(.led485)
        try bench.show("A042")
        try bench.run(.milliseconds(500))
        #expect(bench.display.frames.first == [0x01, 0x06, 0, 0, 0, 0x2A, 0x08, 0x15])
        #expect(bench.display.frames.last == [0x01, 0x03, 0, 0, 0, 0x01, 0x84, 0x0A])
        #expect(bench.state.verified && bench.state.shows == "42")
        try bench.show("----")
        try bench.run(.milliseconds(500))
        #expect(bench.display.registers[0] == 0)
        #expect(bench.events == [.online, .verified(text: "A042"), .verified(text: "----")])
    }

    @Test func led485Segments_WriteTwoDigitsARegister() throws {
        var bench = try MapBench(.led485Segments)
        try bench.show("A1-0")
        try bench.run(.milliseconds(500))
        // Common seven-segment codes, bit 0 is A: A 77, 1 06, - 40, 0 3F.
        #expect(bench.display.registers == [0x80: 0x7706, 0x81: 0x403F])
        #expect(!bench.state.verified && bench.state.health == .online)
    }

    @Test func dm56a04_HasADigitARegister() throws {
        var bench = try MapBench(.dm56a04)
        try bench.show("A042")
        try bench.run(.milliseconds(500))
        let registers = (0..<6).map { bench.display.registers[$0] ?? 0 }
        #expect(registers == Array("   042".utf8).map(UInt16.init))
        #expect(bench.state.verified && bench.state.shows == "   042")
    }

    @Test func dn109_BlinksAndEndsIt() throws {
        var bench = try MapBench(.dn109)
        try bench.show("A042", blinks: true)
        try bench.run(.milliseconds(900))
        #expect(bench.display.registers[0] == 0x4130 && bench.display.registers[1] == 0x3432)
        #expect(bench.display.registers[0x34] == 8)
        #expect(bench.display.registers[8] == 1 && bench.display.registers[9] == nil)
        try bench.run(.seconds(3))
        #expect(bench.display.registers[9] == nil)
        try bench.run(.seconds(3))
        #expect(bench.display.registers[9] == 1)
        #expect(!bench.state.verified && !bench.state.canReadBack)
        #expect(!bench.events.contains { if case .verified = $0 { true } else { false } })
    }

    /// Each register in a frame of its own, where the display knows function 06 alone.
    @Test func function06_WritesEachRegister() throws {
        let map = RegisterMap(
            digits: .pairs, first: 16, places: 4, function: .one, hasLetters: true)
        var bench = try MapBench(map)
        try bench.show("B7")
        try bench.run(.milliseconds(300))
        #expect(bench.display.registers == [16: 0x2020, 17: 0x4237])
        #expect(bench.display.frames.allSatisfy { $0[1] == 6 })
    }

    @Test func displayThatIsGone_IsNoticedAndFoundAgain() throws {
        for map in [RegisterMap.led485, .dn109] {
            var bench = try MapBench(map)
            try bench.show("A042")
            try bench.run(.seconds(2))
            bench.display.isDead = true
            try bench.run(.seconds(5))
            #expect(bench.state.health == .offline && !bench.state.verified)
            bench.display.isDead = false
            bench.display.registers = [:]
            try bench.show("A043")
            try bench.run(.seconds(12))
            #expect(bench.state.health == .online)
            #expect(bench.state.verified == (map.readBack != nil))
            #expect(!bench.display.registers.isEmpty)
        }
    }

    /// A display that forgot its number is noticed by the next poll, and told again.
    @Test func otherNumber_IsCorrected() throws {
        var bench = try MapBench(.dm56a04)
        try bench.show("A042")
        try bench.run(.seconds(1))
        bench.display.registers = [:]
        try bench.run(.seconds(3))
        #expect(bench.state.verified && bench.state.faults[.mismatch] == 1)
        bench.display.isStuck = true
        try bench.show("A043")
        let before = bench.display.frames.count
        try bench.run(.seconds(20))
        #expect(!bench.state.verified && bench.state.shows == "   042")
        #expect(bench.display.frames.count - before < 60)
        let mismatches = bench.events.filter { if case .mismatch = $0 { true } else { false } }
        #expect(mismatches.count == 2)
    }

    @Test func displayThatCanNotBeRead_StaysUnverified() throws {
        var bench = try MapBench(.led485)
        bench.display.refusesReads = true
        try bench.show("A042")
        try bench.run(.seconds(5))
        #expect(bench.display.registers[0] == 42)
        #expect(bench.state.health == .online && !bench.state.verified)
        #expect(!bench.state.canReadBack && bench.state.lastException == 1)
        #expect(bench.events == [.online, .refused(exception: 1)])
    }

    /// An adapter's echo of a write is not the display's answer.
    @Test func echo_IsNoAnswer() throws {
        var bench = try MapBench(.led485, echoes: true)
        try bench.show("A042")
        try bench.run(.seconds(1))
        #expect(bench.state.verified)
        var deaf = try MapBench(.dn109, echoes: true)
        deaf.display.isDead = true
        try deaf.show("A042")
        try deaf.run(.seconds(5))
        #expect(deaf.state.health == .offline)
    }

    /// Random contents, maps and replies: frames are whole and short enough, and nothing crashes.
    @Test func randomTraffic_NeverBreaksAFrame() throws {
        var random = SeededRandom(state: 0xD15)
        for _ in 0..<400 {
            let digits = RegisterMap.Digits.allCases[random.draw(5)]
            let map = RegisterMap(
                digits: digits, first: UInt16(random.draw(1_000)), places: 1 + random.draw(16),
                function: random.draw(2) == 0 ? .one : .many, hasLetters: random.draw(2) == 0,
                readBack: random.draw(2) == 0 ? nil : UInt16(random.draw(1_000)),
                blink: random.draw(2) == 0 ? nil : .init(start: 1, stop: 2),
                brightness: random.draw(2) == 0 ? nil : .init(register: 3, range: 5...9))
            var driver = ModbusMapDriver(
                map: map, units: [try #require(UnitAddress(1)), try #require(UnitAddress(2))],
                settings: BusSettings())
            var now = Moment.zero
            driver.portReady(at: now)
            for _ in 0..<120 {
                now = now + .milliseconds(Int64(random.draw(200)))
                let text = "\(random.draw(10_000))"
                let unit = try #require(UnitAddress(1 + random.draw(3)))
                driver.show(
                    unit: unit, content: try DisplayContent(text, blinks: random.draw(2) == 0),
                    at: now)
                if case .transmit(let frame, let length, let deadline) = driver.next(at: now) {
                    #expect(frame.count <= ModbusLimits.frameBytesMax && deadline > now)
                    #expect(length <= ModbusLimits.frameBytesMax)
                    #expect(RegisterDisplay.check(frame.dropLast(2)) == Array(frame.suffix(2)))
                    var reply =
                        [frame[0], frame[1]]
                        + (0..<random.draw(12)).map { _ in
                            UInt8(truncatingIfNeeded: random.draw(256))
                        }
                    if random.draw(2) == 0 { reply += RegisterDisplay.check(reply) }
                    driver.received(reply, at: now)
                }
            }
            #expect(driver.unitStates.count == 2)
        }
    }
}
