// SPDX-License-Identifier: Apache-2.0

/// Why numbers of a series will never be given out.
public enum GapReason: Hashable, Sendable, CustomStringConvertible {
    /// Their controller was fenced.
    case fenced(Name)
    /// Their controller lost its memory of them.
    case forgotten(Name)
    /// The central came back from an older copy of its database.
    case olderCopy
    /// They were in use when the series came round.
    case inUse
    /// Nobody had said when their day ended that they were issued.
    case dayEnded
    /// The controller was told that they are given out: marks of a large hall run ahead.
    case announced(Name)
    /// Their slips could not be printed there.
    case notPrinted(Name)

    private static let fencedText = " was fenced"
    private static let notPrintedText = " could not print the slip"
    private static let announcedText = " was told that they are given out"
    private static let forgottenText = " lost its memory of them"

    /// In words, as in the history.
    public var description: String {
        switch self {
        case .fenced(let name): "\(name)\(Self.fencedText)"
        case .forgotten(let name): "\(name)\(Self.forgottenText)"
        case .announced(let name): "\(name)\(Self.announcedText)"
        case .olderCopy: "the central came back from an older copy"
        case .inUse: "in use when the series came round"
        case .notPrinted(let name): "\(name)\(Self.notPrintedText)"
        case .dayEnded: "not known to be issued when their day ended"
        }
    }

    /// Reads ``description``; nil for other words.
    public init?(_ text: some StringProtocol) {
        for reason in [Self.olderCopy, .inUse, .dayEnded] where reason.description == text {
            self = reason
            return
        }
        let name = text.split(separator: " ", maxSplits: 1).first.flatMap { Name($0) }
        guard let name else { return nil }
        for reason in [Self.fenced(name), .forgotten(name), .announced(name), .notPrinted(name)]
        where reason.description == text {
            self = reason
            return
        }
        return nil
    }
}
