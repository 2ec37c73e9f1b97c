// SPDX-License-Identifier: Apache-2.0

// What the kernel's error numbers mean for a serial port.

import Glibc

extension Errno {
    /// Whether a device or connection that was open has gone.
    var isDisconnection: Bool {
        switch code {
        case EIO, ENXIO, ENODEV, EPIPE, ECONNRESET, ECONNABORTED, ENOTCONN, ETIMEDOUT,
            EHOSTUNREACH, ENETUNREACH, ENETDOWN, ENETRESET:
            true
        default: false
        }
    }
}

extension PortError {
    /// The fault that an errno of opening means.
    static func opening(_ reason: Errno, port: String, operation: String = "open") -> PortError {
        switch reason.code {
        case ENOENT, ENOTDIR, ELOOP, ENXIO, ENODEV, ECONNREFUSED, EHOSTUNREACH, ENETUNREACH,
            ETIMEDOUT:
            .notFound(port: port)
        case EBUSY, EAGAIN: .inUse(port: port)
        case EACCES, EPERM: .permission(port: port)
        default: .failed(port: port, operation: operation, reason: reason.description)
        }
    }
}
