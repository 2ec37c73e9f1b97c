// SPDX-License-Identifier: Apache-2.0

// What happens on a simulated bus, event by event: frames arrive, silence ends them, units answer,
// the adapter delivers, the master takes its turn.

import DisplayDrivers
import QueueCore

extension UnitBus {
    /// When something next happens of itself, the units' own milliseconds aside.
    var nextEvent: Moment? {
        let outside = line.due
        guard run == .running else { return outside }
        return earliest(
            earliest(outside, incoming.first?.at), earliest(masterDue, opensAt))
    }

    func earliest(_ left: Moment?, _ right: Moment?) -> Moment? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }

    /// Carries out all that is due now.
    mutating func serve() {
        for passage in line.takeArrived(at: now) { arrive(passage) }
        let frame = line.takeFrame(at: now)
        if !frame.isEmpty { endFrame(frame) }
        guard run == .running else { return }
        openPort()
        deliver()
        askMaster()
    }

    private mutating func arrive(_ passage: Passage) {
        guard !passage.bytes.isEmpty, passage.sender != nil, run != .absent, isPortOpen, hasAdapter,
            !isPortBroken
        else { return }
        let latency = random.draw(Int(UnitBusLimits.adapterLatencyMax.microseconds) + 1)
        let at = now + .microseconds(Int64(latency))
        incoming.append((passage.bytes, max(at, incoming.last?.at ?? at)))
    }

    private mutating func endFrame(_ frame: [Passage]) {
        let whole = frame.count == 1 && frame[0].isWhole ? frame[0] : nil
        for index in units.indices {
            if let whole, units[index].leavesAlone(whole) { continue }
            for passage in frame where passage.sender != index {
                units[index].hear(passage, byteTime: line.byteTime)
            }
            let reply = units[index].gap(at: now)
            if !reply.isEmpty { line.send(reply, from: index, at: now, &random) }
        }
    }

    private mutating func openPort() {
        guard let opensAt, opensAt <= now else { return }
        guard hasAdapter else {
            self.opensAt = now + UnitBusLimits.reopenAfter
            return
        }
        self.opensAt = nil
        isPortOpen = true
        master.portReady(at: now)
        masterDue = now
    }

    private mutating func deliver() {
        while let first = incoming.first, first.at <= now {
            master.received(first.bytes, at: now)
            incoming.removeFirst()
            masterDue = now
        }
    }

    private mutating func askMaster() {
        guard isPortOpen, let masterDue, masterDue <= now else { return }
        var step = master.next(at: now)
        if case .transmit(let frame, _, _) = step {
            line.send(frame, from: nil, at: now, &random)
            step = master.next(at: now)
        }
        guard case .idle(let until) = step, until > now else {
            preconditionFailure("the master never rests")
        }
        self.masterDue = until
        takeReports()
    }

    /// The port fails under the master: nobatd closes it and tries again after a while.
    mutating func losePort() {
        isPortOpen = false
        isPortBroken = false
        masterDue = nil
        incoming = []
        opensAt = now + UnitBusLimits.reopenAfter
        master.portLost(at: now)
        takeReports()
    }

    private mutating func takeReports() {
        for event in master.takeEvents() {
            let works: Bool
            switch event.kind {
            case .online: works = true
            case .offline: works = false
            default: continue
            }
            guard let unit = units.first(where: { $0.address == event.unit }) else { continue }
            reports.append((unit.booth, works))
        }
    }
}
