// SPDX-License-Identifier: Apache-2.0

/// A slip of the controller's own printer: its number is taken and on disk, but its ticket waits in no
/// tray before the printer has said that it is printed.
public struct Slip: Hashable, Sendable {
    /// The ticket that it will be.
    public var ticket: Ticket
    /// How many waited before it when its number was taken; nil in a hall that other controllers call
    /// in as well, where it is not known.
    public var ahead: UInt32?
    /// The expected wait, in seconds; nil when no open booth serves the service, and where others call.
    public var wait: UInt32?
    /// The tracking code that it is for; nil for somebody without an appointment.
    public var code: TrackingCode?
    /// Whether the central could not be asked about the code.
    public var isUnchecked: Bool

    /// A slip from its parts.
    public init(
        ticket: Ticket, ahead: UInt32?, wait: UInt32? = nil, code: TrackingCode? = nil,
        isUnchecked: Bool = false
    ) {
        self.ticket = ticket
        self.ahead = ahead
        self.wait = wait
        self.code = code
        self.isUnchecked = isUnchecked
    }
}

/// What a slip is wanted for.
struct SlipWish {
    var code: TrackingCode?
    var isUnchecked = false
}

/// A tracking code that the central was asked about.
struct CodeCheck: Sendable {
    var reference: UInt64
    var request: RequestID
    var code: TrackingCode
    /// The service of the slip when no answer comes.
    var otherwise: Name
    var until: Moment
}
