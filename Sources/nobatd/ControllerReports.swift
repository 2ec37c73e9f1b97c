// SPDX-License-Identifier: Apache-2.0

// What nobatd tells of itself over its socket.

import Control
import DaemonSupport
import DisplayDrivers
import Hardware
import NobatConfiguration
import QueueCore

/// Makes the reports of a controller from its machine and its hands.
struct ControllerReports: Sendable {
    let outside: ControllerOutside
    let panels: [ButtonPanel]
    let kiosk: KioskParts?
    let timestamps: Timestamps
    /// The fingerprint of the file that was read.
    let configuration: String
    let startedAt: Moment
    let pressTimes: Samples
    let decideTimes: Samples
    let busTimes: Samples
    let commitTimes: Samples

    func displays(_ machine: ControllerMachine) -> [DisplayRow] {
        let states = outside.buses.mapValues(\.state)
        return machine.booths.indices.map { index in
            let booth = machine.booths[index]
            let place = outside.displays[booth.plan.number]
            let unit = place.flatMap { place in
                states[place.bus]?.units.first { $0.address == place.unit }
            }
            let ordered = unit?.ordered ?? machine.sign(index).text
            let isOnline = unit.map(\.isThere)
            var row = DisplayRow(
                booth: Int(booth.plan.number),
                shows: unit.map { $0.shows ?? ($0.canReadBack ? "????" : ordered) } ?? ordered,
                ordered: ordered, verified: unit?.verified == true && isOnline == true,
                since: timestamps.text(unit?.since ?? startedAt), online: isOnline,
                bus: place?.bus.description, address: place.map { Int($0.unit.value) },
                lamp: booth.lamp?.rawValue ?? "", open: booth.record.isOpen)
            row.firmware = unit?.firmware?.description
            row.finding = unit?.firmwareFinding?.rawValue
            if unit?.canReadBack == false { row.readBack = false }
            return row
        }
    }

    func queue(_ machine: ControllerMachine) -> [TicketRow] {
        let rows = machine.tickets.values.sorted {
            ($0.ticket.rank, $0.ticket.id) < ($1.ticket.rank, $1.ticket.id)
        }
        return rows.map { held in
            let isGone = held.state == .transferred
            return TicketRow(
                held.ticket, held.state, held.booth,
                heldBy: isGone ? .central : machine.plan.name)
        }
    }

    func status(_ machine: ControllerMachine) -> StatusReport {
        var report = StatusReport(
            daemon: "nobatd", name: machine.plan.name.description, version: programVersion,
            startedAt: timestamps.text(startedAt), day: Int(machine.meta.day.count),
            epoch: machine.meta.epoch.description, tray: machine.tray.count)
        report.add(day: machine.meta.day, machine.openings)
        let link = outside.link.link
        report.link = LinkReport(
            state: link.isLive ? "up" : link.isConnected ? "greeting" : "down",
            since: timestamps.text(link.since), peer: link.peer, reason: link.reason)
        report.link?.refusal = link.refusal?.complaint.rawValue
        report.configuration = configuration
        if machine.hasDiskTrouble { report.diskFault = true }
        report.outbox = machine.outboxCount
        report.blocks = machine.blocks.map { block in
            BlockReport(
                service: block.service?.description, day: Int(block.day.count),
                date: block.isLocal ? nil : block.day.dateText,
                next: TicketNumber(series: block.series, value: block.next)?.description ?? "",
                remaining: block.remaining)
        }
        report.buses = outside.buses.keys.sorted().compactMap { outside.buses[$0].map(bus) }
        report.buttons = ButtonsReport(panels, timestamps, startedAt)
        report.kiosk = kiosk?.report(timestamps)
        report.booths = machine.booths.map { booth in
            BoothReport(
                booth: Int(booth.plan.number), open: booth.record.isOpen,
                services: booth.record.services.map(\.description),
                current: booth.record.current.flatMap {
                    machine.tickets[$0]?.ticket.number.description
                },
                waiting: machine.tray.count { booth.record.services.contains($0.service) })
        }
        report.pressTimes = pressTimes.report
        report.decideTimes = decideTimes.report
        report.busTimes = busTimes.report
        report.commitTimes = commitTimes.report
        return report
    }

    /// Taps a button of the kiosk; false: too much is going on.
    func tap(_ button: Int, _ question: ControlQuestion) throws(ControlError) -> Bool {
        guard let kiosk, button < kiosk.desk.buttons else {
            let count = kiosk?.desk.buttons ?? 0
            throw ControlError(
                name: "no-such-button",
                detail: "the kiosk of this controller has \(count) buttons; see \"kiosk\" in the "
                    + "configuration")
        }
        guard kiosk.desk.take(.tap(button)) else { return false }
        question.answer(ActionResult(outcome: "tapped"))
        return true
    }

    private func bus(_ bus: DisplayBus) -> BusReport {
        let state = bus.state
        let booths = Dictionary(
            outside.displays.filter { $0.value.bus == bus.configuration.name }
                .map { ($0.value.unit, $0.key) }
        ) { first, _ in first }
        return BusReport(
            name: bus.configuration.name.description, port: bus.configuration.port,
            state: state.isOpen ? "open" : "closed", since: timestamps.text(state.since),
            error: state.error,
            units: state.units.map { unit in
                var report = UnitReport(
                    address: Int(unit.address.value), booth: Int(booths[unit.address] ?? 0),
                    online: unit.isThere, since: timestamps.text(unit.since),
                    shows: unit.shows, verified: unit.verified,
                    board: unit.boardName, firmware: unit.firmware?.description,
                    finding: unit.firmwareFinding?.rawValue, uptimeSeconds: unit.uptimeSeconds,
                    errors: Dictionary(
                        BusFault.allCases.map { ($0.rawValue, unit.faults[$0]) }
                    ) { first, _ in first })
                if !unit.canReadBack { report.readBack = false }
                return report
            }, baud: bus.configuration.baud)
    }
}

extension ButtonsReport {
    /// The worst of some panels, and all buttons that are stuck.
    init(_ panels: [ButtonPanel], _ timestamps: Timestamps, _ startedAt: Moment) {
        let states = panels.map(\.state)
        let worst = states.first { $0.error != nil } ?? states.first
        self.init(
            state: worst?.state ?? "none", since: timestamps.text(worst?.since ?? startedAt),
            error: worst?.error,
            stuck: states.flatMap(\.stuck).map(Int.init).sorted())
    }
}

extension UnitState {
    /// Whether it answers; of one that never answers, whether its port is open.
    fileprivate var isThere: Bool { canAnswer ? health == .online : health != .offline }
}
