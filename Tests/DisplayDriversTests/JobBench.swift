// SPDX-License-Identifier: Apache-2.0

// A job beside a master in virtual time, with the very units of BoothUnit on a wire that can be shared
// by two units of one address, inverted, noisy, or of another speed.

import BoothUnit
import DisplayDrivers
import QueueCore

/// A bus with a job on it.
struct JobBench {
    /// What becomes of a byte on its way to the master.
    enum Wire {
        case sound
        /// A and B are swapped at the adapter.
        case inverted
        /// The adapter runs at another speed: every byte that is heard is another one.
        case otherSpeed
        /// So many bytes of a thousand change.
        case noisy(perMille: Int)
    }

    var master: BusMaster
    var units: [DisplayUnit] = []
    var wire = Wire.sound
    /// Units whose replies are on the wire at the same time garble each other.
    var repliesCollide = true
    /// Addresses at which something answers every request with these bytes.
    var babblers: [UInt8: [UInt8]] = [:]
    var unpowered: Set<Int> = []
    var buttons: UInt8 = 0
    var random = SeededRandom(state: 7)
    var now = Moment.zero
    var news: [JobNews] = []
    var run: JobRun?
    /// Requests of the master's own while the job lasted, and of the job.
    var frames: [UInt8: Int] = [:]
    private var toUnits: [(at: Moment, byte: UInt8)] = []
    private var toMaster: [(at: Moment, byte: UInt8)] = []
    private var fineUntil = Moment.zero
    private var idleUntil = Moment.zero

    init(_ addresses: [UInt8], configured: [UInt8] = []) {
        units = addresses.map { Self.unit($0) }
        master = BusMaster(
            units: configured.compactMap { UnitAddress(Int($0)) }, settings: BusSettings())
        master.portReady(at: now)
    }

    static func unit(
        _ address: UInt8, source: AddressSource = .flash, board: UInt16 = 2,
        version: (UInt8, UInt8, UInt16) = (1, 0, 0), cause: ResetCause = .powerOn
    ) -> DisplayUnit {
        DisplayUnit(
            identity: UnitIdentity(
                address: address, addressSource: source, boardID: board,
                version: (version.0, version.1, version.2), revision: 0xC0FF_EE12,
                resetCause: cause),
            gapTicks: DisplayUnit.gapTicks(baud: 9_600))
    }

    /// Runs a job to its end, or for at most `span`; its result.
    mutating func run(_ job: any BusJob, within span: TimeSpan = .seconds(120)) -> JobNews? {
        begin(job)
        pass(span)
        return news.last { $0.kind == .result }
    }

    mutating func begin(_ job: any BusJob) { run = JobRun(job, on: &master, at: now) }

    /// Passes time until the job is over.
    mutating func pass(_ span: TimeSpan, while holds: (JobBench) -> Bool = { _ in true }) {
        let end = now + span
        while now < end, run?.isOver != true, holds(self) { advance() }
    }

    /// Passes time, job or no job.
    mutating func rest(_ span: TimeSpan) {
        let end = now + span
        while now < end { advance() }
    }

    var findings: [String] {
        news.compactMap { told in
            told.finding.map { "\($0.name.rawValue)\($0.unit.map { " \($0)" } ?? "")" }
        }
    }

    var rows: [ScannedUnit] { news.compactMap(\.unit) }

    /// A millisecond while anything is on the wire, and for a frame gap after it; else to the next
    /// moment at which master or job want something.
    mutating func advance() {
        let isBusy = !toUnits.isEmpty || !toMaster.isEmpty || now < fineUntil
        let rest = isBusy ? 1 : max(1, min(20, (idleUntil - now).milliseconds))
        now = now + .milliseconds(rest)
        let arrived = toUnits.prefix { $0.at <= now }
        toUnits.removeFirst(arrived.count)
        if !arrived.isEmpty { fineUntil = now + .milliseconds(12) }
        for index in units.indices where !unpowered.contains(index) {
            for (_, byte) in arrived { units[index].receive(byte) }
            units[index].tick(milliseconds: UInt32(rest), buttons: buttons)
        }
        if isBusy { collectReplies() }
        let heard = toMaster.prefix { $0.at <= now }.map(\.byte)
        toMaster.removeFirst(heard.count)
        if !heard.isEmpty { master.received(heard, at: now) }
        run?.step(&master, at: now)
        news += run?.takeNews() ?? []
        switch master.next(at: now) {
        case .transmit(let bytes, _, _):
            frames[bytes[0], default: 0] += 1
            send(bytes)
            idleUntil = now
        case .idle(let until): idleUntil = min(until, run?.wakeAt ?? until)
        }
        _ = master.takeEvents()
    }

    private mutating func send(_ bytes: [UInt8]) {
        for (index, byte) in bytes.enumerated() {
            let at = now + master.settings.time(ofBytes: index + 1)
            switch wire {
            case .sound, .noisy: toUnits.append((at, damaged(byte)))
            case .inverted, .otherSpeed: toUnits.append((at, ~byte &+ 3))
            }
        }
        let end = now + master.settings.time(ofBytes: bytes.count) + .milliseconds(6)
        if case .otherSpeed = wire {
            // The adapter hears its own echo, or a neighbour's talk, as other bytes.
            for index in 0..<6 {
                let byte = UInt8(random.draw(256))
                toMaster.append((end + master.settings.time(ofBytes: index), byte))
            }
        }
        if case .inverted = wire { toMaster += [(end, 0), (end, 0), (end, 0)] }
        for byte in babblers[bytes[0]] ?? [] { toMaster.append((end, byte)) }
    }

    private mutating func damaged(_ byte: UInt8) -> UInt8 {
        guard case .noisy(let perMille) = wire, random.draw(1_000) < perMille else { return byte }
        return byte ^ UInt8(1 << random.draw(8))
    }

    private mutating func collectReplies() {
        var replies: [[UInt8]] = []
        for index in units.indices {
            var reply: [UInt8] = []
            while let byte = units[index].nextReplyByte() { reply.append(byte) }
            switch units[index].takeAction() {
            case .adopt(let address): units[index].adopted(address, isKept: true)
            case .restart, .bootLoader, nil: break
            }
            if !reply.isEmpty, !unpowered.contains(index) { replies.append(reply) }
        }
        guard let first = replies.first else { return }
        var sent = first
        if replies.count > 1 {
            let second = replies[1]
            // Two drivers at once: a bit is what both say, one of them half a byte late.
            sent =
                repliesCollide
                ? zip(first, second.dropFirst() + [0xFF]).map { $0 & $1 } : first + second
        }
        for (index, byte) in sent.enumerated() {
            let at = now + master.settings.time(ofBytes: index + 1)
            toMaster.append((at, damaged(byte)))
        }
    }
}
