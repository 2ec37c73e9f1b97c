// SPDX-License-Identifier: Apache-2.0

// The secret that both ends of a link know: 32 random bytes under an identity. Its text never comes
// into a log by accident.

/// A key as both ends keep it.
///
/// The text form is one line, `IDENTITY:` and 64 hexadecimal digits: what stunnel calls a secret, and
/// what `openssl s_client -psk_identity IDENTITY -psk DIGITS` takes.
public struct LinkKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// How its owner calls itself in the handshake.
    public let identity: String
    /// The secret's bytes. Not to be printed, and to be compared with `==` of this type alone.
    public let secret: [UInt8]

    /// Bytes of a secret: as strong as the cipher that it opens.
    public static let secretBytes = 32

    /// A key of its parts; nil when the secret is not of `secretBytes`, or the identity is none.
    public init?(identity: String, secret: [UInt8]) {
        guard secret.count == Self.secretBytes,
            KeyHolder(identity: identity, role: .controller) != nil
        else { return nil }
        self.identity = identity
        self.secret = secret
    }

    /// A key from its text, without the end of the line.
    public init?(line: some StringProtocol) {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let digits = Array(parts[1].utf8)
        guard digits.count == Self.secretBytes * 2 else { return nil }
        var secret: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[place]), let low = Self.value(digits[place + 1])
            else { return nil }
            secret.append(high << 4 | low)
        }
        self.init(identity: String(parts[0]), secret: secret)
    }

    /// A new key.
    public init(
        of holder: KeyHolder, using random: inout some RandomNumberGenerator
    ) {
        identity = holder.identity
        secret = (0..<Self.secretBytes).map { _ in
            UInt8(truncatingIfNeeded: random.next() as UInt64)
        }
    }

    /// The text form: it holds the secret.
    public var line: String {
        let digits = Array("0123456789abcdef")
        return identity + ":"
            + String(secret.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Whether both are the same key. It takes the same time wherever they differ.
    public static func == (left: LinkKey, right: LinkKey) -> Bool {
        guard left.identity == right.identity else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left.secret, right.secret) { difference |= one ^ other }
        return difference == 0
    }

    /// The identity: never the secret.
    public var description: String { "the key \(identity)" }

    /// Nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: ["identity": identity]) }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }
}

extension LinkKey: Equatable {}
