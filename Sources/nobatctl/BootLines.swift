// SPDX-License-Identifier: Apache-2.0

// The two GPIO lines of a flashing header: BOOT0 chooses the ROM's boot loader, NRST restarts the chip.

import Foundation
import Hardware

/// BOOT0 and NRST of a unit on lines of this board.
final class BootLines {
    private let boot0: GpiodLampLines
    private let reset: GpiodLampLines

    /// What is wrong with a line's name.
    struct Malformed: Error, CustomStringConvertible {
        let text: String
        var description: String {
            "'\(text)' names no line: write CHIP-LABEL:LINE, such as pinctrl-bcm2711:GPIO23"
        }
    }

    /// Takes the lines; the chip runs on until ``enter()``.
    init(boot0: String, reset: String) throws {
        self.boot0 = try Self.take(boot0, isActiveLow: false)
        self.reset = try Self.take(reset, isActiveLow: true)
    }

    private static func take(_ text: String, isActiveLow: Bool) throws -> GpiodLampLines {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            text.index(after: colon) < text.endIndex
        else { throw Malformed(text: text) }
        let name = String(text[text.index(after: colon)...])
        let address = UInt32(name).map(LineAddress.offset) ?? .named(name)
        return try GpiodLampLines(
            chipLabel: String(text[..<colon]),
            lines: [LineChoice(address, isActiveLow: isActiveLow)], user: "nobatctl flash")
    }

    /// Restarts the chip into its boot loader.
    func enter() throws { try restart(intoBootLoader: true) }

    /// Restarts the chip into its firmware.
    func leave() throws { try restart(intoBootLoader: false) }

    private func restart(intoBootLoader: Bool) throws {
        try boot0.set(0, isLit: intoBootLoader)
        try reset.set(0, isLit: true)
        // The chip's reset needs microseconds, the capacitor at NRST some milliseconds.
        Thread.sleep(forTimeInterval: 0.05)
        try reset.set(0, isLit: false)
        Thread.sleep(forTimeInterval: 0.1)
    }
}
