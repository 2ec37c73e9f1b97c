// SPDX-License-Identifier: Apache-2.0

// The one place where a call of the kernel is made again after a signal, and where an errno that
// only an own bug can cause ends the program.

import CSerialPort
import Glibc
import QueueCore

/// An error number of the kernel.
struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number, as in errno.h.
    let code: Int32

    init(_ code: Int32) { self.code = code }

    /// The C library's text for it.
    var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }
}

/// Calls of the kernel.
enum Posix {
    /// Makes a call until no signal interrupts it. `body` answers -1 and errno on failure; EBADF,
    /// EFAULT and ENOTSOCK can only come from a bug here, and trap.
    static func call<Result: SignedInteger>(_ body: () -> Result) throws(Errno) -> Result {
        while true {
            let result = body()
            if result != -1 { return result }
            let code = errno
            if code == EINTR { continue }
            precondition(
                code != EBADF && code != EFAULT && code != ENOTSOCK, "bad descriptor or address")
            throw Errno(code)
        }
    }

    /// The kernel's monotonic clock, which also stamps GPIO edges.
    static func now() -> Moment {
        let time = nobat_monotonic_us()
        precondition(time >= 0, "Linux always has a monotonic clock")
        return Moment(microseconds: time)
    }

    /// Waits until a descriptor of `set` is ready or the deadline is there; a deadline in the past
    /// only looks. True when one is ready.
    static func poll(_ set: inout [pollfd], until deadline: Moment) throws(Errno) -> Bool {
        let count = try call {
            let (left, over) = (deadline - now()).microseconds.multipliedReportingOverflow(
                by: 1_000)
            return nobat_poll(&set, UInt32(set.count), over ? Int64.max : left)
        }
        return count > 0
    }

    /// Closes a descriptor. Never made again after a signal: Linux has closed it by then.
    static func close(_ number: Int32) {
        let result = Glibc.close(number)
        precondition(result == 0 || errno != EBADF, "a descriptor is closed once")
    }

    /// Another number for the same open file, which never waits and no other program inherits.
    static func duplicate(_ number: Int32) throws(Errno) -> Descriptor {
        let other = Descriptor(try call { fcntl(number, F_DUPFD_CLOEXEC, 0) })
        let copy = other.number
        let flags = try call { fcntl(copy, F_GETFL) }
        _ = try call { fcntl(copy, F_SETFL, flags | O_NONBLOCK) }
        return other
    }
}
