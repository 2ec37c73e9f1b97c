// SPDX-License-Identifier: Apache-2.0

// Why a time zone of the configuration cannot be used.

/// Why a time zone cannot be used.
public enum ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such zone here.
    case unknown(name: String)
    /// Its file cannot be read.
    case unreadable(name: String, reason: String)

    /// What happened and what to do next.
    public var description: String {
        switch self {
        case .unknown(let name):
            "no time zone \"\(name)\" on this machine; write it as in the tz database, such as "
                + "Asia/Tehran, and see that the package tzdata is installed"
        case .unreadable(let name, let reason):
            "the file of time zone \"\(name)\" cannot be used: \(reason); reinstall tzdata"
        }
    }
}
