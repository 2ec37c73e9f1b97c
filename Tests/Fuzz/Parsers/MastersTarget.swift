// SPDX-License-Identifier: Apache-2.0

// The masters of a bus, and technicians' jobs beside one, fed whatever might come back: bytes as they
// are, bytes with a right check word, or a true unit's reply with some bits changed.

import BoothUnit
import DisplayDrivers
import QueueCore

enum MastersTarget {
    /// A master goes on asking, never waits without an end, and calls nothing verified that was not
    /// read back as it was ordered; a job ends, and what it tells is fit to print.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var script = Script(bytes)
        switch script.draw(3) {
        case 0:
            var line = Line(BusMaster(units: Line<BusMaster>.addresses, settings: BusSettings()))
            while !script.isAtEnd { try line.turn(&script) }
        case 1:
            let maps: [RegisterMap] = [.led485, .led485Segments, .dm56a04, .dn109]
            let map = maps[script.draw(maps.count)]
            var line = Line(
                ModbusMapDriver(
                    map: map, units: Line<ModbusMapDriver>.addresses, settings: BusSettings(),
                    echoes: script.draw(2) == 1))
            while !script.isAtEnd { try line.turn(&script) }
        default: try job(&script)
        }
    }

    private static func job(_ script: inout Script) throws(Broken) {
        var line = Line(BusMaster(units: Line<BusMaster>.addresses, settings: BusSettings()))
        let (unit, other) = (Line<BusMaster>.addresses[0], Line<BusMaster>.addresses[1])
        var plan = BusScan.Plan()
        plan.booths = [unit: 1, other: 2]
        plan.hasConfiguration = script.draw(2) == 1
        plan.addresses = 1...4
        let jobs: [any BusJob] = [
            BusScan(plan), AddressChange(from: unit, to: other),
            UnitIdentification(unit, for: .seconds(5)), UnitTest(unit, asks: true),
            UnitTest(unit, asks: false),
        ]
        var run = JobRun(jobs[script.draw(jobs.count)], on: &line.driver, at: line.now)
        while !script.isAtEnd, !run.isOver {
            run.step(&line.driver, at: line.now)
            let how = script.byte()
            if how & 0x0F == 1 { run.answered(how & 0x20 == 0, at: line.now) }
            if how == 0xFF { run.cancel(at: line.now) }
            try line.turn(&script, until: run.wakeAt)
            try judge(run.takeNews())
        }
        // Nobody answers any more: it must come to its end all the same.
        run.cancel(at: line.now)
        let end = line.now + DisplayLimits.jobTimeMax + .seconds(60)
        while !run.isOver {
            try demand(line.now < end, "the job does not end")
            run.step(&line.driver, at: line.now)
            try line.silence(until: run.wakeAt)
            try judge(run.takeNews())
        }
    }

    private static func judge(_ news: [JobNews]) throws(Broken) {
        for one in news {
            try demandFitToPrint(one.text, bytesMax: 2_000)
        }
    }
}

/// A driver and the other end of its line.
private struct Line<Driver: DisplayDriver> {
    static var addresses: [UnitAddress] { [3, 4, 9].compactMap { UnitAddress($0) } }

    var driver: Driver
    var now = Moment.zero
    private var waits = 0
    private var units = [3, 4, 9].map {
        DisplayUnit(identity: UnitIdentity(address: $0), gapTicks: 5)
    }

    init(_ driver: Driver) {
        self.driver = driver
        self.driver.portReady(at: now)
    }

    /// One step of the driver, and what the script makes of it.
    mutating func turn(_ script: inout Script, until wake: Moment = .distant) throws(Broken) {
        let how = script.byte()
        if how & 0xC0 == 0xC0 { order(how) }
        switch driver.next(at: now) {
        case .idle(let until):
            // At once is right when a job is to be told something, and not for ever.
            try demand(until >= now, "it waits for what is over")
            waits = until == now ? waits + 1 : 0
            try demand(waits < 4, "it wants to be asked again and again")
            try demand(until - now <= .seconds(10), "it waits for \(until - now)")
            now = max(now + .milliseconds(1), min(until, wake))
        case .transmit(let sent, let replyLength, let deadline):
            waits = 0
            try demand(deadline > now, "a deadline that is over")
            try demand(replyLength <= ModbusLimits.frameBytesMax, "a reply of \(replyLength)")
            let reply = reply(to: sent, how, &script)
            let cut = min(script.draw(256), reply.count)
            driver.received(Array(reply[..<cut]), at: now + .milliseconds(4))
            driver.received(Array(reply[cut...]), at: now + .milliseconds(5))
            now = how & 0x20 == 0 ? now + .milliseconds(6) : deadline
        }
        if how == 0xBF {
            driver.portLost(at: now)
            driver.portReady(at: now)
        }
        try judge()
    }

    /// Nothing comes, until a moment that may be near.
    mutating func silence(until wake: Moment) throws(Broken) {
        switch driver.next(at: now) {
        case .idle(let until): now = max(now + .milliseconds(1), min(until, wake))
        case .transmit(_, _, let deadline): now = deadline
        }
    }

    private mutating func order(_ how: UInt8) {
        let unit = Self.addresses[Int(how) % 3]
        guard let content = try? DisplayContent("A\(Int(how & 0x3F) * 15)") else { return }
        driver.show(unit: unit, content: content, at: now)
    }

    private mutating func reply(
        to sent: [UInt8], _ how: UInt8, _ script: inout Script
    ) -> [UInt8] {
        switch how & 7 {
        case 0: return script.take(Int(script.byte()))
        case 1: return Frames.sealed(Array(sent.prefix(2)) + script.take(script.draw(64)))
        case 2: return sent + truth(to: sent)
        case 3:
            var reply = truth(to: sent)
            for byte in script.take(3) where !reply.isEmpty {
                reply[Int(byte) % reply.count] ^= 1 << (byte >> 5)
            }
            return reply
        case 4:
            // Another value under a right check word.
            var body = Array(truth(to: sent).dropLast(2))
            let (place, value) = (Int(script.byte()), script.byte())
            if !body.isEmpty { body[place % body.count] = value }
            return Frames.sealed(body)
        case 5: return []
        default: return truth(to: sent)
        }
    }

    /// What the true units answer.
    private mutating func truth(to sent: [UInt8]) -> [UInt8] {
        var reply: [UInt8] = []
        for index in units.indices {
            for byte in sent { units[index].receive(byte) }
            units[index].frameGap()
            while let byte = units[index].nextReplyByte() { reply.append(byte) }
            for _ in 0..<5 { units[index].tick1ms(buttons: 0) }
        }
        return reply
    }

    private mutating func judge() throws(Broken) {
        for state in driver.unitStates where state.verified {
            try demand(state.shows == state.ordered, "verified, and shows another: \(state)")
        }
        let events = driver.takeEvents()
        try demand(events.count <= DisplayLimits.eventsMax, "\(events.count) events at once")
    }
}

extension Moment {
    /// Later than any script.
    fileprivate static let distant = Moment(microseconds: .max / 2)
}
