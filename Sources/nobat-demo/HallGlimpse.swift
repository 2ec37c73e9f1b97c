// SPDX-License-Identifier: Apache-2.0

import Control
import QueueCore

/// All that one picture of the hall is drawn from.
struct HallGlimpse {
    /// A booth as a patient and its clerk see it.
    struct Booth {
        /// Its number.
        var number: Int
        /// What its display lights at this moment, left to right.
        var segments: [UInt8]
        /// Whether its buzzer sounds.
        var beeps: Bool
        /// Whether its display has power.
        var hasPower: Bool
    }

    /// A daemon from outside.
    struct Daemon {
        /// Its process; nil when it does not run.
        var process: Int32?
        /// Seconds since it was started or killed.
        var seconds: Int
        /// What it says of itself; nil when it does not answer.
        var status: StatusReport?

        var isRunning: Bool { process != nil }
    }

    /// The booths.
    var booths: [Booth]
    /// What the controller says of displays, lamps and booths; nil when it does not answer.
    var rows: [DisplayRow]?
    /// The tickets that the controller knows; nil when it does not answer.
    var tickets: [TicketRow]?
    /// Tickets that only the central has; nil when it does not answer.
    var centralTickets: [TicketRow]?
    /// Whether the cable is plugged in.
    var isPlugged: Bool
    /// Seconds since the cable was last plugged in or pulled.
    var cableSeconds: Int
    /// The controller's daemon.
    var controller: Daemon
    /// The central's daemon.
    var central: Daemon
    /// What happened, newest last.
    var events: [FeedLine]
    /// The last answer, or refusal.
    var message: String
    /// Whether the message is a refusal.
    var isRefused: Bool
    /// Whether the keys are explained.
    var showsHelp: Bool
    /// The time of the picture, for the lamps.
    var moment: Moment
}

/// A line of what happened.
struct FeedLine: Equatable, Sendable {
    /// `hall` or `central`.
    var source: String
    /// What happened.
    var row: EventRow

    /// The time of day.
    var time: String {
        guard let start = row.at.firstIndex(of: "T") else { return row.at }
        return String(row.at[start...].dropFirst().prefix(8))
    }
}
