// SPDX-License-Identifier: Apache-2.0

// The name of a controller, a hall or a service. It is packed into sixteen bytes, so that the core
// copies and compares names as cheaply as numbers.

/// One to sixteen characters of `a`–`z`, `0`–`9` and `-`, beginning with a letter or a digit.
public struct Name: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// The longest name, in characters.
    public static let lengthMax = 16

    /// A name from its text, or nil when the text breaks the rule above.
    public init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            let letterOrDigit = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
            guard letterOrDigit || (byte == 0x2D && count > 0), count < Self.lengthMax else {
                return nil
            }
            if count < 8 {
                high |= UInt64(byte) << UInt64(56 - 8 * count)
            } else {
                low |= UInt64(byte) << UInt64(56 - 8 * (count - 8))
            }
            count += 1
        }
        guard count > 0 else { return nil }
        self.high = high
        self.low = low
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The name that the central issues its own tickets under; no controller may bear it.
    public static let central = Name(high: 0x6365_6E74_7261_6C00, low: 0)

    /// The text of the name.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.lengthMax)
        for word in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(shift))
                if byte != 0 { bytes.append(byte) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The two halves in one word; two names in use hardly ever share it.
    public var hint: UInt64 { high ^ low &* 0xFF51_AFD7_ED55_8CCD }

    /// Alphabetical order.
    public static func < (left: Name, right: Name) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
