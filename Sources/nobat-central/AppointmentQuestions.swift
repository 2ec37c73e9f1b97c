// SPDX-License-Identifier: Apache-2.0

// Questions about appointments over the central's socket that are not a command: tables, and lists
// whose rows come in many lines and are taken over in one step.

import Control
import DaemonSupport
import QueueCore
import Synchronization
import Uplink

/// Rows of lists on their way, by connection.
final class StagedLists: Sendable {
    private let rows = Mutex<[ConnectionID: [ImportRow]]>([:])

    /// Lists that may be on their way at a time; people import one now and then.
    private static let listsMax = 8

    /// Keeps rows for a connection; how many it has now.
    func add(_ more: [ImportRow], _ id: ConnectionID) throws(ControlError) -> Int {
        try rows.withLock { rows throws(ControlError) in
            guard rows[id] != nil || rows.count < Self.listsMax else {
                throw ControlError(
                    name: "too-many-lists",
                    detail: "\(Self.listsMax) lists are being taken over at present; try again in "
                        + "a minute")
            }
            let known = rows[id] ?? []
            guard known.count + more.count <= AppointmentLimits.importRowsMax else {
                throw ControlError(
                    name: "too-many-rows",
                    detail: "a list has at most \(AppointmentLimits.importRowsMax) rows; split it")
            }
            rows[id] = known + more
            return known.count + more.count
        }
    }

    /// Takes out the rows of a connection.
    func take(_ id: ConnectionID) -> [ImportRow] {
        rows.withLock { $0.removeValue(forKey: id) ?? [] }
    }
}

/// Answers what is only looked at.
enum AppointmentTables {
    /// The appointments of a date, today's when none is named.
    static func appointments(_ machine: CentralMachine, _ date: ServiceDay?) -> [AppointmentRow] {
        machine.book.appointments(on: date ?? machine.meta.day).map { AppointmentRow($0) }
    }

    /// Arrivals that wait for a person's eye.
    static func toCheck(_ machine: CentralMachine) -> [ArrivalRow] {
        machine.book.openQuestions.map { ArrivalRow($0) }
    }
}
