// SPDX-License-Identifier: Apache-2.0

// A line taken apart: the number it begins with, its verb, and where each value stands. The grammar
// is checked here for the whole line, so that what reads the values meets only well-formed ones.
import QueueCore

/// The parts of one line.
struct Fields {
    /// Where the value of a key stands in ``bytes``.
    private struct Entry {
        let key: Key
        let start: Int
        let end: Int
        let isEscaped: Bool
    }

    /// The number of the record; nil unless the verb is one of a log.
    private(set) var number: UInt64?
    /// The verb.
    private(set) var verb = Verb.bye
    private let bytes: [UInt8]
    private var entries: [Entry] = []

    private static let space = UInt8(ascii: " ")
    private static let equals = UInt8(ascii: "=")
    private static let percent = UInt8(ascii: "%")

    /// The parts of a line without its newline, or what is wrong with it.
    init(_ line: [UInt8]) throws(LineError) {
        bytes = line
        guard bytes.count < LineLimits.lineBytesMax else {
            throw LineError(
                .overLong,
                "the line is longer than \(LineLimits.lineBytesMax) bytes with its newline")
        }
        guard !bytes.isEmpty else { throw .badLine(column: 0, "the line is empty") }
        try requireUTF8()
        var index = 0
        try scanNumber(&index)
        try scanVerb(&index)
        guard verb.isRecord == (number != nil) else {
            let what = verb.isRecord ? "needs its record number before it" : "bears no number"
            throw .badLine(column: 0, "\(verb.rawValue) \(what)")
        }
        entries.reserveCapacity(12)
        var count = 0
        while index < bytes.count {
            guard verb != .ping, verb != .pong else {
                throw .badLine(column: index, "\(verb.rawValue) stands alone")
            }
            count += 1
            guard count <= LineLimits.keysMax else {
                throw .badLine(column: index, "more than \(LineLimits.keysMax) keys")
            }
            index += 1
            try scanPair(&index)
        }
    }

    private func requireUTF8() throws(LineError) {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw LineError(.notUTF8, "the line is not UTF-8")
        }
    }

    /// Reads `17 ` and leaves the index at the verb.
    private mutating func scanNumber(_ index: inout Int) throws(LineError) {
        guard Value.isDigit(bytes[0]) else { return }
        while index < bytes.count, bytes[index] != Self.space { index += 1 }
        guard let found = Value.number(bytes[..<index], in: 1...LineLimits.countMax) else {
            throw LineError(
                .badValue,
                "column 1: the record number must be \(Value.numberRule(1...LineLimits.countMax))")
        }
        number = found
        guard index < bytes.count else {
            throw .badLine(column: index, "a verb must follow the record number")
        }
        index += 1
    }

    /// Reads the verb and leaves the index at the space after it, or at the end.
    private mutating func scanVerb(_ index: inout Int) throws(LineError) {
        let start = index
        while index < bytes.count, Self.isInVerb(bytes[index], first: index == start) { index += 1 }
        let word = bytes[start..<index]
        guard !word.isEmpty, index == bytes.count || bytes[index] == Self.space,
            word.count <= LineLimits.wordLengthMax
        else {
            throw .badLine(
                column: start,
                "a verb of at most \(LineLimits.wordLengthMax) capital letters, digits and - "
                    + "must stand here, with one space before each key")
        }
        guard let found = Verb.spelled(word) else {
            throw LineError(
                .unknownVerb,
                "column \(start + 1): the verb \(String(decoding: word, as: UTF8.self)) "
                    + "is not known in version \(protocolVersion)")
        }
        verb = found
    }

    /// Reads `key=value` and leaves the index at the space after it, or at the end.
    private mutating func scanPair(_ index: inout Int) throws(LineError) {
        let start = index
        while index < bytes.count, Self.isInKey(bytes[index], first: index == start) { index += 1 }
        let word = bytes[start..<index]
        guard !word.isEmpty, word.count <= LineLimits.wordLengthMax, index < bytes.count,
            bytes[index] == Self.equals
        else {
            throw .badLine(column: start, "key=value must stand here, the key in small letters")
        }
        index += 1
        let valueStart = index
        let isEscaped = try scanValue(&index)
        guard let key = Key.spelled(word) else { return }
        guard !entries.contains(where: { $0.key == key }) else {
            throw .badLine(column: start, "the key \(key) stands here a second time")
        }
        entries.append(Entry(key: key, start: valueStart, end: index, isEscaped: isEscaped))
    }

    /// Reads a value to the space after it, or to the end; says whether it holds escapes.
    private func scanValue(_ index: inout Int) throws(LineError) -> Bool {
        var isEscaped = false
        while index < bytes.count, bytes[index] != Self.space {
            let byte = bytes[index]
            guard byte > 0x20, byte != 0x7F, byte != Self.equals else {
                let what = byte == Self.equals ? "=" : "a control character"
                throw .badLine(column: index, "\(what) must be percent-escaped in a value")
            }
            if byte == Self.percent {
                guard index + 2 < bytes.count, Value.hexDigit(bytes[index + 1]) != nil,
                    Value.hexDigit(bytes[index + 2]) != nil
                else { throw .badLine(column: index, "two hexadecimal digits must follow %") }
                isEscaped = true
                index += 2
            }
            index += 1
        }
        return isEscaped
    }

    /// The value of a key without its escapes, and the index of its first byte; nil when the key is
    /// not in the line.
    func raw(_ key: Key) -> (value: ArraySlice<UInt8>, index: Int)? {
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        let slice = bytes[entry.start..<entry.end]
        return (entry.isEscaped ? Self.unescaped(slice)[...] : slice, entry.start)
    }

    private static func unescaped(_ slice: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(slice.count)
        var index = slice.startIndex
        while index < slice.endIndex {
            if slice[index] == percent, index + 2 < slice.endIndex,
                let high = Value.hexDigit(slice[index + 1]),
                let low = Value.hexDigit(slice[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(slice[index])
                index += 1
            }
        }
        return result
    }

    private static func isInVerb(_ byte: UInt8, first: Bool) -> Bool {
        (0x41...0x5A).contains(byte) || (!first && (Value.isDigit(byte) || byte == 0x2D))
    }

    private static func isInKey(_ byte: UInt8, first: Bool) -> Bool {
        (0x61...0x7A).contains(byte) || (!first && (Value.isDigit(byte) || byte == 0x2D))
    }
}
