// SPDX-License-Identifier: Apache-2.0

// Booth units in software for the browser's tests: a bus behind a pseudo-terminal, told by lines on
// standard input what to do, so that a test in Python can look at what a unit lights.

import Foundation
import SoftwareHall

@main
enum PageUnits {
    /// `pages-units PATH ADDRESS…`; then lines: `lit 3`, `off 3`, `on 3`.
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let path = arguments.first else {
            FileHandle.standardError.write(Data("usage: pages-units PATH ADDRESS…\n".utf8))
            exit(64)
        }
        let bus = try SoftwareBus(
            path: path, addresses: arguments.dropFirst().compactMap { UInt8($0) })
        print("ready")
        fflush(nil)
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let address = UInt8(words[1]) else { continue }
            switch words[0] {
            case "lit": print(bus.lit(address))
            case "off": bus.power(address, false)
            case "on": bus.power(address, true)
            default: print("?")
            }
            fflush(nil)
        }
        bus.stop()
    }
}
