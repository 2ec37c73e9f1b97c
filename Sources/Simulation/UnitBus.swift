// SPDX-License-Identifier: Apache-2.0

// A controller's bus of booth units in simulated time. The daemon's master and the firmware's units
// speak byte for byte over a line with faults; what a display shows is read from its segments.

import BoothUnit
import DisplayDrivers
import QueueCore

/// The displays of one controller, with all that lies between it and the patient's eye.
///
/// Every moment given must be at or after the last one. Until `masterStarts(at:)` there is no
/// master, as before nobatd comes up.
package struct UnitBus: Sendable {
    /// A display's answering as nobatd tells the core of it.
    package typealias Report = (booth: BoothNumber, works: Bool)

    /// What runs the bus.
    enum MasterRun: Sendable {
        /// There is no nobatd.
        case absent
        case running
        /// nobatd stands still: bytes for it wait in the adapter.
        case paused
    }

    /// How the bus is run: nobatd's usual settings.
    package let settings: BusSettings
    /// The time that has been reached.
    package private(set) var now: Moment

    var units: [UnitOnLine]
    var line: UnitLine
    var random: LineRandom
    var master: BusMaster
    var run = MasterRun.absent
    /// When the master wants its turn.
    var masterDue: Moment?
    /// The adapter is there.
    var hasAdapter = true
    /// The master holds a port that works, as far as it knows.
    var isPortOpen = false
    /// The port failed while the master could not notice.
    var isPortBroken = false
    /// When nobatd tries again to open the port.
    var opensAt: Moment?
    /// Bytes on their way through the adapter, and when they are there.
    var incoming: [(bytes: [UInt8], at: Moment)] = []
    var reports: [Report] = []

    /// A bus with a powered unit for each booth, which must be different and at most
    /// `DisplayLimits.unitsMax`; their bus addresses are 1, 2, … in the order given.
    package init(booths: [BoothNumber], seed: UInt64, at now: Moment) {
        precondition(booths.count <= DisplayLimits.unitsMax, "too many booths for one bus")
        self.now = now
        let settings = BusSettings()
        self.settings = settings
        line = UnitLine(settings)
        random = LineRandom(seed: seed)
        units = booths.enumerated().compactMap { index, booth in
            UnitAddress(index + 1).map { UnitOnLine(booth: booth, address: $0, at: now) }
        }
        master = BusMaster(units: units.map(\.address), settings: settings, at: now)
    }

    /// Frames, of a thousand, that reach nobody; requests and replies alike.
    package var framesLostPerMille: Int {
        get { line.framesLostPerMille }
        set { line.framesLostPerMille = newValue }
    }

    /// Bytes, of a thousand, that arrive as another.
    package var bytesGarbledPerMille: Int {
        get { line.bytesGarbledPerMille }
        set { line.bytesGarbledPerMille = newValue }
    }

    /// Frames put on the line so far, by the master and by units.
    package var framesSent: Int { line.framesSent }

    /// When `advance(to:)` is wanted next; nil when nothing goes on.
    package var deadline: Moment? {
        if !reports.isEmpty { return now }
        var due = nextEvent
        for index in units.indices { due = earliest(due, units[index].dashesAt) }
        return due
    }

    /// Moves bytes and time; returns the displays that were lost or came back, oldest first.
    package mutating func advance(to end: Moment) -> [Report] {
        pass(to: end)
        defer { reports = [] }
        return reports
    }

    /// What the digits of a booth say now: four characters, blank without power. A number counts
    /// as shown while it blinks; the trouble sign is given as the core writes it, though the digits
    /// have one shape for `R` and `r`.
    package func text(_ booth: BoothNumber) -> String {
        let text = units[index(booth)].text(at: now)
        return text == Self.trouble?.text ? BoothSign.trouble.text : text
    }

    private static let trouble = DisplayContent(.trouble)

    // MARK: The daemon

    /// nobatd came up: a master that knows nothing, and the port as it is.
    package mutating func masterStarts(at moment: Moment) {
        pass(to: moment)
        master = BusMaster(
            units: units.map(\.address), settings: settings,
            firstTag: UInt16(1 + random.draw(Int(UInt16.max))), at: moment)
        run = .running
        incoming = []
        isPortOpen = false
        isPortBroken = false
        masterDue = nil
        opensAt = moment
        serve()
    }

    /// nobatd died: no more frames. What the kernel has of the last one goes out.
    package mutating func masterStops(at moment: Moment) {
        pass(to: moment)
        run = .absent
        masterDue = nil
        opensAt = nil
        incoming = []
    }

    /// nobatd stands still (`SIGSTOP`, a stalled machine); bytes for it wait.
    package mutating func masterPauses(at moment: Moment) {
        pass(to: moment)
        if run == .running { run = .paused }
    }

    /// nobatd goes on where it stood.
    package mutating func masterResumes(at moment: Moment) {
        pass(to: moment)
        guard run == .paused else { return }
        run = .running
        if isPortBroken { losePort() }
        serve()
    }

    /// Orders a booth's sign as nobatd does; without a running master nothing is ordered.
    package mutating func show(_ booth: BoothNumber, _ sign: BoothSign, at moment: Moment) {
        pass(to: moment)
        guard run == .running, let content = DisplayContent(sign) else { return }
        master.show(unit: units[index(booth)].address, content: content, at: moment)
        if isPortOpen { masterDue = moment }
        serve()
    }

    // MARK: The hardware

    /// Takes a unit's power away, or gives it back: it starts anew, with dashes.
    package mutating func setDead(_ booth: BoothNumber, _ isDead: Bool, at moment: Moment) {
        pass(to: moment)
        let index = index(booth)
        guard units[index].isPowered == isDead else { return }
        if isDead {
            units[index].losePower()
            line.cut(sender: index, at: moment)
        } else {
            units[index].start(.powerOn, at: moment)
        }
    }

    /// A unit starts anew by itself, as after a fault or a brown-out; one without power stays dark.
    package mutating func restart(_ booth: BoothNumber, at moment: Moment) {
        pass(to: moment)
        let index = index(booth)
        guard units[index].isPowered else { return }
        units[index].start(.watchdog, at: moment)
        line.cut(sender: index, at: moment)
    }

    /// Pulls the adapter out, or plugs it in again.
    package mutating func setPort(lost: Bool, at moment: Moment) {
        pass(to: moment)
        guard hasAdapter == lost else { return }
        hasAdapter = !lost
        guard lost else { return }
        incoming = []
        line.cut(sender: nil, at: moment)
        guard isPortOpen else { return }
        if run == .running { losePort() } else { isPortBroken = true }
    }

    // MARK: Time

    private func index(_ booth: BoothNumber) -> Int {
        guard let index = units.firstIndex(where: { $0.booth == booth }) else {
            preconditionFailure("booth \(booth) is not on this bus")
        }
        return index
    }

    private mutating func pass(to end: Moment) {
        precondition(end >= now, "time runs backwards")
        while let due = nextEvent, due <= end {
            now = max(now, due)
            serve()
        }
        now = end
        for index in units.indices {
            if let dashesAt = units[index].dashesAt, dashesAt <= end { units[index].pass(to: end) }
        }
    }
}

extension DisplayContent {
    /// What a sign looks like on four digits: a new call blinks and beeps.
    init?(_ sign: BoothSign) {
        let isNew = if case .number(_, attention: true) = sign { true } else { false }
        guard let content = try? DisplayContent(sign.text, blinks: isNew, beeps: isNew) else {
            return nil
        }
        self = content
    }
}
