// SPDX-License-Identifier: Apache-2.0

// Where a serial port is and how it speaks: `/dev/ttyUSB0`, 9600 baud, 8N1.

/// Everything that opening a port needs.
public struct PortSettings: Hashable, Sendable {
    /// Where it is.
    public let address: PortAddress
    /// Bits a second on the wire. Without meaning over TCP and on a pseudo-terminal.
    public let baud: Int
    /// How bytes stand on the wire. Without meaning over TCP and on a pseudo-terminal.
    public let format: SerialFormat
    /// Whether the port's driver is asked to switch an RS-485 transceiver.
    public let isRS485: Bool

    /// Settings from an address in text.
    public init(
        address: String, baud: Int = 9_600, format: SerialFormat = .eightNoneOne,
        isRS485: Bool = false
    ) throws(PortSettingsError) {
        guard (HardwareLimits.baudMin...HardwareLimits.baudMax).contains(baud) else {
            throw .baud(baud)
        }
        self.address = try PortAddress(address)
        self.baud = baud
        self.format = format
        self.isRS485 = isRS485
    }
}
