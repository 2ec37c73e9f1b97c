// SPDX-License-Identifier: Apache-2.0

// The kernel's records of a keyboard, as bytes.

import Hardware
import Testing

@Suite struct KeyboardTests {
    /// A record of `struct input_event`: the time, then type, code and value.
    private func record(_ type: UInt16, _ code: UInt16, _ value: Int32) -> [UInt8] {
        let time = [UInt8](repeating: 0x5A, count: 2 * MemoryLayout<Int>.size)
        let words = [UInt8(type & 0xFF), UInt8(type >> 8), UInt8(code & 0xFF), UInt8(code >> 8)]
        return time + words + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * Int32($0))) }
    }

    /// A key that goes down, repeats and comes up.
    private func key(_ code: UInt16) -> [UInt8] {
        [1, 2, 0].flatMap { record(4, 4, 458_000) + record(1, code, $0) + record(0, 0, 0) }
    }

    @Test func keys_CountOnceWhenTheyGoDown() {
        var events = KeyboardEvents()
        // The upper row's 1, 9 and 0; the pad's 7 and 0; enter of both; backspace; escape and the pad's star.
        let codes: [UInt16] = [2, 10, 11, 71, 82, 28, 96, 14, 1, 55]
        #expect(
            events.take(codes.flatMap(key)) == [
                .digit(1), .digit(9), .digit(0), .digit(7), .digit(0), .enter, .enter, .erase,
                .escape, .escape,
            ])
    }

    @Test func shiftWritesNothing_LettersAreNoDigits() {
        var events = KeyboardEvents()
        #expect(events.take(key(42) + key(30) + key(57)) == [.other, .filler])
    }

    @Test func recordsComeInPieces() {
        var events = KeyboardEvents()
        var found: [KeyboardKey] = []
        for byte in key(4) + key(5) { found += events.take([byte]) }
        #expect(found == [.digit(3), .digit(4)])
    }
}
