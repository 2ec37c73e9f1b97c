// SPDX-License-Identifier: Apache-2.0

import Control

/// The lines about tickets, network and daemons.
struct ScreenLists {
    /// A line with its label.
    struct Line: Equatable {
        var label: String
        var text: String
        var style = Style.plain
    }

    let glimpse: HallGlimpse

    /// Seven lines or fewer, each cut to the width.
    func lines(width: Int) -> [Line] {
        queues(width) + [away(width), network, controller, central]
    }

    private func queues(_ width: Int) -> [Line] {
        ["admission", "lab"].map { service in
            guard let tickets = glimpse.tickets else {
                return Line(
                    label: service, text: "unknown: the controller does not answer", style: .faint)
            }
            let waiting = tickets.filter { $0.service == service && $0.state == "waiting" }
            let numbers = Self.inOrder(waiting).map(Self.name)
            guard !numbers.isEmpty else {
                return Line(label: service, text: "nobody waits", style: .faint)
            }
            return Line(
                label: service,
                text: Self.fit(
                    "\(numbers.count) \(numbers.count == 1 ? "waits" : "wait"): ", numbers,
                    width: width))
        }
    }

    /// By class, then in the order of issue.
    private static func inOrder(_ tickets: [TicketRow]) -> [TicketRow] {
        let classes = ["emergency", "disabled", "elderly", "normal"]
        return tickets.sorted {
            (classes.firstIndex(of: $0.priority) ?? 9, $0.rank, $0.id)
                < (classes.firstIndex(of: $1.priority) ?? 9, $1.rank, $1.id)
        }
    }

    private static func name(_ ticket: TicketRow) -> String {
        ticket.number + (ticket.priority == "normal" ? "" : "(\(ticket.priority))")
    }

    /// As many as fit, and how many more there are.
    static func fit(_ start: String, _ numbers: [String], width: Int) -> String {
        let whole = start + numbers.joined(separator: " ")
        guard whole.count > width else { return whole }
        var text = start
        for (index, number) in numbers.enumerated() {
            let rest = "and \(numbers.count - index) more"
            // One more must leave room for how many are left then, which is no longer than `rest`.
            if text.count + number.count + 1 + rest.count > width { return text + rest }
            text += number + " "
        }
        return text
    }

    /// Who is not in the queue: away for a while, or still with the central.
    private func away(_ width: Int) -> Line {
        let own = Set((glimpse.tickets ?? []).map(\.id))
        let parked = (glimpse.tickets ?? []).filter { $0.state == "parked" }
        let stranded = (glimpse.centralTickets ?? []).filter {
            $0.state == "waiting" && $0.heldBy == "central" && !own.contains($0.id)
        }
        let names =
            parked.map { "\($0.number)(parked)" } + stranded.map { "\($0.number)(at the central)" }
        guard !names.isEmpty else { return Line(label: "away", text: "nobody", style: .faint) }
        return Line(
            label: "away", text: Self.fit("", names, width: width),
            style: stranded.isEmpty ? .plain : .wait)
    }

    private var network: Line {
        let age = Self.age(glimpse.cableSeconds)
        guard glimpse.isPlugged else {
            return Line(
                label: "network", text: "CUT for \(age); \(untold)", style: .bad)
        }
        guard let link = glimpse.controller.status?.link else {
            return Line(label: "network", text: "cable plugged in; nobody uses it", style: .wait)
        }
        guard link.state == "up" else {
            return Line(
                label: "network", text: "cable plugged in, central not reached; \(untold)",
                style: .wait)
        }
        return Line(
            label: "network", text: "up since \(Self.clock(link.since)); \(untold)", style: .good)
    }

    private var untold: String {
        guard let count = glimpse.controller.status?.outbox else { return "outbox unknown" }
        return count == 0 ? "outbox empty" : "outbox: \(count) untold"
    }

    private var controller: Line {
        guard let process = glimpse.controller.process else {
            let shows =
                glimpse.controller.seconds < 4
                ? "displays go to dashes after 4 s" : "displays show dashes by themselves"
            return Line(
                label: "controller",
                text: "DEAD for \(Self.age(glimpse.controller.seconds)): \(shows); d starts it",
                style: .bad)
        }
        guard let status = glimpse.controller.status else {
            return Line(label: "controller", text: "process \(process) is starting", style: .wait)
        }
        let blocks = (status.blocks ?? []).filter { $0.day == status.day && $0.remaining > 0 }
        let local = (status.blocks ?? []).filter { $0.service == nil && $0.remaining > 0 }
        let numbers = (blocks + local).map { "\($0.next) (\($0.remaining) left)" }
            .joined(separator: " ")
        return Line(
            label: "controller", text: "process \(process); next \(numbers)",
            style: .good)
    }

    private var central: Line {
        guard let process = glimpse.central.process else {
            return Line(
                label: "central",
                text: "DEAD for \(Self.age(glimpse.central.seconds)): booths go on; c starts it",
                style: .bad)
        }
        guard let status = glimpse.central.status else {
            return Line(label: "central", text: "process \(process) is starting", style: .wait)
        }
        let facts =
            status.controllers?.first.map { "; \($0.facts) facts of the hall recorded" } ?? ""
        return Line(label: "central", text: "process \(process)\(facts)", style: .good)
    }

    /// The time of day in an ISO 8601 text.
    static func clock(_ time: String) -> String {
        guard let start = time.firstIndex(of: "T") else { return time }
        return String(time[start...].dropFirst().prefix(8)) + " UTC"
    }

    /// A length of time.
    static func age(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}
