// SPDX-License-Identifier: Apache-2.0

/// How a slip printer is.
public enum PrinterCondition: String, CaseIterable, Sendable {
    /// It has not been asked yet.
    case starting
    /// It prints.
    case ready
    /// It prints, but its roll is nearly used up.
    case paperLow = "paper-low"
    /// Its paper is used up.
    case paperOut = "paper-out"
    /// Its lid is open.
    case coverOpen = "cover-open"
    /// Its knife is jammed, or its head is too hot, or something else keeps it from printing.
    case fault
    /// It is switched off-line, by its feed button or its panel.
    case offline
    /// It does not answer.
    case silent
    /// Its port can't be opened.
    case closed

    /// Whether a slip may be sent to it.
    public var canPrint: Bool { self == .ready || self == .paperLow }

    /// What is the matter and what to do, for a technician; what to do is empty where nothing is.
    public var sentence: String {
        switch self {
        case .starting: "the slip printer is being asked how it is"
        case .ready: "the slip printer is ready"
        case .paperLow: "the slip printer's paper is nearly used up; have a new roll at hand"
        case .paperOut: "the slip printer is out of paper; put in a new roll"
        case .coverOpen: "the slip printer's lid is open; close it"
        case .fault:
            "the slip printer reports a fault; open its lid, look for a jam at the knife, and switch "
                + "it off and on"
        case .offline: "the slip printer is off-line; press its button, or switch it off and on"
        case .silent:
            "the slip printer does not answer; check its power, its cable (both data lines are "
                + "needed) and its speed"
        case .closed: "the slip printer's port is closed; check that its cable is plugged in"
        }
    }
}

/// What became of a slip.
public enum SlipOutcome: Hashable, Sendable {
    /// It is printed.
    case printed
    /// It was sent in full and the printer was well, then was heard no more: it may be printed.
    case unconfirmed
    /// It is not printed, or only in part.
    case failed(PrinterCondition)
}
