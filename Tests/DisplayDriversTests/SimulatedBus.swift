// SPDX-License-Identifier: Apache-2.0

// A bus in virtual time: one BusMaster, the very units of BoothUnit, and a wire between them that
// takes its time for each byte and may lose, flip, cut and invent some.

import BoothUnit
import DisplayDrivers
import QueueCore

/// A generator of pseudo-random numbers (SplitMix64), the same on every machine.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func draw(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// What the wire does to bytes, each out of a thousand.
struct WireFaults {
    var lostPerMille = 0
    var flippedPerMille = 0
    /// Replies cut in the middle.
    var cutPerMille = 0
    /// Bytes that nobody sent, for each millisecond.
    var noisePerMille = 0
}

struct SimulatedUnit {
    var unit: DisplayUnit
    var isDead = false
    var buttons: UInt8 = 0
    /// Answers with this address instead of its own.
    var liesAsAddress: UInt8?
}

struct SimulatedBus {
    static let step = TimeSpan.microseconds(250)

    var master: BusMaster
    var units: [SimulatedUnit]
    var faults = WireFaults()
    var random: SeededRandom
    var now = Moment.zero
    var events: [UnitEvent] = []
    var isReady = false
    /// Requests sent, for each address; and the moments of their first bytes.
    var requests: [UInt8: Int] = [:]
    var toUnits: [(at: Moment, byte: UInt8)] = []
    var toMaster: [(at: Moment, byte: UInt8)] = []
    var gapsBroken = 0
    private var lastByteAt = Moment(microseconds: -1_000_000)
    private var steps = 0

    init(
        units count: Int = 4, settings: BusSettings = BusSettings(), seed: UInt64 = 1,
        firstTag: UInt16 = 0
    ) {
        let addresses = (1...count).compactMap { UnitAddress($0) }
        master = BusMaster(units: addresses, settings: settings, firstTag: firstTag)
        units = addresses.map { SimulatedUnit(unit: Self.freshUnit($0)) }
        random = SeededRandom(state: seed)
    }

    static func freshUnit(_ address: UnitAddress) -> DisplayUnit {
        DisplayUnit(
            identity: UnitIdentity(address: address.value, boardID: 7, version: (1, 4, 2)),
            gapTicks: DisplayUnit.gapTicks(baud: 9_600))
    }

    mutating func restart(_ index: Int) {
        let address = master.unitStates[index].address
        units[index].unit = Self.freshUnit(address)
    }

    mutating func show(_ text: String, on index: Int, blinks: Bool = false, beeps: Bool = false) {
        guard let content = try? DisplayContent(text, blinks: blinks, beeps: beeps) else { return }
        master.show(unit: master.unitStates[index].address, content: content, at: now)
    }

    func state(_ index: Int) -> UnitState { master.unitStates[index] }

    /// What the segments of a unit say.
    func lit(_ index: Int) -> String {
        let segments = units[index].unit.segments
        return String(
            decoding: (0..<4).map { Segments.character(for: segments[$0]) }, as: UTF8.self)
    }

    mutating func run(_ span: TimeSpan) {
        if !isReady {
            isReady = true
            master.portReady(at: now)
        }
        let end = now + span
        while now < end { advance() }
    }

    /// Runs until `condition` holds; the time it took, or nil if it did not within `span`.
    mutating func run(
        until condition: (SimulatedBus) -> Bool, within span: TimeSpan
    ) -> TimeSpan? {
        let start = now
        while now - start < span {
            if condition(self) { return now - start }
            run(Self.step)
        }
        return nil
    }

    private mutating func advance() {
        now = now + Self.step
        steps += 1
        deliver()
        if steps % 4 == 0 {
            for index in units.indices { units[index].unit.tick1ms(buttons: units[index].buttons) }
            if faults.noisePerMille > 0 && random.draw(1_000) < faults.noisePerMille {
                toMaster.append((now, UInt8(random.draw(256))))
                toUnits.append((now, UInt8(random.draw(256))))
            }
        }
        collectReplies()
        askMaster()
        events += master.takeEvents()
    }

    private mutating func deliver() {
        let isDue =
            (toUnits.first.map { $0.at <= now } ?? false)
            || (toMaster.first.map { $0.at <= now } ?? false) || faults.noisePerMille > 0
        guard isDue else { return }
        for (at, byte) in toUnits where at <= now {
            for index in units.indices where !units[index].isDead {
                units[index].unit.receive(byte)
            }
            lastByteAt = at
        }
        toUnits.removeAll { $0.at <= now }
        let arrived = toMaster.filter { $0.at <= now }
        toMaster.removeAll { $0.at <= now }
        if !arrived.isEmpty {
            lastByteAt = now
            master.received(arrived.map(\.byte), at: now)
        }
    }

    private mutating func collectReplies() {
        for index in units.indices where units[index].unit.hasReply {
            var reply: [UInt8] = []
            while let byte = units[index].unit.nextReplyByte() { reply.append(byte) }
            guard !reply.isEmpty, !units[index].isDead else { continue }
            if let lie = units[index].liesAsAddress {
                reply = Frame.sealed([lie] + reply.dropFirst().dropLast(2))
            }
            if random.draw(1_000) < faults.cutPerMille { reply.removeLast(reply.count / 2) }
            toMaster += onWire(reply)
        }
    }

    private mutating func askMaster() {
        guard case .transmit(let bytes, _, _) = master.next(at: now) else { return }
        if now - lastByteAt < TimeSpan.microseconds(3_646) { gapsBroken += 1 }
        requests[bytes[0], default: 0] += 1
        toUnits += onWire(bytes)
        lastByteAt = now + master.settings.time(ofBytes: bytes.count)
    }

    private mutating func onWire(_ bytes: [UInt8]) -> [(at: Moment, byte: UInt8)] {
        var out: [(at: Moment, byte: UInt8)] = []
        for (index, byte) in bytes.enumerated() {
            if random.draw(1_000) < faults.lostPerMille { continue }
            let isFlipped = random.draw(1_000) < faults.flippedPerMille
            let flip: UInt8 = isFlipped ? 1 << UInt8(random.draw(8)) : 0
            out.append((now + master.settings.time(ofBytes: index + 1), byte ^ flip))
        }
        return out
    }
}

enum Frame {
    /// Bytes with their check word added.
    static func sealed(_ body: [UInt8]) -> [UInt8] {
        var crc = ModbusCRC()
        for byte in body { crc.update(byte) }
        return body + [UInt8(truncatingIfNeeded: crc.value), UInt8(crc.value >> 8)]
    }
}
