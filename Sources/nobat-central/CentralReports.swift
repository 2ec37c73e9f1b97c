// SPDX-License-Identifier: Apache-2.0

// What nobat-central tells of itself over its socket.

import Control
import DaemonSupport
import QueueCore

/// Makes the reports of the central from its machine.
struct CentralReports: Sendable {
    let plan: CentralPlan
    let timestamps: Timestamps
    /// The fingerprint of the file that was read.
    let configuration: String
    let startedAt: Moment
    let commitTimes: Samples
    /// The keys; nil when it speaks plainly.
    let keys: KeyDesk?

    func queue(_ machine: CentralMachine) -> [TicketRow] {
        let rows = machine.tickets.values.sorted {
            ($0.ticket.rank, $0.ticket.id) < ($1.ticket.rank, $1.ticket.id)
        }
        return rows.map { held in
            TicketRow(
                held.ticket, held.state, held.boothToTell,
                heldBy: held.holder.controller ?? .central)
        }
    }

    /// The booths of all controllers with their last calls; the central reads no display itself.
    func displays(_ machine: CentralMachine) -> [DisplayRow] {
        machine.booths.keys.sorted().flatMap { name -> [DisplayRow] in
            (machine.booths[name] ?? []).map { booth in
                let number = booth.current.flatMap {
                    machine.tickets[$0]?.ticket.number.description
                }
                return DisplayRow(
                    booth: Int(booth.number), shows: number ?? "----", ordered: number ?? "----",
                    verified: false, since: timestamps.text(startedAt), online: nil,
                    bus: name.description, address: nil, lamp: "", open: booth.isOpen)
            }
        }
    }

    func status(_ machine: CentralMachine) -> StatusReport {
        var report = StatusReport(
            daemon: "nobat-central", name: "central", version: programVersion,
            startedAt: timestamps.text(startedAt), day: Int(machine.meta.day.count),
            epoch: machine.meta.epoch.description,
            tray: machine.pool.values.reduce(0) { $0 + $1.count })
        report.add(day: machine.meta.day, machine.openings)
        report.configuration = configuration
        report.settling = machine.isSettling
        report.strangers = keys?.strangers
        report.commitTimes = commitTimes.report
        report.controllers = plan.halls.flatMap { hall in
            hall.controllers.compactMap { entry in
                machine.controllers[entry.name].map { self.report(machine, $0, hall.name) }
            }
        }
        report.conflicts = machine.conflicts.map { conflict in
            ConflictReport(
                number: conflict.number.description,
                heldBy: (conflict.holder.controller ?? .central).description,
                booth: conflict.holderBooth.map(Int.init), calledBy: conflict.caller.description,
                calledAt: Int(conflict.callerBooth))
        }
        return report
    }

    /// The controllers that have no link; of those that are fenced others have the tickets.
    func offline(_ machine: CentralMachine) -> Set<String> {
        let cut = machine.controllers.values.filter {
            machine.links[$0.name] == nil && !$0.isFenced
        }
        return Set(cut.map(\.name.description))
    }

    private func report(
        _ machine: CentralMachine, _ record: ControllerRecord, _ hall: Name
    ) -> ControllerReport {
        let link =
            if machine.links[record.name] != nil {
                record.hasReported ? "up" : "reporting"
            } else {
                record.epoch == nil ? "never-seen" : "down"
            }
        return ControllerReport(
            name: record.name.description, hall: hall.description, link: link,
            downSince: machine.links[record.name] == nil
                ? machine.lostAt[record.name].map(timestamps.text) : nil,
            fenced: record.isFenced, tray: machine.trays[record.name]?.count ?? 0,
            orders: machine.orders[record.name]?.count ?? 0, facts: Int(clamping: record.have),
            openBooths: (machine.booths[record.name] ?? []).filter(\.isOpen).map { Int($0.number) })
    }
}
