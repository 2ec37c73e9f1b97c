// SPDX-License-Identifier: Apache-2.0

// One booth unit at the end of a simulated bus: the firmware's own code, its power, and the
// milliseconds that its board gives it.

import BoothUnit
import DisplayDrivers
import QueueCore

/// A unit on a simulated bus.
struct UnitOnLine: Sendable {
    let booth: BoothNumber
    let address: UnitAddress
    private(set) var unit: DisplayUnit
    private(set) var isPowered = true
    /// When the unit last started; bytes before that it did not hear.
    private(set) var startedAt: Moment
    /// When the unit will show dashes if it hears nothing more; nil: it shows dashes already, or
    /// has no power.
    private(set) var dashesAt: Moment?
    /// Milliseconds given to the unit since it started.
    private var ticks: Int64 = 0

    private static let tick = TimeSpan.milliseconds(1)

    init(booth: BoothNumber, address: UnitAddress, at now: Moment) {
        self.booth = booth
        self.address = address
        startedAt = now
        unit = Self.fresh(address, .powerOn)
    }

    /// `gapTicks: 0`: as on the boards, the end of a frame is the receiver's own word.
    private static func fresh(_ address: UnitAddress, _ cause: ResetCause) -> DisplayUnit {
        DisplayUnit(
            identity: UnitIdentity(address: address.value, resetCause: cause), gapTicks: 0)
    }

    mutating func losePower() {
        isPowered = false
        dashesAt = nil
    }

    mutating func start(_ cause: ResetCause, at now: Moment) {
        unit = Self.fresh(address, cause)
        isPowered = true
        startedAt = now
        dashesAt = nil
        ticks = 0
    }

    /// Gives the unit the milliseconds up to `now`.
    mutating func pass(to now: Moment) {
        guard isPowered else { return }
        if let dashesAt, dashesAt <= now { self.dashesAt = nil }
        let due = (now - startedAt).milliseconds - ticks
        guard due > 0 else { return }
        let count = UInt32(clamping: due)
        unit.tick(milliseconds: count, buttons: 0)
        ticks += Int64(count)
    }

    /// Whether a sound frame is another unit's, and does no more here than count up
    /// `othersFrames`, which nobody reads: it is not worth its check word at every unit.
    func leavesAlone(_ passage: Passage) -> Bool {
        guard let first = passage.bytes.first, startedAt <= passage.start else { return false }
        return first != address.value && first != ModbusLimits.broadcast
    }

    /// The bytes of a frame that ended since the unit started.
    mutating func hear(_ passage: Passage, byteTime: TimeSpan) {
        guard isPowered else { return }
        var endedAt = passage.start + byteTime
        for byte in passage.bytes {
            if endedAt > startedAt { unit.receive(byte) }
            endedAt = endedAt + byteTime
        }
    }

    /// The line fell silent: what was heard is a frame. The unit's reply, or nothing.
    mutating func gap(at now: Moment) -> [UInt8] {
        guard isPowered else { return [] }
        pass(to: now)
        let heard = unit.value(of: .framesReceived)
        unit.frameGap()
        guard unit.value(of: .framesReceived) != heard else { return [] }
        if !unit.flags.contains(.deadMan) {
            let span = TimeSpan.milliseconds(Int64(unit.value(of: .deadManTime)) * 100)
            dashesAt = startedAt + Self.tick * ticks + span
        }
        var reply: [UInt8] = []
        while let byte = unit.nextReplyByte() { reply.append(byte) }
        return reply
    }

    /// The four characters that stand on the digits at `now`, read back from their segments.
    func text(at now: Moment) -> String {
        guard isPowered else { return "    " }
        var unit = self
        unit.pass(to: now)
        let shown = unit.unit.shown
        return String(decoding: (0..<4).map { shown[$0] }, as: UTF8.self)
    }
}
