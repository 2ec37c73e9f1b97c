// SPDX-License-Identifier: Apache-2.0

// A booted unit for the length of one test.

import EmulatedUnits
import Foundation
import Testing

extension FirmwareTests {
    /// The address of units in tests: five switches can say it, and every place of "-021" differs.
    static let address: UInt8 = 21

    /// The tests' own place for passing files.
    static func passingFile(_ name: String) -> String {
        FileManager.default.temporaryDirectory
            .appendingPathComponent("nobat-\(UInt32.random(in: 0...UInt32.max))-\(name)").path
    }

    /// Boots the built image of `board`, or the one at `image`, with address switches set, waits for its first dashes, and runs `body` on a
    /// thread of its own.
    static func withUnit(
        _ board: String = "l476rg", image: String? = nil, switches: UInt8 = address,
        at location: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (EmulatedUnit, inout BareMaster) throws -> Void
    ) async {
        await onThread(at: location) {
            let built = try image ?? FirmwareImage.built(board, in: root)
            let unit = try EmulatedUnit(image: built, switches: switches)
            defer { unit.stop() }
            try unit.waitForDashes(at: location)
            var master = BareMaster(unit, address: switches)
            try body(unit, &master)
        }
    }
}

extension EmulatedUnit {
    /// An emulated chip starts in a tenth of a second; on a busy machine it may take much longer.
    func waitForDashes(
        _ seconds: Double = 10, at location: SourceLocation = #_sourceLocation
    ) throws {
        try waitForText("----", seconds, at: location)
    }

    /// Waits until the pins show a text.
    func waitForText(
        _ wanted: String, _ seconds: Double = 5, at location: SourceLocation = #_sourceLocation
    ) throws {
        try check(
            wait(seconds) { $0.text == wanted },
            "the pins show \"\(wanted)\", not \"\(text)\" \(segments)", at: location)
    }
}
