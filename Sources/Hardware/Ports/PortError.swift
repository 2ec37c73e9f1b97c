// SPDX-License-Identifier: Apache-2.0

// What can go wrong with a serial port: five cases, each with what the technician does next.

/// A fault of a serial port; `port` is its address as the configuration gives it.
public enum PortError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such device, host or listener.
    case notFound(port: String)
    /// Another program holds it.
    case inUse(port: String)
    /// It may not be opened.
    case permission(port: String)
    /// It was open and is gone, or it is not open. Opening it again finds it when it is back.
    case disconnected(port: String)
    /// Anything else, with the operation that failed and the system's reason.
    case failed(port: String, operation: String, reason: String)

    /// One sentence: what happened, where, and what to do next.
    public var description: String {
        switch self {
        case .notFound(let port) where port.hasPrefix("tcp://"):
            "nothing answers at \(port); check the device server's power, its address and its "
                + "port number"
        case .notFound(let port) where !port.hasPrefix("/dev/"):
            "nothing stands at \(port); start the software units there, or name an adapter under "
                + "/dev/serial/by-id"
        case .notFound(let port):
            "no serial port \(port); plug the adapter in, or take the name from "
                + "/dev/serial/by-id, which stays the same"
        case .inUse(let port):
            "serial port \(port) is in use by another program; find it with: fuser -v \(port)"
        case .permission(let port):
            "no permission to open serial port \(port); add the user to the group that owns it "
                + "(often dialout)"
        case .disconnected(let port):
            "serial port \(port) is disconnected; check cable and power, it is opened again when "
                + "it is back"
        case .failed(let port, let operation, let reason):
            "serial port \(port): \(operation) failed: \(reason)"
        }
    }
}
