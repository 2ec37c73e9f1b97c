// SPDX-License-Identifier: Apache-2.0

// The master's side of Modbus RTU: requests to bytes, and the search for a reply among whatever
// came in. Source: MODBUS Application Protocol V1.1b3, 6.3, 6.17 and 7.

import BoothUnit

/// Frames that the master sends.
enum ModbusRequest {
    static func read(unit: UnitAddress, from start: UInt16, count: Int) -> [UInt8] {
        var bytes = [unit.value, ModbusFunction.read]
        append(start, to: &bytes)
        append(UInt16(count), to: &bytes)
        appendCheck(to: &bytes)
        return bytes
    }

    static func readWrite(
        unit: UnitAddress, write values: [UInt16], at writeStart: Register,
        read readStart: Register, count: Int
    ) -> [UInt8] {
        var bytes = [unit.value, ModbusFunction.readWrite]
        append(readStart.rawValue, to: &bytes)
        append(UInt16(count), to: &bytes)
        append(writeStart.rawValue, to: &bytes)
        append(UInt16(values.count), to: &bytes)
        bytes.append(UInt8(2 * values.count))
        for value in values { append(value, to: &bytes) }
        appendCheck(to: &bytes)
        return bytes
    }

    static func write(unit: UnitAddress, _ values: [UInt16], at start: UInt16) -> [UInt8] {
        var bytes = [unit.value, ModbusFunction.writeMany]
        append(start, to: &bytes)
        append(UInt16(values.count), to: &bytes)
        bytes.append(UInt8(2 * values.count))
        for value in values { append(value, to: &bytes) }
        appendCheck(to: &bytes)
        return bytes
    }

    private static func append(_ word: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word))
    }

    private static func appendCheck(to bytes: inout [UInt8]) {
        let check = ModbusReply.check(bytes[...])
        bytes.append(UInt8(truncatingIfNeeded: check))
        bytes.append(UInt8(check >> 8))
    }
}

/// What the master makes of the bytes that came in.
enum ModbusReply: Equatable {
    /// The registers asked for; `strays` bytes before and after the reply belong to nothing.
    case words([UInt16], strays: Int)
    /// The unit refused.
    case exception(code: Int, strays: Int)

    /// Bytes of a reply that carries `words` registers.
    static func length(words: Int) -> Int { 5 + 2 * words }

    static func check(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var crc = ModbusCRC()
        for byte in bytes { crc.update(byte) }
        return crc.value
    }

    /// The reply among `bytes`, wherever it begins: line drivers add a byte of noise when they turn
    /// around, and some adapters return the request first. Only address, function, length and check
    /// word together make a reply.
    static func find(in bytes: [UInt8], request: [UInt8], words: Int) -> ModbusReply? {
        let whole = length(words: words)
        let isEcho = bytes.starts(with: request)
        guard bytes.count >= 5 else { return nil }
        for start in 0...(bytes.count - 5) where bytes[start] == request[0] {
            let strays = bytes.count - (isEcho && start >= request.count ? request.count : 0)
            if bytes[start + 1] == request[1], Int(bytes[start + 2]) == 2 * words,
                bytes.count >= start + whole, fits(bytes[start..<start + whole])
            {
                let values = (0..<words).map { index in
                    UInt16(bytes[start + 3 + 2 * index]) << 8 | UInt16(bytes[start + 4 + 2 * index])
                }
                return .words(values, strays: strays - whole)
            }
            if bytes[start + 1] == request[1] | ModbusFunction.exceptionBit,
                fits(bytes[start..<start + 5])
            {
                return .exception(code: Int(bytes[start + 2]), strays: strays - 5)
            }
        }
        return nil
    }

    /// Bytes of the reply to a write of several registers.
    static let writeLength = 8

    /// The reply to a write of several registers among `bytes`: where, and how many.
    static func findWritten(in bytes: [UInt8], request: [UInt8]) -> ModbusReply? {
        let echo = bytes.starts(with: request) ? request.count : 0
        guard bytes.count >= 5 else { return nil }
        for start in 0...(bytes.count - 5) where bytes[start] == request[0] {
            let strays = bytes.count - (start >= echo ? echo : 0)
            let rest = bytes[start...]
            if rest.count >= writeLength, rest.starts(with: request.prefix(6)),
                fits(rest.prefix(writeLength))
            {
                return .words([], strays: strays - writeLength)
            }
            if rest.dropFirst().first == request[1] | ModbusFunction.exceptionBit,
                fits(rest.prefix(5))
            {
                return .exception(code: Int(bytes[start + 2]), strays: strays - 5)
            }
        }
        return nil
    }

    /// The name of what went wrong when no reply was found by the deadline.
    static func fault(in bytes: [UInt8], request: [UInt8], words: Int) -> BusFault {
        let reply = bytes.starts(with: request) ? bytes[request.count...] : bytes[...]
        guard let first = reply.first else { return .timeout }
        if reply.count >= 5, fits(reply) {
            return first == request[0] ? .wrongReply : .wrongAddress
        }
        return reply.count < length(words: words) ? .truncated : .badCheck
    }

    private static func fits(_ frame: ArraySlice<UInt8>) -> Bool {
        let end = frame.endIndex
        return check(frame.dropLast(2)) == UInt16(frame[end - 1]) << 8 | UInt16(frame[end - 2])
    }
}
