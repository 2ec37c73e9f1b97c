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
    /// How long a job listens on after a reply for the reply of a second unit: what two units' times
    /// differ by, and the latency of USB adapters (16 ms).
    static let secondReplyWait = TimeSpan.milliseconds(25)
    /// The longest a job may last, if nobody ends it: an identified unit hides its booth's number.
    public static let jobTimeMax = TimeSpan.seconds(900)
    /// What a cancelled job may still take to put things back: a few exchanges with retries.
    static let jobCleanUpMax = TimeSpan.seconds(10)
    /// How often a job asks again what was not answered: noise is gone after one or two.
    static let jobTriesMax = 3
    /// Answers that wait for an exchange's end: a person gives one at a time.
    static let answersMax = 8
    /// How long a question of a job waits for a person, who may be at the far end of the hall.
    static let questionTimeMax = TimeSpan.seconds(180)
    /// How often a unit that is identified is told so again: it may have restarted.
    static let identifyAgain = TimeSpan.seconds(2)
    /// Wait between tries of a unit that takes another address: it writes its flash.
    static let adoptWait = TimeSpan.milliseconds(200)
    /// Rounds of looks at the counters of each unit that a scan found.
    static let scanLooks = 3
    /// The shortest time between two rounds: uptimes count whole seconds.
    static let scanLookWait = TimeSpan.milliseconds(1_100)
    /// Bad frames or line errors of a unit that a scan makes a finding of, when they grow under its
    /// eyes: one can be a plug that was touched.
    static let scanErrorsMin = 3
    /// How often a unit that was just flashed is asked: it may take a second to start.
    static let bootTriesMax = 40

    /// Places of a sign's number: wider ones than sixteen are text panels.
    public static let signWidthMax = 16
    /// The longest text of a sign in bytes, all of its template: a line of a hall board, and the
    /// least that any Alpha sign keeps (125).
    public static let signBytesMax = 96
    /// Blinks that a Candle frame can count: its codes end at 7F.
    static let candleBlinksMax = 0x7F - 0x21
    /// Between two changes of one sign: a change there and back is a flash, at most 2 a second.
    static let changeGap = TimeSpan.milliseconds(250)
    /// How long a frame may take beyond its wire time: buffers of adapters and device servers.
    static let signWriteSlack = TimeSpan.milliseconds(500)
    /// Every so many repetitions of a text the sign is set up again: it may have lost its power.
    static let setUpEvery = 6
    /// Registers of one display: eight digits, each one with a register.
    public static let mapRegistersMax = 16
    /// Rows of a hall board: more can't be read from the seats.
    public static let boardRowsMax = 8
    /// Calls kept for a hall board: one for each booth of the largest hall.
    static let boardCallsMax = 24
}
