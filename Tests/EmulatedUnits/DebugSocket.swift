// SPDX-License-Identifier: Apache-2.0

// QEMU's debugger socket (the remote protocol of GDB): how a test makes the processor stumble without
// any back door in the image.

import Foundation

/// A debugger that can do one thing: let the processor go on somewhere else.
struct DebugSocket {
    private let socket: LocalSocket

    init(path: String) throws(EmulatorError) { socket = try LocalSocket(path: path) }

    /// The number of the program counter among a Cortex-M's registers.
    private static let programCounter = "f"

    /// Lets the processor go on at another address.
    func goOn(at address: UInt32) throws(EmulatorError) {
        _ = try ask("?")
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: address >> (8 * $0)) }
        guard try ask("P\(Self.programCounter)=\(hex(bytes))") == "OK" else {
            throw EmulatorError("the debugger does not set the program counter")
        }
        guard try ask("D") == "OK" else { throw EmulatorError("the debugger does not let go") }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private func ask(_ text: String) throws(EmulatorError) -> String {
        let sum = text.utf8.reduce(0 as UInt8) { $0 &+ $1 }
        socket.send(Array("$\(text)#\(hex([sum]))".utf8))
        var bytes: [UInt8] = []
        let end = Date().addingTimeInterval(EmulatedUnitLimits.answerSecondsMax)
        while Date() < end {
            guard socket.receive(into: &bytes, seconds: 1) else { break }
            guard let start = bytes.firstIndex(of: 0x24),
                let stop = bytes[start...].firstIndex(of: 0x23), bytes.count >= stop + 3
            else { continue }
            socket.send([0x2B])
            return String(decoding: bytes[(start + 1)..<stop], as: UTF8.self)
        }
        throw EmulatorError("the debugger does not answer \(text)")
    }
}
