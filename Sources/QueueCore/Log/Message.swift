// SPDX-License-Identifier: Apache-2.0

// What travels between a controller and the central, or between the central and its other clients.
// LineProtocol turns each message into one line and back.

/// What a connecting program is.
public enum Role: String, CaseIterable, Sendable {
    case controller, kiosk, system, board, supervisor
}

/// A log that another began as a copy of: a controller that came back from a backup tells it, so that
/// nothing of the copy is heard twice.
public struct CopiedLog: ShortListElement {
    /// The epoch of the log that was copied.
    public var epoch: Epoch
    /// Facts up to this number are that log's own; those after it are new.
    public var through: UInt64

    /// A copy up to a fact.
    public init(epoch: Epoch, through: UInt64) {
        self.epoch = epoch
        self.through = through
    }

    /// Any log.
    public static var filler: CopiedLog { CopiedLog(epoch: .filler, through: 0) }
}

/// What a log is a copy of, what that was a copy of, and so on, newest first, with how much of each
/// came down; empty for a log that began from nothing.
/// At most ``Limits/copiesMax``.
public typealias Lineage = ShortList<4, CopiedLog>

extension Lineage {
    /// The lineage of a copy of a log that had this one, up to a fact.
    public func copied(from epoch: Epoch, through: UInt64) -> Lineage {
        var line: Lineage = [CopiedLog(epoch: epoch, through: through)]
        for log in prefix(Limits.copiesMax - 1) {
            line.append(CopiedLog(epoch: log.epoch, through: Swift.min(log.through, through)))
        }
        return line
    }
}

/// A controller's greeting: who it is and where both logs stand for it.
public struct Hello: Hashable, Sendable {
    /// The protocol version that the sender speaks.
    public var version: UInt16
    /// The controller's name.
    public var name: Name
    /// The epoch of its log of facts.
    public var epoch: Epoch
    /// The central's epoch that `applied` belongs to; nil when it has met none.
    public var central: Epoch?
    /// The last order applied.
    public var applied: UInt64
    /// The first fact that it still has, `last + 1` when it has none.
    public var first: UInt64
    /// The last fact of its log, 0 when the log is empty.
    public var last: UInt64
    /// The last fact that the central has acknowledged, as the controller knows.
    public var acknowledged: UInt64
    /// The service day at the controller.
    public var day: ServiceDay
    /// What its log began as a copy of.
    public var copied: Lineage

    /// A greeting from its parts.
    public init(
        version: UInt16, name: Name, epoch: Epoch, central: Epoch?, applied: UInt64, first: UInt64,
        last: UInt64, acknowledged: UInt64, day: ServiceDay, copied: Lineage = []
    ) {
        self.version = version
        self.name = name
        self.epoch = epoch
        self.central = central
        self.applied = applied
        self.first = first
        self.last = last
        self.acknowledged = acknowledged
        self.day = day
        self.copied = copied
    }
}

/// The central's answer to a greeting.
public struct Welcome: Hashable, Sendable {
    /// The protocol version that both will speak.
    public var version: UInt16
    /// The central's epoch.
    public var central: Epoch
    /// The last fact of the controller's epoch that the central has.
    public var have: UInt64
    /// The service day at the central.
    public var day: ServiceDay
    /// The order of issue, as far as the central has counted.
    public var rank: UInt64

    /// An answer from its parts.
    public init(
        version: UInt16, central: Epoch, have: UInt64, day: ServiceDay, rank: UInt64
    ) {
        self.version = version
        self.central = central
        self.have = have
        self.day = day
        self.rank = rank
    }
}

/// A call as hall boards tell it.
public struct News: Hashable, Sendable {
    /// The hall of the booth.
    public var hall: Name
    /// The controller of the booth.
    public var controller: Name
    /// The booth.
    public var booth: BoothNumber
    /// The number called.
    public var number: TicketNumber

