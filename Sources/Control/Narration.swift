// SPDX-License-Identifier: Apache-2.0

// The core's records in words: for the log, for `nobatctl watch` and for the demo. Numbers, never
// names of people.

import QueueCore

/// A kind for programs and a sentence for people.
public struct Narration: Sendable, Equatable {
    /// What kind of thing it is.
    public var kind: String
    /// What happened.
    public var text: String
    /// Whether somebody should look into it.
    public var isWarning: Bool

    init(_ kind: String, _ text: String, isWarning: Bool = false) {
        self.kind = kind
        self.text = text
        self.isWarning = isWarning
    }

    /// A fact; tickets are named by number where `numberOf` knows it.
    public init(_ fact: Fact, numberOf: (TicketID) -> TicketNumber?) {
        func say(_ id: TicketID) -> String { numberOf(id)?.description ?? id.description }
        switch fact {
        case .issued(let ticket, let origin):
            let mark = ticket.priority == .normal ? "" : " (\(ticket.priority.word))"
            let from = origin.map { ", going on from \(say($0))" } ?? ""
            self.init("issued", "\(ticket.number) issued for \(ticket.service)\(mark)\(from)")
        case .called(let booth, let ticket):
            self.init("called", "\(ticket.number) called to booth \(booth)")
        case .recalled(let booth, let id, let count):
            self.init("recalled", "\(say(id)) called again to booth \(booth) (\(count))")
        case .finished(let booth, let id):
            self.init("finished", "\(say(id)) finished at booth \(booth)")
        case .noShow(let booth, let id):
            self.init("no-show", "\(say(id)) did not come to booth \(booth)")
        case .parked(let booth, let id, let seconds):
            self.init("parked", "\(say(id)) parked at booth \(booth) for \(seconds) s")
        case .returned(let id): self.init("returned", "\(say(id)) is back in the queue")
        case .transferred(let booth, let id, let service, _, let returned):
            let back = returned ? "back " : ""
            self.init(
                "transferred", "\(say(id)) sent \(back)from booth \(booth) to \(service)")
        case .cancelled(let id, let reason):
            self.init("cancelled", "\(say(id)) cancelled (\(reason.word))")
        case .undone(let booth, let uncalled, let restored):
            let parts = [
                uncalled.map { "\(say($0)) waits again" },
                restored.map { "\(say($0)) is at the booth again" },
            ]
            self.init(
                "undone",
                "last press at booth \(booth) taken back: "
                    + parts.compactMap(\.self).joined(separator: ", "))
        case .yielded(let id, _): self.init("yielded", "\(say(id)) given back to the central")
        case .boothOpened(let booth, let services):
            let list = services.map(\.description).joined(separator: ", ")
            self.init("booth-opened", "booth \(booth) open for \(list)")
        case .boothClosed(let booth): self.init("booth-closed", "booth \(booth) closed")
        case .spoiled(let number, _):
            self.init(
                "spoiled", "the slip of \(number) could not be printed; nobody has this number",
                isWarning: true)
        case .dayTurned(let day):
            self.init("day", "service day \(day) (\(day.dateText)) began")
        case .arrived(let id, let code):
            self.init("arrived", "\(say(id)) was for code \(code.masked)")
        case .reportBegan: self.init("report", "full statement begins")
        case .held(let ticket, let state, _):
            self.init("report", "holds \(ticket.number) (\(state.word))")
        case .holding(let block):
            self.init("report", "holds numbers \(Self.span(block))")
        case .marked(_, let series, let through):
            self.init("report", "knows series \(series) given out through \(through)")
        case .reportEnded: self.init("report", "full statement ends")
        case .fenceDone: self.init("fence", "fence obeyed: tray and blocks are empty")
        }
    }

    private static func span(_ block: Block) -> String {
        let first = TicketNumber(series: block.series, value: block.next)
        let last = TicketNumber(series: block.series, value: block.last)
        return "\(first?.description ?? "none")–\(last?.description ?? "none")"
    }

    /// Something that happened at a controller; nil for what is not worth a line.
    public init?(_ event: ControllerEvent, numberOf: (TicketID) -> TicketNumber?) {
        switch event {
        case .fact(let fact): self.init(fact.record, numberOf: numberOf)
        case .order(let order):
            guard let told = Narration(order.record, numberOf: numberOf) else { return nil }
            self = told
        case .linkUp(let epoch): self.init("link-up", "connected to the central (epoch \(epoch))")
        case .linkDown:
            self.init("link-down", "the central is gone; calling goes on", isWarning: true)
        case .complaint(let complaint, let detail):
            self.init(complaint.rawValue, detail, isWarning: true)
        case .newEpoch(let epoch, let reason):
            self.init("new-epoch", "a new log begins (epoch \(epoch)): \(reason)", isWarning: true)
        case .newCentral(let epoch):
            self.init("new-central", "the central has epoch \(epoch); telling it all held here")
        case .refused(let booth, let refusal):
            self.init(refusal.name, "booth \(booth): \(refusal.sentence)")
        case .buttonStuck(let booth):
            self.init(
                "button-stuck",
                "the button of booth \(booth) is held by something; ignored until it is released",
                isWarning: true)
        case .buttonFree(let booth):
            self.init("button-free", "the button of booth \(booth) is free again")
        case .displayLost(let booth):
            self.init(
                "display-lost", "the display of booth \(booth) does not answer", isWarning: true)
        case .displayBack(let booth):
            self.init("display-back", "the display of booth \(booth) answers")
        case .diskFailed(let why): self.init("disk-failed", why, isWarning: true)
        case .diskBack: self.init("disk-back", "the disk takes changes again")
        case .clockRefused(let today, let day):
            self.init(
                "clock-refused",
                "the clock says \(today.dateText), the service day is \(day.dateText): too far to "
                    + "follow by itself",
                isWarning: true)
        case .clockBehind(let today, let day):
            self.init(
                "clock-behind",
                "the clock says \(today.dateText), before service day \(day.dateText); the day stays",
                isWarning: true)
        case .numberingLocally(let series):
            self.init(
                "local-series", "blocks are used up; numbering goes on in local series \(series)",
                isWarning: true)
        case .sessionEnded(let service, let session, let waiting, let areCancelled):
            self.init(
                "session-ended",
                "\(session) of \(service) is over: \(waiting) who waited here are "
                    + (areCancelled ? "cancelled" : "carried on"))
        }
    }

    /// An order of the central; nil for what is not worth a line.
    public init?(_ order: Order, numberOf: (TicketID) -> TicketNumber?) {
        switch order {
        case .deal(let ticket):
            let again = ticket.dealtAgain ? " again" : ""
            self.init("dealt", "\(ticket.number) dealt to this tray\(again)")
        case .withdraw(let id):
            self.init("withdrawn", "\(numberOf(id)?.description ?? id.description) asked back")
        case .block(let block):
            let day = block.isLocal ? "every day" : block.day.dateText
            self.init("block", "numbers \(Self.span(block)) received for \(day)")
        case .mark: return nil
        case .day(let day):
            self.init("day", "the central began service day \(day) (\(day.dateText))")
        case .fence:
            self.init(
                "fenced", "an operator fenced this controller; giving everything back",
                isWarning: true)
        case .cancel(let id, let reason, _):
            let number = numberOf(id)?.description ?? id.description
            self.init("cancel", "\(number) is to be cancelled (\(reason.word))")
        }
    }
}
