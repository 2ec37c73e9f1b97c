// SPDX-License-Identifier: Apache-2.0

// Masters that others have written, with the page as their only knowledge of the unit: mbpoll, which
// is libmodbus, over a terminal, and pymodbus over a device server's port.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    @Suite struct MasterTests {
        /// Runs a program to its end; its status and all that it said. QEMU is as slow as the machine
        /// is busy, so a master that got no answer is run again, as a technician would.
        private static func run(
            _ arguments: [String], environment: [String: String] = [:], tries: Int = 5
        ) throws -> String {
            var said = ""
            for _ in 0..<tries {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                process.arguments = arguments
                process.environment = ProcessInfo.processInfo.environment.merging(environment) {
                    $1
                }
                let output = Pipe()
                process.standardOutput = output
                process.standardError = output
                process.standardInput = FileHandle.nullDevice
                try process.run()
                said = String(
                    decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                if process.terminationStatus == 0 { return said }
                try check(process.terminationStatus != 127, "\(arguments[0]) is needed: \(said)")
                usleep(100_000)
            }
            throw Failure(text: "\(arguments): \(said)", location: #_sourceLocation)
        }

        /// What mbpoll prints of each register: `[64]:   42`, a second form in brackets aside.
        private static func values(_ text: String) -> [Int: UInt16] {
            var found: [Int: UInt16] = [:]
            for line in text.split(separator: "\n") where line.hasPrefix("[") {
                let parts = line.dropFirst().split(
                    whereSeparator: { "]: \t()".contains($0) }
                ).map(String.init)
                if parts.count >= 2, let register = Int(parts[0]) {
                    found[register] = UInt16(parts[1])
                }
            }
            return found
        }

        @Test func mbpoll_ReadsAndWritesByThePage() async {
            await FirmwareTests.withUnit { unit, master in
                try master.write(6_000, to: 0x17)
                let bus = try EmulatedBus([unit])
                defer { bus.stop() }
                func mbpoll(_ more: String...) throws -> [Int: UInt16] {
                    let common = [
                        "mbpoll", "-m", "rtu", "-a", "21", "-b", "9600", "-P", "none", "-t", "4",
                        "-0", "-1", "-o", "1",
                    ]
                    let (options, written) = (
                        more.prefix { $0 != "=" }, more.drop { $0 != "=" }.dropFirst()
                    )
                    return Self.values(
                        try Self.run(common + options + [bus.address] + written))
                }
                let identity = try mbpoll("-r", "0", "-c", "12")
                try check(identity[0], is: 0x4E42, "the signature")
                try check(identity[1], is: 2, "the board")
                try check(identity[5], is: 21, "the address")
                try check(identity[7], is: 2, "its source")
                for (tag, text) in [(1, "A042"), (2, "U9-L"), (3, "    "), (4, "B8O0")] {
                    let words = BareMaster.text(text).map(String.init)
                    _ = try mbpoll("-r", "16", "=", "\(tag)", words[0], words[1], "0")
                    try unit.waitForText(text)
                    let shown = try mbpoll("-r", "64", "-c", "3")
                    try check(
                        [shown[64], shown[65], shown[66]],
                        is: [UInt16(tag)] + BareMaster.text(text), "what it reads of \(text)")
                }
                _ = try mbpoll("-r", "24", "=", "11")
                try check(unit.wait(5) { $0.display.intensity == 11 }, "the intensity")
                _ = try mbpoll("-r", "25", "=", "5")
                try check(unit.wait(5) { $0.segments == [255, 255, 255, 255] }, "the lamp test")
                try unit.waitForText("B8O0")
                try check(unit.pins.display.malformed, is: 0, "malformed words")
            }
        }

        @Test func pymodbus_ReadsAndWritesByThePage() async {
            await FirmwareTests.withUnit { unit, _ in
                let bus = try EmulatedBus.server([unit])
                defer { bus.stop() }
                let port = bus.address.split(separator: ":").last.map(String.init) ?? ""
                let script =
                    FirmwareTests.root + "/Tests/FirmwareTests/Masters/pymodbus_master.py"
                let library =
                    ProcessInfo.processInfo.environment["NOBAT_PYMODBUS"]
                    ?? FirmwareTests.root + "/.build/pymodbus"
                try check(
                    FileManager.default.fileExists(atPath: library + "/pymodbus"),
                    "pymodbus is needed in \(library); make emulated installs it")
                let text = "C57-"
                let said = try Self.run(
                    ["python3", script, "127.0.0.1", port, "21", text],
                    environment: ["PYTHONPATH": library, "PYTHONDONTWRITEBYTECODE": "1"], tries: 3)
                struct Found: Decodable {
                    var identity: [UInt16]
                    var readBack: [UInt16]
                    var settings: [UInt16]
                    var loopback: [UInt16]
                }
                let found = try JSONDecoder().decode(Found.self, from: Data(said.utf8))
                try unit.waitForText(text)
                try check(
                    Array(found.readBack.prefix(3)), is: [42] + BareMaster.text(text), "read back")
                try check(Array(found.identity.prefix(2)), is: [0x4E42, 2], "the identity")
                try check(found.settings[8], is: 3, "the brightness")
                try check(unit.pins.display.intensity, is: 3, "the intensity at the pins")
                try check(found.settings[7], is: 6_000, "the dead-man time")
                // It stands on: the page's dead-man time was taken.
                usleep(500_000)
                try check(unit.text, is: text, "what stands")
                try check(
                    unit.pins.wholeTexts(lasting: 0.01).contains("H300"), "the show before it")
            }
        }
    }
}
