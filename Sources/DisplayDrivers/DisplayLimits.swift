// SPDX-License-Identifier: Apache-2.0

// The bounds of the display drivers, each with its reason.

import QueueCore

/// Bounds of every display driver.
public enum DisplayLimits {
    /// Places of a booth display.
    public static let charactersMax = 4
    /// Units of one bus: the unit loads that an RS-485 driver carries.
    public static let unitsMax = 32
    /// Events kept until they are taken: several of each unit; beyond it the oldest are dropped and
    /// counted, for the unit states still tell the present.
    public static let eventsMax = 256
    /// Bytes of one exchange that are looked at: an echo of the request, noise, and the longest
    /// reply.
    static let bufferBytesMax = 512
    /// Retries of an exchange at once, before waiting: noise is gone after one or two.
    static let immediateRetries = 2
    /// Wait between later retries: room for the other units in between.
    static let retryDelay = TimeSpan.milliseconds(200)
    /// First and longest wait between looks for a unit that is offline: found again within 10 s, at
    /// a cost of one reply timeout each.
    static let offlineWaitMin = TimeSpan.seconds(1)
    static let offlineWaitMax = TimeSpan.seconds(10)
    /// How long unasked bytes may hold back a request: longer than the longest frame at 9600 baud,
    /// so that a babbling unit can't silence the bus.
    static let noiseHoldMax = TimeSpan.milliseconds(300)
    /// How late an offline unit's turn may be while live units are always due.
    static let offlineTurnLateMax = TimeSpan.seconds(5)
    /// Idle step while the port is lost; `portReady` ends it anyway.
    static let portLostIdle = TimeSpan.seconds(1)
}
