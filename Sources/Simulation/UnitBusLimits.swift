// SPDX-License-Identifier: Apache-2.0

// The figures of a simulated bus: what it imitates, and the bounds that its displays keep.

import QueueCore

/// Figures and bounds of ``UnitBus``.
package enum UnitBusLimits {
    /// How long an adapter may keep a reply: the latency timer of usual USB adapters.
    static let adapterLatencyMax = TimeSpan.milliseconds(16)
    /// How long nobatd leaves a port alone that it could not open.
    static let reopenAfter = TimeSpan.seconds(1)
}
