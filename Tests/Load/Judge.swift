// SPDX-License-Identifier: Apache-2.0

// Holds the central's database against what the controllers have told and the kiosk was given.

import QueueCore
import Store

struct Judge {
    private struct Number: Hashable {
        let day: ServiceDay
        let number: TicketNumber
    }

    private struct Log {
        let epoch: Epoch
        let told: [Numbered<Fact>]
        var heard = 0
    }

    private let site: Site
    private let crowd: Crowd

    init(site: Site, crowd: Crowd) {
        self.site = site
        self.crowd = crowd
    }

    /// Reads the whole history.
    func judge(into broken: inout [String]) throws {
        let store = try CentralStore.open(
            path: site.path("central.db"), freshEpoch: Epoch(random: 1)
        ).store
        var logs: [Name: Log] = [:]
        for controller in crowd.controllers {
            let (epoch, told, _) = controller.log
            logs[controller.place.name] = Log(epoch: epoch, told: told)
        }
        var findings = Findings()
        var issued: [Number: TicketID] = [:]
        var numbers: [TicketID: TicketNumber] = [:]
        var callers: [TicketID: Name] = [:]
        var starts = 0
        var after: UInt64 = 0
        while true {
            let page = try store.history(after: after)
            guard let last = page.last else { break }
            after = last.sequence
            for line in page {
                switch line.entry {
                case .fact(let name, let epoch, let fact):
                    findings.hear(fact, of: name, epoch, &logs)
                    if case .called(_, let ticket) = fact.record {
                        if let other = callers.updateValue(name, forKey: ticket.id), other != name {
                            findings.add("\(ticket.number) was called by \(other) and by \(name)")
                        }
                    }
                    if case .issued(let ticket, _) = fact.record {
                        findings.issue(ticket, &issued, &numbers)
                    }
                case .issued(let ticket): findings.issue(ticket, &issued, &numbers)
                case .conflict, .dealtAgain, .rebuilding:
                    findings.add("the history has \(line.entry)")
                case .started: starts += 1
                default: break
                }
            }
        }
        for (name, log) in logs where log.heard < log.told.count {
            findings.add(
                "of \(name) \(log.told.count - log.heard) acknowledged facts are not in the history, from "
                    + "\(log.told[log.heard].number) on")
        }
        for (id, number) in crowd.kiosk.given where numbers[id] != number {
            findings.add("the kiosk was given \(number), and the history does not have it")
        }
        if starts != 2 {
            findings.add("the central started twice, and the history says \(starts) times")
        }
        var holders: [TicketID: Name] = [:]
        for controller in crowd.controllers {
            for id in controller.tray {
                if let other = holders.updateValue(controller.place.name, forKey: id) {
                    findings.add("\(id) is in the trays of \(other) and \(controller.place.name)")
                }
            }
        }
        let told = logs.values.reduce(0) { $0 + $1.told.count }
        say(
            "the history has \(told) facts of \(logs.count) controllers, \(numbers.count) tickets, "
                + "\(callers.count) of them called, \(holders.count) waiting in trays")
        if told == 0 || callers.isEmpty { findings.add("nothing happened: nothing was proven") }
        broken += findings.texts
    }

    /// What was found, the first of it.
    private struct Findings {
        var texts: [String] = []
        private var count = 0

        mutating func add(_ text: String) {
            count += 1
            if texts.count < 20 { texts.append(text) }
        }

        /// The facts of a controller stand in the history in the order in which it told them.
        mutating func hear(
            _ fact: Numbered<Fact>, of name: Name, _ epoch: Epoch, _ logs: inout [Name: Log]
        ) {
            guard let log = logs[name], log.epoch == epoch, log.heard < log.told.count else {
                return add("the history has fact \(fact.number) of \(name), which never told it")
            }
            let told = log.told[log.heard]
            if told.number != fact.number || told.record != fact.record {
                add(
                    "the history has fact \(fact.number) of \(name) where it told fact \(told.number)"
                )
            }
            logs[name]?.heard += 1
        }

        mutating func issue(
            _ ticket: Ticket, _ issued: inout [Number: TicketID],
            _ numbers: inout [TicketID: TicketNumber]
        ) {
            numbers[ticket.id] = ticket.number
            let number = Number(day: ticket.day, number: ticket.number)
            if let other = issued.updateValue(ticket.id, forKey: number), other != ticket.id {
                add("\(ticket.number) was given out twice")
            }
        }
    }
}
