// SPDX-License-Identifier: Apache-2.0

// The wire between one controller and the central: connections that keep their order while they stand,
// and all the ways in which they end.

import QueueCore

/// What travels in one direction, in order; a parcel knows the connection that it was sent on.
struct Pipe<Message: Sendable>: Sendable {
    struct Parcel: Sendable {
        var due: Moment
        var link: LinkID
        /// The message; nil is the end of the connection.
        var message: Message?
    }

    private var parcels: [Parcel] = []
    private var head = 0
    private var lastDue = Moment.zero
    /// Nothing comes through before.
    var blockedUntil = Moment.zero
    /// What happens to the next message put in.
    var loses = false
    var doubles = false

    var due: Moment? { head < parcels.count ? max(parcels[head].due, blockedUntil) : nil }
    var isEmpty: Bool { head == parcels.count }

    /// A greeting is not lost: nothing would ever follow it, and no wire loses the first line alone.
    @inline(__always)
    mutating func put(
        _ message: consuming Message, on link: LinkID, due: Moment, isGreeting: Bool = false
    ) {
        lastDue = max(lastDue, due)
        if loses, !isGreeting {
            loses = false
            return
        }
        if doubles {
            doubles = false
            parcels.append(Parcel(due: lastDue, link: link, message: copy message))
        }
        parcels.append(Parcel(due: lastDue, link: link, message: message))
    }

    /// The connection ends, after all that is on its way.
    mutating func putEnd(of link: LinkID, due: Moment) {
        lastDue = max(lastDue, due)
        parcels.append(Parcel(due: lastDue, link: link, message: nil))
    }

    mutating func take() -> Parcel {
        // Mostly there is one, which need not be copied.
        if parcels.count == 1 { return parcels.removeLast() }
        let parcel = parcels[head]
        head += 1
        if head == parcels.count {
            parcels.removeAll(keepingCapacity: true)
            head = 0
        }
        return parcel
    }

    /// What is on its way is gone; returns it.
    @discardableResult
    mutating func clear() -> [Parcel] {
        let left = Array(parcels[head...])
        parcels.removeAll(keepingCapacity: true)
        head = 0
        lastDue = .zero
        return left
    }

    /// The newest message on its way is torn off in the middle: it will never be a line.
    mutating func tearLast() {
        if head < parcels.count { parcels.removeLast() }
    }
}

/// How long a log has stood still though there is much to acknowledge. One message that was lost may
/// wait until the next one tells; many may not.
struct Flow: Sendable {
    private static let countMax = 16
    private static let longest = TimeSpan.seconds(20)

    private var place: UInt64 = 0
    private var since: Moment?

    /// Whether `count` messages after `place` have been waiting too long; none are waiting when zero.
    mutating func stands(_ count: Int, after place: UInt64, at now: Moment) -> Bool {
        guard count > Self.countMax else {
            since = nil
            return false
        }
        guard let since, place == self.place else {
            (self.place, self.since) = (place, now)
            return false
        }
        return now > since + Self.longest
    }
}

/// The wire of one controller.
struct Line: Sendable {
    /// The connection as the controller has it; 0 for none.
    var link: LinkID = 0
    var up = Pipe<ClientMessage>()
    var down = Pipe<CentralMessage>()
    /// Nobody can connect before.
    var cutUntil = Moment.zero
    var slowUntil = Moment.zero
    /// When the controller tries to connect again.
    var retryAt = Moment.zero
}
