// SPDX-License-Identifier: Apache-2.0

// How the demo learns that it shall end: a signal only sets a flag, and whoever waits looks at it, so
// that every process that was started is stopped in order and the terminal is put back.

import Foundation
import Synchronization

/// The demo was told to stop.
struct Stopped: Error {}

/// The signals that end the demo.
enum StopSignals {
    private static let caught = Atomic<Int32>(0)

    /// From now on the signals set the flag. A closed pipe is no signal but a failed write.
    static func catchAll() {
        caught.store(0, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            _ = signal(number) { StopSignals.caught.store($0, ordering: .relaxed) }
        }
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// The signal that was caught; nil when there was none.
    static var number: Int32? {
        let number = caught.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Ends the demo as if a signal had come: nobody reads what it writes.
    static func raise(_ number: Int32) { caught.store(number, ordering: .relaxed) }

    /// Goes on, or throws when the demo shall end.
    static func check() throws {
        if number != nil { throw Stopped() }
    }
}

/// Standard output, written at once.
enum Output {
    /// Writes a text; when nobody reads any more, the demo ends.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                usleep(5_000)
                continue
            }
            guard count > 0 else { return StopSignals.raise(SIGPIPE) }
            sent += count
        }
    }
}
