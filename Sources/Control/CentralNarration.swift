// SPDX-License-Identifier: Apache-2.0

// The central's events and history in words.

import QueueCore

extension Narration {
    /// A line of the central's history.
    public init(_ entry: HistoryEntry, numberOf: (TicketID) -> TicketNumber?) {
        func say(_ id: TicketID) -> String { numberOf(id)?.description ?? id.description }
        switch entry {
        case .fact(let controller, _, let fact):
            let told = Narration(fact.record, numberOf: numberOf)
            self.init(told.kind, "\(controller): \(told.text)", isWarning: told.isWarning)
        case .issued(let ticket):
            let mark = ticket.priority == .normal ? "" : " (\(ticket.priority.word))"
            self.init("issued", "\(ticket.number) issued for \(ticket.service)\(mark)")
        case .dayTurned(let day):
            self.init("day", "service day \(day) (\(day.dateText)) began")
        case .gap(_, let series, let first, let last, let reason):
            self.init("gap", "\(series)\(first)–\(series)\(last) will not be used: \(reason)")
        case .fenced(let controller, let tickets):
            self.init(
                "fenced", "\(controller) fenced; \(tickets) tickets go to others", isWarning: true)
        case .conflict(let conflict):
            let place =
                conflict.holderBooth.map { "called at booth \($0) of" } ?? "waiting in the tray of"
            let holder = conflict.holder.controller?.description ?? "the central"
            self.init(
                "conflict",
                "\(conflict.number) was called at booth \(conflict.callerBooth) of \(conflict.caller) "
                    + "while it was \(place) \(holder)", isWarning: true)
        case .dealtAgain(let id, let controller):
            self.init(
                "dealt-again", "\(controller) no longer knows \(say(id)); it is dealt again",
                isWarning: true)
        case .rebuilding(let epoch):
            self.init(
                "rebuilding",
                "this central's memory is older than its controllers'; epoch \(epoch) begins and each "
                    + "of them states what it holds", isWarning: true)
        case .cancelled(let id, let reason):
            self.init("cancelled", "\(say(id)) cancelled (\(reason.word))")
        case .appointment(let entry): self.init(entry, say: say)
        case .sessionEnded(let service, let session, let carried, let cancelled):
            self.init(
                "session-ended",
                "\(session) of \(service) is over: \(carried) who waited are carried on, "
                    + "\(cancelled) cancelled")
        case .linkUp(let name): self.init("link-up", "\(name) connected")
        case .linkDown(let name, let count):
            self.init(
                "link-down", "\(name) is gone with \(count) waiting tickets in its tray",
                isWarning: true)
        case .absent(let name):
            self.init("absent", "\(name) is not connected as the day begins", isWarning: true)
        case .started: self.init("started", "the central began to run")
        }
    }

    /// Something that happened at the central.
    public init(_ event: CentralEvent, numberOf: (TicketID) -> TicketNumber?) {
        switch event {
        case .history(let entry): self.init(entry, numberOf: numberOf)
        case .complaint(_, let name, let complaint, let detail):
            self.init(
                complaint.rawValue, "\(name.map { "\($0): " } ?? "")\(detail)", isWarning: true)
        case .newEpoch(let name, let epoch):
            self.init("new-epoch", "\(name) begins a new log (epoch \(epoch))")
        case .reported(let name, let tickets, let lost):
            self.init(
                "reported", "\(name) stated what it holds: \(tickets) tickets, \(lost) forgotten",
                isWarning: lost > 0)
        case .unfenced(let name):
            self.init("unfenced", "\(name) obeyed its fence and takes part again")
        case .seriesExhausted(let series):
            self.init(
                "series-exhausted",
                "series \(series) is used up for the day; widen it or let it wrap", isWarning: true)
        case .localSeriesExhausted(let name):
            self.init(
                "local-series-exhausted", "the local series of \(name) is used up for the day",
                isWarning: true)
        case .clockBehind(let today, let day):
            self.init(
                "clock-behind",
                "the clock says \(today.dateText), before service day \(day.dateText); the day stays",
                isWarning: true)
        case .clockRefused(let today, let day):
            self.init(
                "clock-refused",
                "the clock says \(today.dateText), far after service day \(day.dateText); if that is "
                    + "right, run nobatctl turn-day \(JalaliDate(today))", isWarning: true)
        case .orphaned(let count):
            self.init(
                "orphaned",
                "\(count) waiting tickets belong to a service or a controller that the configuration no "
                    + "longer has; put it back, or cancel them", isWarning: true)
        case .settled:
            self.init("settled", "numbering begins")
        }
    }
}
