// SPDX-License-Identifier: Apache-2.0

// How one bus is run: its line's speed and what its units are told.

import QueueCore

/// The settings of one bus.
public struct BusSettings: Equatable, Sendable {
    /// Bits a second on the line.
    public var baud: Int
    /// Time from the end of a request until its reply must be here whole; nil: derived from the
    /// baud rate and the reply's length.
    public var replyTimeout: TimeSpan?
    /// Slack of the derived timeout: the unit's own time and the latency of USB adapters (16 ms).
    public var replySlack = TimeSpan.milliseconds(30)
    /// How often each live unit is asked for its state.
    public var pollInterval = TimeSpan.seconds(1)
    /// After how long without a frame a unit shows dashes; at least three poll intervals, so that
    /// two lost frames blank nothing.
    public var deadManTime = TimeSpan.seconds(5)
    /// Brightness of the digits, 0 to 15.
    public var brightness = 8
    /// Blinks of a new call.
    public var blinks = 5
    /// Period of one blink; never under 500 ms (2 Hz).
    public var blinkPeriod = TimeSpan.milliseconds(1_000)
    /// Beeps of a new call.
    public var beeps = 2
    /// Length of one beep.
    public var beepDuration = TimeSpan.milliseconds(200)
    /// Failed exchanges in a row after which a unit counts as offline.
    public var offlineAfter = 5

    /// The usual settings for a line of `baud` bits a second.
    public init(baud: Int = 9_600) { self.baud = baud }

    /// Time of `count` characters of 10 bits (8N1).
    public func time(ofBytes count: Int) -> TimeSpan {
        .microseconds((Int64(count) * 10_000_000 + Int64(baud) - 1) / Int64(baud))
    }

    /// The silence between frames: 3.5 characters of 11 bits, above 19,200 baud 1.75 ms (Modbus
    /// over Serial Line V1.02, 2.5.1.1).
    public var frameGap: TimeSpan {
        baud > 19_200 ? .microseconds(1_750) : .microseconds(38_500_000 / Int64(baud) + 1)
    }

    /// The time from a request's first byte until its reply is overdue.
    func exchangeTime(requestBytes: Int, replyBytes: Int) -> TimeSpan {
        let reply = replyTimeout ?? frameGap + frameGap + time(ofBytes: replyBytes) + replySlack
        return time(ofBytes: requestBytes) + reply
    }

    /// What is wrong with the settings, a sentence each; empty when nothing is.
    public var problems: [String] {
        var problems: [String] = []
        if !(300...1_000_000 ~= baud) {
            problems.append("baud \(baud) is not within 300 to 1000000")
        }
        if pollInterval.milliseconds < 10 || pollInterval.milliseconds > 600_000 {
            problems.append("the poll interval must be 10 ms to 10 min")
        }
        if deadManTime.milliseconds < 500 || deadManTime.milliseconds > 600_000 {
            problems.append("the dead-man time must be 0.5 s to 10 min")
        }
        if deadManTime < pollInterval * 3 {
            problems.append("the dead-man time must be at least three poll intervals")
        }
        if !(0...15 ~= brightness) { problems.append("brightness must be 0 to 15") }
        if !(0...250 ~= blinks) { problems.append("blinks must be 0 to 250") }
        if blinkPeriod.milliseconds < 500 || blinkPeriod.milliseconds > 4_000 {
            problems.append("the blink period must be 500 to 4000 ms")
        }
        if !(0...20 ~= beeps) { problems.append("beeps must be 0 to 20") }
        if beepDuration.milliseconds < 10 || beepDuration.milliseconds > 2_000 {
            problems.append("the beep duration must be 10 to 2000 ms")
        }
        if !(1...100 ~= offlineAfter) { problems.append("offlineAfter must be 1 to 100") }
        if let replyTimeout, replyTimeout.milliseconds < 1 || replyTimeout.milliseconds > 10_000 {
            problems.append("the reply timeout must be 1 ms to 10 s")
        }
        if replySlack < .zero || replySlack.milliseconds > 10_000 {
            problems.append("the reply slack must be 0 to 10 s")
        }
        return problems
    }
}