    /// A call from its parts.
    public init(hall: Name, controller: Name, booth: BoothNumber, number: TicketNumber) {
        self.hall = hall
        self.controller = controller
        self.booth = booth
        self.number = number
    }
}

extension [News] {
    /// Puts a call before the earlier ones, in the place of the booth's last one.
    mutating func tell(_ call: News) {
        let earlier = firstIndex { $0.controller == call.controller && $0.booth == call.booth }
        if earlier == nil, count < Limits.newsMax { append(call) }
        var place = earlier ?? endIndex - 1
        while place > startIndex {
            self[place] = self[place - 1]
            place -= 1
        }
        self[startIndex] = call
    }
}

/// Why a connection is refused or ended; the `rawValue` is the error's name on the wire.
public enum Complaint: String, CaseIterable, Sendable {
    case badLine = "bad-line"
    case unknownVerb = "unknown-verb"
    case missingKey = "missing-key"
    case badValue = "bad-value"
    case overLong = "over-long"
    case notUTF8 = "not-utf8"
    case version = "version"
    case role = "role"
    case unexpected = "unexpected"
    case unknownController = "unknown-controller"
    case nameTaken = "name-taken"
    case replaced = "replaced"
    case epochSuperseded = "epoch-superseded"
    case outOfOrder = "out-of-order"
    case centralRestored = "central-restored"
    case tooManyConnections = "too-many-connections"
    case notLoopback = "not-loopback"
    case noKey = "no-key"
    case wrongName = "wrong-name"
    case revoked = "revoked"
    case silentPeer = "silent-peer"
    case slowPeer = "slow-peer"
    case tooManyErrors = "too-many-errors"
    case stopping = "stopping"
    case storeFailed = "store-failed"
}

/// What a controller or another client says to the central.
public enum ClientMessage: Hashable, Sendable {
    case hello(Hello)
    /// The greeting of a client that keeps no logs: a kiosk, a hospital system, a board, a supervisor.
    case attach(version: UInt16, role: Role, name: Name)
    case fact(Numbered<Fact>)
    /// Orders up to this number are applied and on disk.
    case acknowledge(UInt64)
    /// A finger is on the button of this booth: the next call is likely there, and of the line that is
    /// due at it, if one is.
    case reaching(BoothNumber, due: DueLine?)
    /// A ticket is wanted; `reference` comes back in the answer, and asking again with the same one
    /// within the connection's life gives the same ticket.
    case take(reference: UInt64, service: Name, priority: PriorityClass)
    /// The controller is gone for good, or long enough: deal its tray to others.
    case fence(reference: UInt64, controller: Name)
    /// The ticket is void.
    case cancel(reference: UInt64, number: TicketNumber)
    /// Something about appointments; the reference comes back in the answer.
    case appointment(reference: UInt64, AppointmentRequest)
    case ping
    case pong
    case bye
}

/// What the central says.
public enum CentralMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// The answer to a client that keeps no logs.
    case attached(version: UInt16, central: Epoch, day: ServiceDay)
    case order(Numbered<Order>)
    /// Facts up to this number are applied and on disk.
    case acknowledge(UInt64)
    /// The order of issue has come this far.
    case rank(UInt64)
    case news(News)
    /// The answer to a take: `ahead` wait before it; `wait` is the expected time until its call, in
    /// seconds, nil when nobody can say.
    case ticket(
        reference: UInt64, number: TicketNumber, ticket: TicketID, ahead: UInt32, wait: UInt32?)
    case done(reference: UInt64)
    case appointment(reference: UInt64, AppointmentAnswer)
    /// So many tickets may still be given out now for a service to people without an appointment.
    case quota(service: Name, left: UInt16)
    case refused(reference: UInt64, name: String, detail: String)
    case error(Complaint, detail: String)
    case ping
    case pong
    case bye
}

/// The version of the line protocol that this source speaks.
public let protocolVersion: UInt16 = 1
