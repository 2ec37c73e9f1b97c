// SPDX-License-Identifier: Apache-2.0

// What is wrong with a port's settings, for the line of the configuration that holds them.

/// Why a port's settings cannot be used: what was written, and what would be right.
public enum PortSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address is of no known kind.
    case address(text: String, reason: String)
    /// The frame format is of no known kind.
    case format(text: String)
    /// The baud rate is out of bounds.
    case baud(Int)

    /// What is wrong and what to write instead.
    public var description: String {
        switch self {
        case .address(let text, let reason):
            "port address \"\(text)\": \(reason); write /dev/…, tcp://HOST:PORT or pty:/PATH"
        case .format(let text):
            "frame format \"\(text)\": write data bits 5 to 8, parity N, E or O, and stop bits "
                + "1 or 2, such as 8N1"
        case .baud(let rate):
            "baud rate \(rate): write \(HardwareLimits.baudMin) to \(HardwareLimits.baudMax), "
                + "such as 9600"
        }
    }
}
