// SPDX-License-Identifier: Apache-2.0

// What tests ask of a hall's daemons.

import Control
import Foundation
import SoftwareHall
import Testing

extension RunningDaemon {
    func status() throws -> StatusReport { try ask(ControlRequest(.status), as: StatusReport.self) }

    func queue() throws -> [TicketRow] { try ask(ControlRequest(.queue), as: [TicketRow].self) }

    func displays() throws -> [DisplayRow] {
        try ask(ControlRequest(.displays), as: [DisplayRow].self)
    }

    /// The name of the refusal that `body` meets, or nil when it meets none.
    func refusal(_ request: ControlRequest) throws -> ControlError? {
        do {
            _ = try ask(request, as: ActionResult.self)
            return nil
        } catch let error as ControlError {
            return error
        }
    }
}

extension SoftwareHall {
    /// The first controller.
    var first: Controller { controllers[0] }

    /// The end of each log.
    var logTails: String {
        ([central] + controllers.map(\.daemon)).map { daemon in
            let lines = daemon.log.split(separator: "\n").suffix(40).joined(separator: "\n")
            return "--- \(daemon.logPath)\n\(lines)\n"
        }.joined()
    }

    /// Waits until every controller has numbers of its own, and its displays answer.
    func waitUntilReady(at location: SourceLocation = #_sourceLocation) throws {
        try within(30, "the controllers have blocks and displays", at: location) {
            try controllers.allSatisfy { controller in
                let status = try controller.daemon.status()
                let hasLocal = status.blocks?.contains { $0.service == nil } == true
                let isVerified = try controller.daemon.displays().allSatisfy(\.verified)
                return hasLocal && status.link?.state == "up" && status.outbox == 0 && isVerified
            }
        }
    }

    /// Waits until all that happened at the controllers is on the central's disk, and no order waits.
    func waitUntilAgreed(
        _ seconds: Double = 30, at location: SourceLocation = #_sourceLocation
    ) throws {
        try within(seconds, "nothing is on its way any more", at: location) {
            let reports = try central.status().controllers ?? []
            let areTold = try controllers.allSatisfy { controller in
                let status = try controller.daemon.status()
                return status.link?.state == "up" && status.outbox == 0
            }
            return areTold && reports.allSatisfy { $0.link == "up" && $0.orders == 0 }
        }
    }

    /// The central's history of the day.
    func history(at location: SourceLocation = #_sourceLocation) throws -> [Told] {
        let rows = try central.ask(ControlRequest(.history), as: [HistoryRow].self)
        try check(rows.count < 10_000, "the whole history fits one answer", at: location)
        return rows.map(Told.init)
    }

    /// Waits until a daemon has logged something.
    func waitForLog(
        _ daemon: RunningDaemon, _ text: String, seconds: Double = 20,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        try within(seconds, "\(daemon.program) logs \"\(text)\"", at: location) {
            daemon.log.contains(text)
        }
    }

    /// Waits until a display shows something.
    func waitForDisplay(
        _ booth: Int, _ text: String, seconds: Double = 10,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let bus = try need(controllers.first { $0.booths.contains(booth) }, "booth \(booth)").bus
        try within(
            seconds, "booth \(booth) shows \(text), not \(bus.shown(UInt8(booth)))", at: location
        ) { bus.shown(UInt8(booth)) == text }
    }

    /// Presses until somebody is called at the booth; the number.
    func callNext(
        _ booth: Int, seconds: Double = 10, at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let daemon = try need(
            controllers.first { $0.booths.contains(booth) }, "booth \(booth)"
        ).daemon
        var called: String?
        try within(seconds, "somebody is called at booth \(booth)", at: location) {
            let result = try press(booth, at: daemon)
            called = result.outcome == "called" ? result.number : nil
            return called != nil
        }
        return try need(called, "a number", at: location)
    }

    /// Takes a ticket; waits while the central settles.
    func number(
        _ service: String = "admission", at daemon: RunningDaemon,
        location: SourceLocation = #_sourceLocation
    ) throws -> String {
        var number: String?
        try within(20, "\(daemon.program) gives a number", at: location) {
            number = try take(service, at: daemon).number
            return number != nil
        }
        return try need(number, "a number", at: location)
    }
}

/// A line of the central's history, taken apart.
struct Told {
    let row: HistoryRow
    /// The ticket number that it is about.
    let number: String
    /// The booth that it names.
    let booth: Int?

    var kind: String { row.kind }

    init(_ row: HistoryRow) {
        self.row = row
        var words = row.text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
        if let controller = row.controller, words.first == controller + ":" { words.removeFirst() }
        number = words.first ?? ""
        booth = words.firstIndex(of: "booth").flatMap { place in
            words.indices.contains(place + 1) ? Int(words[place + 1].filter(\.isNumber)) : nil
        }
    }
}
