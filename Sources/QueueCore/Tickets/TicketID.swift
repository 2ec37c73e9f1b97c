// SPDX-License-Identifier: Apache-2.0

/// A random mark that tells one life of a log, or one run of a program, from another. Never zero.
public struct Epoch: Hashable, Sendable, CustomStringConvertible {
    /// The mark itself.
    public let mark: UInt32

    /// An epoch from its mark, or nil for zero.
    public init?(mark: UInt32) {
        guard mark != 0 else { return nil }
        self.mark = mark
    }

    /// An epoch from a random value; the one value in four milliards that is zero becomes one.
    public init(random: UInt32) { mark = max(random, 1) }

    /// An epoch from one to eight lower-case hexadecimal digits, or nil.
    public init?(_ text: some StringProtocol) {
        guard let mark = UInt32(text, radix: 16) else { return nil }
        self.init(mark: mark)
        guard description == text else { return nil }
    }

    /// Lower-case hexadecimal, without leading zeros.
    public var description: String { String(mark, radix: 16) }
}

/// Who a ticket is, for ever: who issued it, in which run of that program, and as the how-manieth.
/// Numbers come again each service day; identities never do.
public struct TicketID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The controller that issued the ticket, or ``Name/central``.
    public let issuer: Name
    /// The run of the issuing program.
    public let run: Epoch
    /// The count of tickets in that run, from 1.
    public let serial: UInt32

    /// An identity from its parts.
    public init(issuer: Name, run: Epoch, serial: UInt32) {
        self.issuer = issuer
        self.run = run
        self.serial = serial
    }

    /// An identity from `issuer.run.serial`, or nil.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let issuer = Name(parts[0]), let run = Epoch(parts[1]),
            let serial = UInt32(parts[2]), String(serial) == parts[2]
        else { return nil }
        self.init(issuer: issuer, run: run, serial: serial)
    }

    /// `issuer.run.serial`, the run in hexadecimal.
    public var description: String { "\(issuer).\(run).\(serial)" }

    /// An order that means nothing but is the same everywhere; it breaks ties of rank.
    public static func < (left: TicketID, right: TicketID) -> Bool {
        if left.issuer != right.issuer { return left.issuer < right.issuer }
        if left.run != right.run { return left.run.mark < right.run.mark }
        return left.serial < right.serial
    }

    /// Hashes the distinguishing parts only; equality still compares all of them.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(run.mark) << 32 | UInt64(serial))
    }
}
