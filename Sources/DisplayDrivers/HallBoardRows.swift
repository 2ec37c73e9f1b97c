// SPDX-License-Identifier: Apache-2.0

// The rows of a hall board: the last calls of the hall, the newest first, each with the way to its
// booth. A booth has one row at most, so that a patient never reads two numbers for one booth.

import QueueCore

/// The rows of one hall board.
public struct HallBoardRows: Equatable, Sendable {
    private struct Place: Hashable, Sendable {
        /// Nil: a booth of this controller.
        var controller: Name?
        var booth: BoothNumber
    }

    private struct Call: Equatable, Sendable {
        var place: Place
        var number: TicketNumber
    }

    /// The rows of the board.
    public let count: Int
    private let arrows: [BoothNumber: BoothArrow]
    private var calls: [Call] = []
    /// The call that the last change is about, until the next one.
    private var newest: Call?
    /// Grows with every call and recall.
    private var callCount = 0

    /// A board of `count` rows, 1 to `DisplayLimits.boardRowsMax`, and the way to each booth.
    public init(count: Int, arrows: [BoothNumber: BoothArrow]) {
        precondition(1...DisplayLimits.boardRowsMax ~= count, "rows that no board has")
        self.count = count
        self.arrows = arrows
    }

    /// The sign of one of the controller's own booths changed. A call or recall comes first; a
    /// number without attention (after a start, or a call taken back) keeps its booth's place, and
    /// a booth that shows no number any more loses its row.
    public mutating func changed(_ booth: BoothNumber, to sign: BoothSign) {
        let place = Place(controller: nil, booth: booth)
        guard case .number(let number, let attention) = sign else {
            calls.removeAll { $0.place == place }
            if newest?.place == place { newest = nil }
            return
        }
        let call = Call(place: place, number: number)
        if attention { return put(call) }
        if newest?.place == place { newest = nil }
        if let index = calls.firstIndex(where: { $0.place == place }) {
            calls[index] = call
        } else {
            calls.append(call)
            trim()
        }
    }

    /// Another controller of the hall called. What it called last already is told again after a cut
    /// and changes nothing.
    public mutating func told(_ news: News) {
        let call = Call(
            place: Place(controller: news.controller, booth: news.booth), number: news.number)
        guard !calls.contains(call) else { return }
        put(call)
    }

    /// The contents of the rows, the newest call first; blank ones when there are fewer calls. Only
    /// the newest call blinks.
    public var contents: [DisplayContent] {
        let rows = calls.prefix(count).map { call -> DisplayContent in
            let isNewest = call == newest
            guard
                var content = try? DisplayContent(
                    call.number.description, blinks: isNewest, beeps: isNewest)
            else { return .dashes }
            content.booth = Int(call.place.booth)
            content.arrow = arrows[call.place.booth]
            return content
        }
        return rows + Array(repeating: .blank, count: count - rows.count)
    }

    /// The rows that differ from those of `earlier`, a state of the same board, from the top; a
    /// recall changes its row too.
    public func changes(since earlier: HallBoardRows) -> [(row: Int, content: DisplayContent)] {
        precondition(count == earlier.count, "another board")
        let before = earlier.contents
        return contents.enumerated().compactMap { row, content in
            let isRecalled = content.blinks && callCount != earlier.callCount
            return before[row] == content && !isRecalled ? nil : (row, content)
        }
    }

    private mutating func put(_ call: Call) {
        calls.removeAll { $0.place == call.place }
        calls.insert(call, at: 0)
        newest = call
        callCount += 1
        trim()
    }

    /// A row may become free again by a booth that shows no number any more; the call below it comes
    /// up, so some more than fit are kept.
    private mutating func trim() {
        if calls.count > DisplayLimits.boardCallsMax { calls.removeLast() }
    }
}
