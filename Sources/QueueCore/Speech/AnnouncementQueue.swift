// SPDX-License-Identifier: Apache-2.0

// The calls that are yet to be spoken in a hall. One is spoken at a time; a call that nobody needs to
// hear any more is dropped. It says when the next one begins; who speaks it is another's matter.

/// A call that is to be spoken.
public struct Announcement: Hashable, Sendable {
    /// The booth that called.
    public var place: HallCalls.Place
    /// The number called.
    public var number: TicketNumber
    /// It was called before: it is spoken although it has been spoken.
    public var isRecall: Bool

    /// A call at a booth.
    public init(place: HallCalls.Place, number: TicketNumber, isRecall: Bool) {
        self.place = place
        self.number = number
        self.isRecall = isRecall
    }
}

/// The calls of a hall that wait to be spoken, in the order in which they were made.
public struct AnnouncementQueue: Sendable {
    private struct Waiting: Sendable {
        var call: Announcement
        var since: Moment
    }

    private var waiting: [Waiting] = []
    private var isBusyUntil: Moment?
    /// Calls that were dropped unspoken: because there were too many, or they had become stale.
    public private(set) var droppedCount = 0

    /// An empty queue.
    public init() {}

    /// How many wait.
    public var count: Int { waiting.count }

    /// A booth called. What it called before and has not been spoken yet is of no use to anyone, so
    /// the new call takes its place in the queue.
    public mutating func add(_ call: Announcement, at now: Moment) {
        if let index = waiting.firstIndex(where: { $0.call.place == call.place }) {
            let isSame = waiting[index].call.number == call.number
            waiting[index].call = call
            // A patient called anew has waited for no voice yet; one recalled has.
            if !isSame { waiting[index].since = now }
            return
        }
        if waiting.count >= Limits.announcementsMax {
            waiting.removeFirst()
            droppedCount += 1
        }
        waiting.append(Waiting(call: call, since: now))
    }

    /// The booth shows no number any more, or another one than was called: nobody is to come.
    public mutating func withdraw(_ place: HallCalls.Place, unless number: TicketNumber? = nil) {
        waiting.removeAll { $0.call.place == place && $0.call.number != number }
    }

    /// The call to be spoken now, or nil; whoever takes it says by ``speaks(for:at:)`` how long that
    /// takes.
    public mutating func next(at now: Moment) -> Announcement? {
        if let isBusyUntil, now < isBusyUntil { return nil }
        isBusyUntil = nil
        dropStale(at: now)
        return waiting.isEmpty ? nil : waiting.removeFirst().call
    }

    /// The call that was taken last is being spoken from now on, for so long.
    public mutating func speaks(for span: TimeSpan, at now: Moment) {
        isBusyUntil = now + min(span, Limits.announcementMax) + Limits.announcementGap
    }

    /// When ``next(at:)`` is to be asked again, or nil when nobody waits.
    public var deadline: Moment? {
        guard !waiting.isEmpty else { return nil }
        return isBusyUntil ?? .zero
    }

    private mutating func dropStale(at now: Moment) {
        let fresh = waiting.filter { now - $0.since <= Limits.announcementAgeMax }
        droppedCount += waiting.count - fresh.count
        waiting = fresh
    }
}
