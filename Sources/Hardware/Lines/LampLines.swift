// SPDX-License-Identifier: Apache-2.0

// The lamps in the call buttons: the first answer to a press, before any display changes.

/// The lamp lines of one chip. After an error the lines are of no more use: make them anew.
public protocol LampLines: AnyObject, Sendable {
    /// How many lamps there are.
    var count: Int { get }

    /// What and where the lamps are, in words for a log or a technician.
    var description: String { get }

    /// Lights or darkens a lamp; `index` counts from 0 in the order of the request. Never blocks
    /// for longer than the chip needs (an expander on I²C: a millisecond or two).
    func set(_ index: Int, isLit: Bool) throws(LineError)
}
