// SPDX-License-Identifier: Apache-2.0

// A unit on the bench: requests go in as bytes, the reply comes out, milliseconds pass as told.

import BoothUnit

struct UnitBench {
    var unit: DisplayUnit
    var buttons: UInt8 = 0

    init(address: UInt8 = 7, source: AddressSource = .flash, gapTicks: UInt8 = 0) {
        let identity = UnitIdentity(
            address: address, addressSource: source, boardID: 0x0101, version: (1, 2, 3),
            revision: 0x69D0_7CE1, displayKind: .tpic6b595, resetCause: .powerOn)
        unit = DisplayUnit(identity: identity, gapTicks: gapTicks)
    }

    /// Address, function and data, with the check word added.
    static func frame(_ body: [UInt8]) -> [UInt8] {
        var crc = ModbusCRC()
        for byte in body { crc.update(byte) }
        return body + [UInt8(truncatingIfNeeded: crc.value), UInt8(crc.value >> 8)]
    }

    static func bytes(_ words: [UInt16]) -> [UInt8] {
        words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    static func text(_ text: String) -> [UInt16] {
        let ascii = Array(text.utf8).map(UInt16.init)
        return [ascii[0] << 8 | ascii[1], ascii[2] << 8 | ascii[3]]
    }

    mutating func raw(_ bytes: [UInt8]) -> [UInt8] {
        for byte in bytes { unit.receive(byte) }
        unit.frameGap()
        return takeReply()
    }

    mutating func takeReply() -> [UInt8] {
        var reply: [UInt8] = []
        while let byte = unit.nextReplyByte() { reply.append(byte) }
        return reply
    }

    /// The reply to a request, without its check word.
    mutating func send(_ body: [UInt8]) -> [UInt8] { Array(raw(Self.frame(body)).dropLast(2)) }

    mutating func write(_ values: [UInt16], at start: Register, to address: UInt8 = 7) -> [UInt8] {
        let count = UInt16(values.count)
        return send(
            [address, 0x10] + Self.bytes([start.rawValue, count]) + [UInt8(2 * count)]
                + Self.bytes(values))
    }

    mutating func read(_ register: Register) -> UInt16? {
        let reply = send([7, 3] + Self.bytes([register.rawValue, 1]))
        guard reply.count == 5, reply[1] == 3 else { return nil }
        return UInt16(reply[3]) << 8 | UInt16(reply[4])
    }

    /// Shows a text as a master does: tag, text, blinks, beeps.
    mutating func show(_ text: String, tag: UInt16 = 1, blinks: UInt16 = 0, beeps: UInt16 = 0) {
        _ = write([tag] + Self.text(text) + [blinks, beeps], at: .showTag)
    }

    mutating func run(ms count: Int) {
        for _ in 0..<count { unit.tick1ms(buttons: buttons) }
    }

    var shown: String {
        String(decoding: (0..<4).map { unit.shown[$0] }, as: UTF8.self)
    }

    /// What the driven segments say, read with the font.
    var lit: String {
        String(decoding: (0..<4).map { Segments.character(for: unit.segments[$0]) }, as: UTF8.self)
    }
}
