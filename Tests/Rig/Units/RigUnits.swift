// SPDX-License-Identifier: Apache-2.0

// The displays at the far end of the rig's UARTs: emulated units, whose pins are decoded, or the
// units' code in software, on a line that is as slow as its baud rate. Prints one line for each
// change of what a booth's patients can read, and obeys commands on its standard input.

import ArgumentParser
import EmulatedUnits
import Foundation

@main
struct RigUnits: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rig-units",
        abstract: "Booth units on the host's side of a virtual machine's serial port.",
        discussion: """
            Prints "SECONDS ADDRESS TEXT" for each change, in seconds of the monotonic clock. Commands: \
            "first N" (of what the master says next, units hear N bytes and then nothing), "whole" \
            (they hear everything again), "deaf" (they hear nothing).
            """)

    @Option(name: .long, help: "The socket of the machine's port.") var socket: String
    @Option(name: .long, help: "Bits a second; 8N1.") var baud = 9_600
    @Option(name: .long, help: "The image of the emulated units.") var image: String?
    @Option(name: .long, help: "Addresses of emulated units, as 1,2.") var emulated = ""
    @Option(name: .long, help: "Addresses of software units, as 3,4.") var software = ""

    func run() throws {
        let voice = Voice()
        var units: [any RigUnit] = []
        for address in try Self.addresses(software) {
            units.append(SoftwareBooth(address: address, voice: voice))
        }
        for address in try Self.addresses(emulated) {
            guard let image else { throw ValidationError("emulated units need --image") }
            units.append(try EmulatedBooth(image: image, address: address, voice: voice))
        }
        guard !units.isEmpty else { throw ValidationError("name a unit") }
        let line = try Line(path: socket, baud: baud, units: units, voice: voice)
        let commands = Thread {
            while let text = readLine() { line.obey(text) }
            // Whoever started this has gone.
            Glibc.exit(EXIT_SUCCESS)
        }
        commands.start()
        voice.say("ready")
        line.run()
    }

    private static func addresses(_ text: String) throws -> [UInt8] {
        try text.split(separator: ",").map { word in
            guard let address = UInt8(word), (1...247).contains(address) else {
                throw ValidationError("an address is a number from 1 to 247, not '\(word)'")
            }
            return address
        }
    }
}

/// A unit on the line.
protocol RigUnit: Sendable {
    /// Hears bytes that silence follows.
    func hear(_ bytes: [UInt8])
    /// Something to wait for beside the line's own socket; nil for a unit that answers at once.
    var descriptor: Int32? { get }
    /// What it says, after `ticks` milliseconds; appended.
    func answer(into bytes: inout [UInt8], ticks: Int)
}

/// Lines on the standard output, from several threads.
final class Voice: Sendable {
    private let lock = NSLock()

    /// Prints a line at once.
    func say(_ text: String) {
        lock.withLock { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    }

    /// Tells what a booth shows from a moment on.
    func show(_ address: UInt8, _ text: String, at seconds: Double) {
        say(String(format: "%.6f %d ", seconds, Int(address)) + text)
    }
}
