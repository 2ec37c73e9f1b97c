// SPDX-License-Identifier: Apache-2.0

/// What a patient who has booked brings along: ten digits, the first not 0, the last a check digit
/// (Damm's, which notices every wrong digit and every two neighbours that changed places). The nine
/// before it are random, so that a code tells nothing and can't be guessed from another one.
public struct TrackingCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The ten digits as a number.
    public let value: UInt64

    /// Digits of a code.
    public static let length = 10

    private static let values: ClosedRange<UInt64> = 1_000_000_000...9_999_999_999

    /// A code from its ten digits as a number, or nil when they are not ten. Whether the check digit
    /// goes with the others is said by ``isSound``.
    public init?(value: UInt64) {
        guard Self.values.contains(value) else { return nil }
        self.value = value
    }

    /// A sound code from random bits; 32 of them will do: of the 900 million bodies none is then more
    /// than a quarter likelier than another.
    public init(random: UInt64) {
        let body = 100_000_000 + random % 900_000_000
        value = body * 10 + UInt64(Self.interim(body))
    }

    /// A code from its ten Latin digits and nothing else, or nil.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard bytes.count == Self.length, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        self.init(value: bytes.reduce(0) { $0 * 10 + UInt64($1 - 0x30) })
    }

    /// A code as people type it: Latin, Persian or Arabic digits, with spaces and dashes among them.
    public init?(typed text: some StringProtocol) {
        guard let digits = Digits.latin(text, skipping: " -\u{200C}\u{200F}\u{2013}") else {
            return nil
        }
        self.init(digits)
    }

    /// Whether the check digit goes with the other nine.
    public var isSound: Bool { Self.interim(value) == 0 }

    /// The ten digits.
    public var description: String { String(value) }

    /// The last four digits, for logs: enough to tell codes apart, too little to use one.
    public var masked: String { "…\(String(value).suffix(4))" }

    /// By their digits.
    public static func < (left: TrackingCode, right: TrackingCode) -> Bool {
        left.value < right.value
    }

    /// H. M. Damm, "Total anti-symmetrische Quasigruppen" (2004): the quasigroup of order ten.
    private static let quasigroup: [[UInt8]] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ]

    /// The check digit of a number; 0 when the number ends with its check digit.
    static func interim(_ number: UInt64) -> UInt8 {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        var interim: UInt8 = 0
        while divisor > 0 {
            interim = quasigroup[Int(interim)][Int(number / divisor % 10)]
            divisor /= 10
        }
        return interim
    }
}

extension TrackingCode: RowKey {
    /// The digits.
    public var hint: UInt64 { value }
}
