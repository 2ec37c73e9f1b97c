// SPDX-License-Identifier: Apache-2.0

// Booth units on a serial line that is as slow as its baud rate, for measuring: a pseudo-terminal has
// no speed of its own, so the time of every byte passes here. Tells when each frame came and was heard.

import BoothUnit
import Foundation

/// `bench-units PATH BAUD ADDRESS…`; an address with a `-` before it is on the line and dead. Serves the
/// pseudo-terminal that PATH is a link to until its standard input ends, and prints for every frame
/// `ARRIVED HEARD DONE ADDRESS KIND REQUEST REPLY TEXT`: nanoseconds of the monotonic clock when the
/// frame's bytes came, when the unit had heard it and when the last byte of the reply was out;
/// whether it was a `show` or a `poll`; the bytes of both; and what the unit shows.
@main
enum BenchUnits {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        let addresses = words.dropFirst(2).compactMap { Int($0) }
        guard let path = words.first, let baud = words.dropFirst().first.flatMap({ Int($0) }),
            (300...1_000_000).contains(baud), !addresses.isEmpty,
            addresses.count == words.count - 2,
            addresses.allSatisfy({ (1...247).contains(abs($0)) })
        else {
            fail("usage: bench-units PATH BAUD ADDRESS…, an address as 3, or as -3 when dead", 64)
        }
        // Waits are to end when they were to, not up to 50 µs later.
        let slack = open("/proc/self/timerslack_ns", O_WRONLY)
        if slack >= 0 {
            _ = write(slack, "1", 1)
            close(slack)
        }
        do {
            let line = try PacedLine(
                path: path, baud: baud, units: addresses.filter { $0 > 0 }.map { UInt8($0) })
            print("ready")
            fflush(nil)
            line.serve()
            unlink(path)
        } catch {
            fail("bench-units: \(path): \(error)", 1)
        }
    }

    private static func fail(_ sentence: String, _ code: Int32) -> Never {
        FileHandle.standardError.write(Data((sentence + "\n").utf8))
        exit(code)
    }
}
