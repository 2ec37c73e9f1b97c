// SPDX-License-Identifier: Apache-2.0

// The unit's address as it is kept in flash: two places, written in turn, so that a loss of power
// while one is being written leaves the other as it was.

/// What one place in flash holds: an address, and a number by which the newer of two is told.
public struct AddressRecord: Equatable, Sendable {
    /// The address, 1 to 247.
    public let address: UInt8
    /// One more than that of the record before it; wraps.
    public let sequence: UInt16

    private static let mark: UInt32 = 0x4E

    private init(address: UInt8, sequence: UInt16) {
        self.address = address
        self.sequence = sequence
    }

    /// The record in a place's two words; nil when the place is erased, torn or was never one.
    public init?(words: (UInt32, UInt32)) {
        let address = UInt8(truncatingIfNeeded: words.0)
        guard words.0 >> 8 & 0xFF == Self.mark, words.1 == Self.check(words.0),
            address >= 1, address <= ModbusLimits.addressMax
        else { return nil }
        self.init(address: address, sequence: UInt16(truncatingIfNeeded: words.0 >> 16))
    }

    /// The record that follows `older`, the newest so far.
    public init(address: UInt8, after older: AddressRecord?) {
        self.init(address: address, sequence: (older?.sequence ?? 0) &+ 1)
    }

    /// What to write: sequence, mark and address, then the check word of these.
    public var words: (UInt32, UInt32) {
        let first = UInt32(sequence) << 16 | Self.mark << 8 | UInt32(address)
        return (first, Self.check(first))
    }

    /// Whether the record was written after `other`.
    public func isNewer(than other: AddressRecord) -> Bool {
        let distance = sequence &- other.sequence
        return distance != 0 && distance < 0x8000
    }

    /// The place, 0 or 1, of the newest record; nil when neither holds one.
    public static func newest(_ first: AddressRecord?, _ second: AddressRecord?) -> Int? {
        guard let first else { return second == nil ? nil : 1 }
        guard let second else { return 0 }
        return second.isNewer(than: first) ? 1 : 0
    }

    private static func check(_ word: UInt32) -> UInt32 {
        var crc = ModbusCRC()
        for byte: UInt32 in 0..<4 { crc.update(UInt8(truncatingIfNeeded: word >> (8 * byte))) }
        return UInt32(~crc.value) << 16 | UInt32(crc.value)
    }
}
