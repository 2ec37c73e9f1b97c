// SPDX-License-Identifier: Apache-2.0

/// The mobile number of a patient who has booked: kept by the central, to tell the patient when a
/// doctor is away. Printing one shows three digits of it only, so that none ever gets into a log, an
/// event or an error; whoever is to call the patient must ask for ``digits``.
public struct MobileNumber: Hashable, Sendable {
    private let value: UInt64

    /// Digits of a number as it is dialled in Iran: 09 and nine more.
    public static let length = 11

    /// A number from its eleven Latin digits, `09…`, or nil.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard bytes.count == Self.length, text.hasPrefix("09"),
            bytes.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        value = bytes.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    }

    /// A number as people type it: Latin, Persian or Arabic digits, with spaces and dashes among them,
    /// `09…`, `9…`, `+989…` or `00989…`.
    public init?(typed text: some StringProtocol) {
        guard let digits = Digits.latin(text, skipping: " -+\u{200C}\u{200E}\u{200F}\u{2013}")
        else { return nil }
        for prefix in ["0098", "98"] where digits.count == prefix.count + 10 {
            if digits.hasPrefix(prefix + "9") {
                self.init("0" + digits.dropFirst(prefix.count))
                return
            }
        }
        self.init(digits.count == 10 && digits.hasPrefix("9") ? "0" + digits : digits)
    }

    /// The eleven digits, for whoever is to call the patient.
    public var digits: String { "0" + String(value) }
}

extension MobileNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// All but the last three digits hidden.
    public var description: String { "…\(digits.suffix(3))" }

    /// The same: a debugger's line ends up in logs too.
    public var debugDescription: String { description }

    /// Nothing to see inside.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
