// SPDX-License-Identifier: Apache-2.0

/// An expected wait as people are told it: in steps that do not promise more than an estimate can keep.
public enum RoundedWait: Hashable, Sendable {
    /// In steps of five, up to an hour.
    case minutes(Int)
    /// From an hour on, in whole ones.
    case hours(Int)

    private static let step = 5

    /// A wait in seconds, rounded up while it is told in minutes; nil for one of less than a minute.
    public init?(seconds: UInt32) {
        guard seconds >= 60 else { return nil }
        let minutes = (Int(seconds) + 59) / 60
        let rounded = (minutes + Self.step - 1) / Self.step * Self.step
        self = rounded < 60 ? .minutes(rounded) : .hours((minutes + 30) / 60)
    }
}
