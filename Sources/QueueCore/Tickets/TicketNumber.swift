// SPDX-License-Identifier: Apache-2.0

/// The letter of a series: `A`–`Z`.
public struct Series: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The ASCII code of the letter.
    public let letter: UInt8

    /// A series from an ASCII code, or nil when it is not a capital letter.
    public init?(letter: UInt8) {
        guard (0x41...0x5A).contains(letter) else { return nil }
        self.letter = letter
    }

    /// A series from a text of one capital letter, or nil.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 1, let byte = text.utf8.first else { return nil }
        self.init(letter: byte)
    }

    /// The letter.
    public var description: String { String(UnicodeScalar(letter)) }

    /// Alphabetical order.
    public static func < (left: Series, right: Series) -> Bool { left.letter < right.letter }
}

/// What is printed on a slip and shown at a booth: `A042`, a series letter and a value of 1–999.
public struct TicketNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The series letter.
    public let series: Series
    /// The value, 1…``Limits/numberValueMax``.
    public let value: UInt16

    /// A number, or nil when the value is out of range.
    public init?(series: Series, value: UInt16) {
        guard value >= 1, value <= Limits.numberValueMax else { return nil }
        self.series = series
        self.value = value
    }

    /// A number from a letter and one to three digits (`A042`, `a42`), or nil.
    public init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)
        guard (2...4).contains(bytes.count) else { return nil }
        if (0x61...0x7A).contains(bytes[0]) { bytes[0] -= 0x20 }
        guard let series = Series(letter: bytes[0]) else { return nil }
        var value: UInt16 = 0
        for byte in bytes.dropFirst() {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + UInt16(byte - 0x30)
        }
        self.init(series: series, value: value)
    }

    /// Four characters: the letter and three digits.
    public var description: String {
        let digits = [100, 10, 1].map { UInt8(0x30 + Int(value) / $0 % 10) }
        return String(decoding: [series.letter] + digits, as: UTF8.self)
    }

    /// By series, then by value.
    public static func < (left: TicketNumber, right: TicketNumber) -> Bool {
        (left.series, left.value) < (right.series, right.value)
    }
}
