// SPDX-License-Identifier: Apache-2.0

// How patient one end of a link is. The defaults are those of the link between a controller and its
// central; tests shorten them.

import QueueCore

/// When a quiet link is asked, and when it is given up.
public struct KeepAlive: Hashable, Sendable {
    /// `PING` is sent when nothing was sent for this long.
    public var idleMax: TimeSpan
    /// The link is closed as `silent-peer` when no complete line came for this long. With the
    /// defaults a dead peer is noticed within 5 s, three lost questions and their time included.
    public var silenceMax: TimeSpan

    /// The times of one end; the other end's `idleMax` must be well below this end's `silenceMax`.
    public init(idleMax: TimeSpan = .seconds(1), silenceMax: TimeSpan = .seconds(4)) {
        precondition(.zero < idleMax && idleMax < silenceMax, "a link is asked before given up")
        self.idleMax = idleMax
        self.silenceMax = silenceMax
    }
}

/// The bounds of each connection of a client or a listener.
public struct LinkSettings: Hashable, Sendable {
    /// Nil: this end asks nothing and waits for ever, as on control sockets. It answers `PING`
    /// either way.
    public var keepAlive: KeepAlive?
    /// A peer that sent no line of its own (`PING` and `PONG` are none) for this long after it
    /// connected is closed as `silent-peer`; nil waits for ever.
    public var firstLineMax: TimeSpan?
    /// Bytes queued to the peer at which it is closed as `slow-peer`.
    public var outgoingBytesMax: Int
    /// The longest line that may be sent, newline included; the line protocol's own limit but for
    /// control sockets, whose answers are tables.
    public var outgoingLineBytesMax = UplinkLimits.lineBytesMax
    /// What a peer is told before it is closed as `silent-peer`; nil tells nothing.
    public var silentPeerLine: String?
    /// The longest a closing link may take to flush its last lines and to be closed by its peer.
    public var closeMax: TimeSpan

    /// The bounds of a link.
    public init(
        keepAlive: KeepAlive? = KeepAlive(),
        firstLineMax: TimeSpan? = nil,
        outgoingBytesMax: Int = UplinkLimits.outgoingBytesMax,
        closeMax: TimeSpan = .seconds(1)
    ) {
        precondition(outgoingBytesMax >= UplinkLimits.lineBytesMax, "one line must fit")
        precondition(.zero < closeMax, "closing takes time")
        self.keepAlive = keepAlive
        self.firstLineMax = firstLineMax
        self.outgoingBytesMax = outgoingBytesMax
        self.closeMax = closeMax
    }

    /// The controller's end of its link to the central.
    public static let uplink = LinkSettings()
    /// The central's end.
    public static let central: LinkSettings = {
        var settings = LinkSettings(firstLineMax: .seconds(5))
        settings.silentPeerLine =
            "ERROR name=silent-peer detail=nothing%20was%20heard%20from%20you%20for%204%20s"
        return settings
    }()
    /// A daemon's control socket: a person may look at it for hours.
    public static let control: LinkSettings = {
        var settings = LinkSettings(
            keepAlive: nil, firstLineMax: .seconds(5),
            outgoingBytesMax: UplinkLimits.controlBytesMax)
        settings.outgoingLineBytesMax = UplinkLimits.controlBytesMax
        return settings
    }()
}
