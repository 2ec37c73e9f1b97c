// SPDX-License-Identifier: Apache-2.0

// The whole behaviour of a booth unit: a Modbus RTU slave with a display, a buzzer and two buttons.
// The board gives it bytes and milliseconds and drives the pins as it says; so the very same code
// runs in the image, in software units and in tests.

/// Frames and errors that the unit has seen since its start; each wraps.
struct UnitCounters: Sendable {
    var framesReceived: UInt16 = 0
    var badFrames: UInt16 = 0
    var longFrames: UInt16 = 0
    var othersFrames: UInt16 = 0
    var exceptions: UInt16 = 0
    var lineErrors: UInt16 = 0
}

/// A booth unit.
///
/// The board calls `receive(_:)` for each byte, `frameGap()` after 3.5 characters of silence (or
/// leaves that to the ticks), `tick1ms(buttons:)` once a millisecond, then sends what
/// `nextReplyByte()` yields, carries out what `takeAction()` says, and drives `segments`,
/// `brightness` and `buzzer`.
public struct DisplayUnit: Sendable {
    /// Who the unit is; its address changes when it adopts another.
    public private(set) var identity: UnitIdentity
    /// What the board watches of itself.
    public var health = UnitHealth()

    var face: UnitFace
    var button1 = ButtonInput()
    var button2 = ButtonInput()
    var counters = UnitCounters()
    var uptimeSeconds: UInt32 = 0
    var resetSinceRead = true
    var request = FrameBuffer()
    var reply = FrameBuffer()
    var action: UnitAction?
    private var hasStorageFailed = false

    private var replyBytesSent = 0
    var milliseconds: UInt16 = 0
    private var silentTicks: UInt8 = 0
    let gapTicks: UInt8

    /// A unit that has just started: it shows dashes until its first show.
    ///
    /// `gapTicks` ticks without a byte end a frame; 0 when the board calls `frameGap()` itself.
    public init(identity: UnitIdentity, gapTicks: UInt8) {
        self.identity = identity
        self.gapTicks = gapTicks
        face = UnitFace(addressText: identity.addressText)
    }

    /// The ticks without a byte that are at least 3.5 characters of 10 bits (8N1); above 19,200
    /// baud the fixed 1.75 ms of Serial Line 2.5.1.1. The first tick may follow a byte at once.
    public static func gapTicks(baud: UInt32) -> UInt8 {
        guard baud > 0 else { return .max }
        guard baud <= 19_200 else { return 3 }
        let gapMicroseconds = 35_000_000 / baud
        return UInt8(clamping: (gapMicroseconds + 999) / 1_000 + 1)
    }

    /// The segments to drive now, in the order of `Segments`.
    public var segments: DigitRow { face.lit }

    /// The brightness to drive, 0 to 15.
    public var brightness: UInt8 { UInt8(truncatingIfNeeded: face.brightness) }

    /// Whether the buzzer sounds now.
    public var buzzer: Bool { face.beeper.sounds }

    /// Takes a byte from the bus. While a reply waits to be sent it is dropped: the bus is half
    /// duplex, so it is the echo of the unit's own reply, or a collision.
    public mutating func receive(_ byte: UInt8) {
        guard !hasReply else { return }
        silentTicks = 0
        request.append(byte)
    }

    /// The receiver reported a framing, noise or overrun error; the frame's check word will fail.
    public mutating func lineError() {
        counters.lineErrors &+= 1
    }

    /// The bus was silent for 3.5 characters: what arrived since the last gap is one frame.
    public mutating func frameGap() {
        guard !request.isEmpty else { return }
        defer { request.removeAll() }
        guard !request.overflowed else {
            counters.longFrames &+= 1
            return
        }
        guard request.checkWordFits else {
            counters.badFrames &+= 1
            return
        }
        guard request[0] == identity.address || request[0] == ModbusLimits.broadcast else {
            counters.othersFrames &+= 1
            return
        }
        counters.framesReceived &+= 1
        face.heard()
        answer()
    }

    /// Passes a millisecond; bit 0 of `buttons` is button 1 down, bit 1 is button 2.
    public mutating func tick1ms(buttons: UInt8) {
        milliseconds += 1
        if milliseconds == 1_000 {
            milliseconds = 0
            uptimeSeconds &+= 1
        }
        button1.tick1ms(down: buttons & 1 != 0)
        button2.tick1ms(down: buttons & 2 != 0)
        if gapTicks > 0 && !request.isEmpty {
            silentTicks += 1
            if silentTicks >= gapTicks { frameGap() }
        }
        face.tick1ms()
    }

    /// Whether a reply waits to be sent.
    public var hasReply: Bool { replyBytesSent < reply.count }

    /// The next byte of the reply to send, or nil when all are taken.
    public mutating func nextReplyByte() -> UInt8? {
        guard hasReply else { return nil }
        defer { replyBytesSent += 1 }
        return reply[replyBytesSent]
    }

    /// What the last request asks of the board, once every byte of its reply is taken; then nil.
    public mutating func takeAction() -> UnitAction? {
        guard !hasReply else { return nil }
        defer { action = nil }
        return action
    }

    /// Whether the unit may take another address: no switches hold it and storage works.
    var canKeepAddress: Bool { identity.addressSource != .switches && !hasStorageFailed }

    /// The board has stored the address of `.adopt`, or could not: the unit then stays at its old
    /// address, and refuses others from now on.
    public mutating func adopted(_ address: UInt8, isKept: Bool) {
        guard isKept else {
            hasStorageFailed = true
            return
        }
        identity.adopt(address)
        face.addressText = identity.addressText
    }

    mutating func beginReply() {
        reply.removeAll()
        replyBytesSent = 0
    }
}
