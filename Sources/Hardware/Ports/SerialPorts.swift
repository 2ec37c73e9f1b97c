// SPDX-License-Identifier: Apache-2.0

// Makes the right kind of port for an address, so that no one else needs to know the kinds.

/// The one factory of serial ports.
public enum SerialPorts {
    /// A port that is not open yet: `/dev/…` through libserialport (through termios where that
    /// does not know the device, such as a pseudo-terminal), `tcp://` to a device server, `pty:`
    /// through termios. Throws only when the process is out of descriptors.
    public static func make(_ settings: PortSettings) throws(PortError) -> any SerialPort {
        switch settings.address {
        case .device(let path): try LibSerialPort(path: path, settings: settings)
        case .pty(let path): try TermiosPort(path: path, settings: settings)
        case .tcp(let host, let port): try TCPPort(host: host, port: port)
        }
    }
}
