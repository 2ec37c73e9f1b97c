// SPDX-License-Identifier: Apache-2.0

// What ends a blocking wait from another thread: a reader polls it beside its port or its lines.

import CSerialPort
import Glibc

/// A counter of the kernel (eventfd) that one thread polls and any other raises.
final class WakeUp: Sendable {
    /// The number to poll for reading.
    let number: Int32

    init() throws(Errno) {
        number = try Posix.call { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
    }

    deinit { Posix.close(number) }

    /// Ends the present wait, or else the next one.
    func raise() {
        var one: UInt64 = 1
        _ = try? Posix.call { write(number, &one, 8) }
    }

    /// Takes what was raised; false when nothing was.
    func take() -> Bool {
        var count: UInt64 = 0
        return (try? Posix.call { read(number, &count, 8) }) == 8
    }
}
