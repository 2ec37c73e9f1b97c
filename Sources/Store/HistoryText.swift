// SPDX-License-Identifier: Apache-2.0

// A line of the central's history as columns. A line with a fact's number is that fact; a line
// without one is of the central itself.

import QueueCore

/// The columns of a history line, but for its sequence number and service day.
struct HistoryText: Hashable {
    /// The names of the columns, in the order in which they are written.
    static let columns = ["at", "is_arrival", "controller", "epoch", "fact"] + RecordText.columns

    /// When it happened.
    var time: HistoryTime
    /// The controller that it came from or is about.
    var controller: Name?
    /// The epoch of the controller's log, or the central's own new one.
    var epoch: Epoch?
    /// The number of the fact in that epoch; nil for a line of the central itself.
    var factNumber: UInt64?
    /// The columns that all records share.
    var record: RecordText

    /// A line as columns.
    init(_ entry: HistoryEntry, _ time: HistoryTime = .unknown) {
        self.time = time
        switch entry {
        case .fact(let controller, let epoch, let fact):
            record = RecordText(fact.record)
            (self.controller, self.epoch, factNumber) = (controller, epoch, fact.number)
        case .issued(let ticket): record = RecordText("issued", whole: ticket)
        case .dayTurned(let day): record = RecordText("day-turned", day)
        case .gap(let day, let series, let first, let last, let reason):
            record = RecordText("gap", day)
            record.detail.add("series", series)
            record.detail.add("first", first)
            record.detail.add("last", last)
            record.detail.addReason(reason.description)
        case .fenced(let controller, let tickets):
            record = RecordText("fenced")
            record.detail.add("tickets", tickets)
            self.controller = controller
        case .conflict(let conflict):
            record = RecordText("conflict", booth: conflict.callerBooth, ticket: conflict.ticket)
            record.number = conflict.number
            record.detail.add("held-by", ifAny: conflict.holder.controller)
            record.detail.add("held-at", ifAny: conflict.holderBooth)
            controller = conflict.caller
        case .dealtAgain(let ticket, let lostBy):
            record = RecordText("dealt-again", ticket: ticket)
            controller = lostBy
        case .rebuilding(let epoch):
            record = RecordText("rebuilding")
            self.epoch = epoch
        case .cancelled(let ticket, let reason):
            record = RecordText("cancelled", ticket: ticket)
            record.detail.add("why", reason.word)
        case .appointment(let entry):
            record = RecordText(entry)
            if case .toCheck(_, _, let name, _) = entry { controller = name }
        case .sessionEnded(let service, let session, let carried, let cancelled):
            record = RecordText("session-ended")
            record.service = service
            record.detail.add("session", session)
            record.detail.add("carried", carried)
            record.detail.add("cancelled", cancelled)
        case .linkUp(let name):
            record = RecordText("link-up")
            controller = name
        case .linkDown(let name, let tickets):
            record = RecordText("link-down")
            record.detail.add("tickets", tickets)
            controller = name
        case .absent(let name):
            record = RecordText("absent")
            controller = name
        case .started(let lastAlive):
            record = RecordText("started")
            record.detail.add("last-alive", lastAlive)
        }
    }

    /// A line from the columns of a row.
    init(_ row: inout RowReader) throws(BadRow) {
        let at = try row.time()
        time = HistoryTime(at, isArrival: try row.flag())
        controller = try row.nameIfAny()
        epoch = try row.epochIfAny()
        factNumber = try row.integerIfAny(Int64.self).map { UInt64(bitPattern: $0) }
        record = try RecordText(&row)
    }

    /// Adds the columns to a row.
    func add(to row: inout RowWriter) {
        row.add(time.at.seconds)
        row.add(time.isArrival)
        row.add(controller)
        row.add(epoch)
        row.add(factNumber)
        record.add(to: &row)
    }

    /// The line that the columns tell.
    func entry() throws(BadRow) -> HistoryEntry {
        if let factNumber {
            let at = time.isArrival ? .unknown : time.at
            let fact = Numbered(factNumber, try record.fact(), at: at)
            return .fact(controller: try theController(), epoch: try theEpoch(), fact)
        }
        let detail = record.detail
        switch record.kind {
        case "issued": return .issued(try record.wholeTicket())
        case "day-turned": return .dayTurned(try detail.day())
        case "gap":
            return .gap(
                day: try detail.day(), series: try detail.series(),
                first: try detail.value("first") { UInt16($0) },
                last: try detail.value("last") { UInt16($0) },
                reason: try detail.value("reason") { GapReason($0) })
        case "fenced":
            return .fenced(try theController(), tickets: try detail.value("tickets") { Int($0) })
        case "conflict": return .conflict(try conflict())
        case "dealt-again":
            return .dealtAgain(try record.theTicket(), lostBy: try theController())
        case "rebuilding": return .rebuilding(try theEpoch())
        case "cancelled":
            let reason = try detail.value("why") { CancelReason(word: $0) }
            return .cancelled(try record.theTicket(), reason)
        case "session-ended":
            guard let service = record.service else { throw record.lacks("service") }
            return .sessionEnded(
                service: service, session: try detail.value("session") { Name($0) },
                carried: try detail.value("carried") { UInt32($0) },
                cancelled: try detail.value("cancelled") { UInt32($0) })
        case "link-up": return .linkUp(try theController())
        case "link-down":
            let count = try detail.value("tickets") { Int($0) }
            return .linkDown(try theController(), trayCount: count)
        case "absent": return .absent(try theController())
        case "started":
            let seconds = try detail.value("last-alive") { Int64($0) }
            return .started(lastAlive: WallTime(seconds))
        default:
            if let entry = try record.appointmentEntry(controller) { return .appointment(entry) }
            throw BadRow(what: "a history line of the unknown kind \"\(record.kind)\"")
        }
    }

    private func conflict() throws(BadRow) -> Conflict {
        let holder = try record.detail.valueIfAny("held-by") { Name($0) }
        return Conflict(
            ticket: try record.theTicket(), number: try record.theNumber(),
            holder: holder.map { .controller($0) } ?? .central,
            holderBooth: try record.detail.valueIfAny("held-at") { UInt8($0) },
            caller: try theController(), callerBooth: try record.theBooth())
    }

    private func theController() throws(BadRow) -> Name {
        guard let controller else { throw record.lacks("controller") }
        return controller
    }

    private func theEpoch() throws(BadRow) -> Epoch {
        guard let epoch else { throw record.lacks("epoch") }
        return epoch
    }
}
