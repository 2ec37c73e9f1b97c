// SPDX-License-Identifier: Apache-2.0

// The running image against Firmware/RegisterMap.md, which is all that a stranger has.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    /// A row of the page's tables.
    struct DocumentedRegister: Sendable {
        var address: UInt16
        var name: String
        var isReadable: Bool
        var isWritable: Bool
        var range: ClosedRange<UInt16>?
        var initial: UInt16?

        /// Every register of the page, by address.
        static func page() throws -> [DocumentedRegister] {
            let text = try String(
                contentsOfFile: root + "/Firmware/RegisterMap.md", encoding: .utf8)
            return text.split(separator: "\n").compactMap { line in
                guard line.hasPrefix("| 0x") else { return nil }
                let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                guard cells.count > 6, let address = UInt16(cells[1].dropFirst(2), radix: 16)
                else { return nil }
                return DocumentedRegister(
                    address: address, name: cells[2].filter { $0 != "`" },
                    isReadable: cells[3].contains("R"), isWritable: cells[3].contains("W"),
                    range: range(cells[4]), initial: initial(cells[6]))
            }
        }

        private static func range(_ text: String) -> ClosedRange<UInt16>? {
            let ends = text.split(separator: "–").compactMap { UInt16($0) }
            return ends.count == 2 ? ends[0]...ends[1] : nil
        }

        private static func initial(_ text: String) -> UInt16? {
            text == "`--`" ? 0x2D2D : UInt16(text)
        }
    }

    @Suite struct MapTests {
        /// Those that the page itself gives an effect beyond their value.
        static let acting: Set<String> = ["unitAddress", "flashKey", "restart"]

        @Test func everyAddress_IsWhatThePageSays() async {
            await FirmwareTests.withUnit { _, master in
                let page = try DocumentedRegister.page()
                try check(page.count > 40, "\(page.count) registers on the page")
                let known = Dictionary(uniqueKeysWithValues: page.map { ($0.address, $0) })
                for address in Array(0...0x60) + [0x100, 0x1000, 0x8000, 0xFFFF] as [UInt16] {
                    let read = try master.exception([3] + BareMaster.words([address, 1]))
                    try check(read, is: known[address] == nil ? 2 : nil, "reading \(address)")
                    if known[address]?.isWritable != true {
                        let written = try master.exception([6] + BareMaster.words([address, 1]))
                        try check(written, is: 2, "writing \(address)")
                    }
                }
                for register in page {
                    guard let initial = register.initial, register.name != "unitAddress" else {
                        continue
                    }
                    try check(
                        try master.read(register.address)[0], is: initial,
                        "\(register.name) at reset")
                }
            }
        }

        @Test func everyRange_IsWhatThePageSays() async {
            await FirmwareTests.withUnit { _, master in
                for register in try DocumentedRegister.page()
                where register.isWritable && !Self.acting.contains(register.name) {
                    guard let range = register.range else { continue }
                    let (first, last) = (range.lowerBound, range.upperBound)
                    for value in Set([first, last, first / 2 + last / 2]) {
                        try master.write(value, to: register.address)
                        // What runs down is not above what was written.
                        let read = try master.read(register.address)[0]
                        let runsDown = ["lampTest", "blinks", "beeps"].contains(register.name)
                        try check(
                            runsDown ? read <= value : read == value,
                            "\(register.name) reads \(read) after \(value)")
                    }
                    for value in [Int(first) - 1, Int(last) + 1] where 0...0xFFFF ~= value {
                        try check(
                            try master.exception(
                                [6] + BareMaster.words([register.address, UInt16(value)])),
                            is: 3, "\(register.name) takes \(value)")
                    }
                    // Back to what it was, for the next one's sake.
                    try master.write(register.initial ?? first, to: register.address)
                }
            }
        }

        /// A whole block at once, as masters read it.
        @Test func blocks_AreReadWhole() async {
            await FirmwareTests.withUnit { _, master in
                try check(try master.read(0x00, 12).count, is: 12, "identity")
                try check(try master.read(0x10, 12).count, is: 12, "settings")
                let state = try master.read(0x40, 20)
                try check(Array(state[1...2]), is: BareMaster.text("----"), "what stands")
                try check(state[8...14].allSatisfy { $0 < 1_000 }, "counters: \(state)")
            }
        }

        /// The tick is a millisecond: the unit's seconds are not faster than this machine's.
        @Test func uptime_IsSeconds() async {
            await FirmwareTests.withUnit { _, master in
                let (start, first) = (UnitPins.now(), try master.read(0x46, 2)[1])
                usleep(3_000_000)
                let passed = Int(try master.read(0x46, 2)[1]) - Int(first)
                let real = UnitPins.now() - start
                try check(Double(passed) <= real + 1.1, "\(passed) s in \(real) s")
                try check(Double(passed) >= real / 3, "\(passed) s in \(real) s")
            }
        }

        /// After the longest requests, a fault's worth of everything at once: stack is left.
        @Test func stack_HasRoomLeftAfterTheWorst() async {
            await FirmwareTests.withUnit { unit, master in
                let words = [UInt16](repeating: 0x2020, count: 2)
                for round in 0..<20 as Range<UInt16> {
                    _ = try master.show("A042", tag: round + 1, blinks: 255, beeps: 20)
                    try master.write(words, from: 0x11)
                    _ = try master.read(0x40, 20)
                    _ = try master.exception([23] + BareMaster.words([0x40, 20, 0x10, 2, 3]))
                    let many = [UInt8](repeating: 0x55, count: 240)
                    _ = try master.ask([8, 0, 0] + many)
                    master.send([UInt8](repeating: 0xAA, count: 300))
                    usleep(50_000)
                    try master.write(1, to: 0x06)
                    try master.write(0, to: 0x06)
                    try master.write(1, to: 0x19)
                }
                usleep(1_200_000)
                let free = try master.read(0x50)[0]
                print("stack: \(free) bytes were never used")
                // Eight frames of interrupts, of which two can stand at once.
                try check(free >= 256 && free < 16_384, "\(free) bytes of stack are left")
            }
        }
    }
}
