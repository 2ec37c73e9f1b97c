// SPDX-License-Identifier: Apache-2.0

// A controller's facts as columns, at the controller and in the central's history alike.

import QueueCore

extension RecordText {
    /// A fact as columns.
    init(_ fact: Fact) {
        switch fact {
        case .issued(let ticket, let origin):
            self.init("issued", whole: ticket)
            detail.add("origin", ifAny: origin)
        case .called(let booth, let ticket): self.init("called", booth: booth, whole: ticket)
        case .recalled(let booth, let ticket, let count):
            self.init("recalled", booth: booth, ticket: ticket)
            detail.add("count", count)
        case .finished(let booth, let ticket): self.init("finished", booth: booth, ticket: ticket)
        case .noShow(let booth, let ticket): self.init("no-show", booth: booth, ticket: ticket)
        case .parked(let booth, let ticket, let seconds):
            self.init("parked", booth: booth, ticket: ticket)
            detail.add("seconds", seconds)
        case .returned(let ticket): self.init("returned", ticket: ticket)
        case .transferred(let booth, let ticket, let service, let kept, let returned):
            self.init("transferred", booth: booth, ticket: ticket)
            self.service = service
            detail.add("kept", if: kept)
            detail.add("returned", if: returned)
        case .cancelled(let ticket, let reason):
            self.init("cancelled", ticket: ticket)
            detail.add("why", reason.word)
        case .undone(let booth, let uncalled, let restored):
            self.init("undone", booth: booth, ticket: uncalled)
            detail.add("restored", ifAny: restored)
        case .yielded(let ticket, let order):
            self.init("yielded", ticket: ticket)
            detail.add("order", order)
        case .boothOpened(let booth, let services):
            self.init("booth-opened", booth: booth)
            detail.add("services", listText(Array(services)))
        case .boothClosed(let booth): self.init("booth-closed", booth: booth)
        case .arrived(let ticket, let code):
            self.init("arrived", ticket: ticket)
            detail.add("code", code)
        case .spoiled(let number, let day):
            self.init("spoiled", day)
            self.number = number
        case .dayTurned(let day): self.init("day-turned", day)
        case .reportBegan: self.init("report-began")
        case .held(let ticket, let state, let booth):
            self.init("held", booth: booth, whole: ticket)
            detail.add("state", state.word)
        case .holding(let block): self.init("holding", block)
        case .marked(let day, let series, let through):
            self.init("marked", day: day, series: series, through: through)
        case .reportEnded: self.init("report-ended")
        case .fenceDone: self.init("fence-done")
        }
    }

    /// The fact that the columns tell.
    func fact() throws(BadRow) -> Fact {
        switch kind {
        case "issued":
            .issued(try wholeTicket(), origin: try detail.valueIfAny("origin") { TicketID($0) })
        case "called": .called(booth: try theBooth(), ticket: try wholeTicket())
        case "recalled":
            .recalled(
                booth: try theBooth(), ticket: try theTicket(),
                count: try detail.value("count") { UInt8($0) })
        case "finished": .finished(booth: try theBooth(), ticket: try theTicket())
        case "no-show": .noShow(booth: try theBooth(), ticket: try theTicket())
        case "parked":
            .parked(
                booth: try theBooth(), ticket: try theTicket(),
                forSeconds: try detail.value("seconds") { UInt32($0) })
        case "returned": .returned(try theTicket())
        case "transferred":
            .transferred(
                booth: try theBooth(), ticket: try theTicket(), service: try theService(),
                kept: detail.flag("kept"), returned: detail.flag("returned"))
        case "cancelled":
            .cancelled(try theTicket(), try detail.value("why") { CancelReason(word: $0) })
        case "undone":
            .undone(
                booth: try theBooth(), uncalled: ticket,
                restored: try detail.valueIfAny("restored") { TicketID($0) })
        case "yielded":
            .yielded(try theTicket(), order: try detail.value("order") { UInt64($0) })
        case "booth-opened":
            .boothOpened(
                booth: try theBooth(),
                services: try detail.value("services") {
                    list($0) { Name($0) }.flatMap { BoothServices(exactly: $0) }
                })
        case "booth-closed": .boothClosed(booth: try theBooth())
        default: try statementFact()
        }
    }

    private func statementFact() throws(BadRow) -> Fact {
        switch kind {
        case "arrived":
            return .arrived(try theTicket(), try detail.value("code") { TrackingCode($0) })
        case "spoiled": return .spoiled(try theNumber(), try detail.day())
        case "day-turned": return .dayTurned(try detail.day())
        case "report-began": return .reportBegan
        case "held":
            let state = try detail.value("state") { TicketState(word: $0) }
            return .held(try wholeTicket(), state, booth: booth)
        case "holding": return .holding(try block())
        case "marked":
            return .marked(
                day: try detail.day(), series: try detail.series(),
                through: try detail.value("through") { UInt16($0) })
        case "report-ended": return .reportEnded
        case "fence-done": return .fenceDone
        default: throw BadRow(what: "a fact of the unknown kind \"\(kind)\"")
        }
    }
}
