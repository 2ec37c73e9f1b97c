// SPDX-License-Identifier: Apache-2.0

// The booth unit's own code, fed frames that nobody should send: as they come, or with the right check
// word over whatever they hold.

import BoothUnit

/// Frames of the bus.
enum Frames {
    /// Bytes with their check word added.
    static func sealed(_ body: [UInt8]) -> [UInt8] {
        var crc = ModbusCRC()
        for byte in body { crc.update(byte) }
        return body + [UInt8(truncatingIfNeeded: crc.value), UInt8(crc.value >> 8)]
    }
}

enum UnitTarget {
    /// Every reply is a whole frame of the unit's own address; its registers stay in their ranges; and
    /// what stands on it is of its font.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var script = Script(bytes)
        var unit = DisplayUnit(identity: UnitIdentity(address: 7), gapTicks: 5)
        var address: UInt8 = 7
        while !script.isAtEnd {
            let how = script.byte()
            // Seven bits of length: the longest frame takes three steps without a gap.
            var frame = script.take(Int(script.byte() & 0x7F))
            if how & 1 == 0 { frame = Frames.sealed([address] + frame) }
            for byte in frame { unit.receive(byte) }
            if how & 2 != 0 { unit.lineError() }
            if how & 4 == 0 { unit.frameGap() }
            var reply: [UInt8] = []
            while reply.count <= ModbusLimits.frameBytesMax, let byte = unit.nextReplyByte() {
                reply.append(byte)
            }
            try judge(reply, to: frame, address)
            if case .adopt(let new) = unit.takeAction() {
                try demand(1...ModbusLimits.addressMax ~= new, "it would be unit \(new)")
                let isKept = how & 8 == 0
                unit.adopted(new, isKept: isKept)
                if isKept { address = new }
            }
            for _ in 0..<Int(how >> 4) * 4 { unit.tick1ms(buttons: how) }
            try judge(unit)
        }
    }

    private static func judge(
        _ reply: [UInt8], to frame: [UInt8], _ address: UInt8
    ) throws(Broken) {
        guard !reply.isEmpty else { return }
        try demand(reply.count >= 5, "a reply of \(reply.count) bytes")
        try demand(reply.count <= ModbusLimits.frameBytesMax, "a reply of \(reply.count) bytes")
        try demand(
            Frames.sealed(Array(reply.dropLast(2))) == reply, "a wrong check word: \(reply)")
        try demand(reply[0] == address, "a reply of unit \(reply[0]), which is \(address)")
    }

    private static func judge(_ unit: DisplayUnit) throws(Broken) {
        for register in Register.allCases {
            guard case .number(let range) = register.access else { continue }
            let value = unit.value(of: register)
            try demand(range.contains(value), "\(register) holds \(value), which is out of range")
        }
        for place in 0..<4 {
            let character = unit.shown[place]
            let isKnown = Segments.glyph(for: character) != nil || character == Segments.unknown
            try demand(isKnown, "it shows the character \(character)")
        }
    }
}
