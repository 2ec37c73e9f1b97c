// SPDX-License-Identifier: Apache-2.0

// The figures of a simulated bus: what it imitates, and the bounds that its displays keep.

import QueueCore

/// Figures and bounds of ``UnitBus``; the bounds are for nobatd's usual settings, 9600 baud.
package enum UnitBusLimits {
    /// How long an adapter may keep a reply: the latency timer of usual USB adapters.
    static let adapterLatencyMax = TimeSpan.milliseconds(16)
    /// How long nobatd leaves a port alone that it could not open.
    static let reopenAfter = TimeSpan.seconds(1)

    /// The longest exchange with the silence after it: a show with settings (31 bytes, 33 ms), two
    /// gaps, its reply of 13 bytes (14 ms) and the slack of 30 ms after which the reply is overdue.
    static let exchangeMax = TimeSpan.milliseconds(90)

    /// On a line without faults, a unit that its master counts as live shows a sign at most this
    /// long after `show`, though every other unit be ordered another at the same time or be dead:
    /// an exchange under way, then for each unit one exchange and one look at a dead unit between.
    package static func shownWithin(units: Int) -> TimeSpan {
        exchangeMax * Int64(2 * units + 1)
    }

    /// The frames lost, of a thousand, up to which ``shownWithinOnBadLine`` holds.
    package static let badLineFramesLostPerMille = 100
    /// The bytes garbled, of a thousand, up to which ``shownWithinOnBadLine`` holds.
    package static let badLineBytesGarbledPerMille = 2
    /// On a line no worse than that, a powered unit shows a sign at most this long after `show`.
    /// A quarter of the exchanges fail; after five in a row (0.1 %) a unit is only looked for, after
    /// 1, 2, 4, 8, then every 10 s, up to 5 s late on a full bus. Nine vain looks in a row take two
    /// minutes: fewer than one show in 100 million.
    package static let shownWithinOnBadLine = TimeSpan.seconds(120)

    /// On a line without faults, a unit shows its booth's last sign again at most this long after it
    /// started anew, got its power back, or the adapter is back (the latest of them): nobatd's wait
    /// for the port, the longest wait between two looks, 5 s more on a full bus, then the show.
    package static func backWithin(units: Int) -> TimeSpan {
        reopenAfter + .seconds(10) + .seconds(5) + shownWithin(units: units)
            + shownWithin(units: units)
    }

    /// A unit shows dashes at most this long after its master stopped or the port was lost: the
    /// dead-man time of 5 s, after the last request on the line (33 ms) and the gap (4 ms).
    package static let dashesWithin = TimeSpan.milliseconds(5_040)
}
