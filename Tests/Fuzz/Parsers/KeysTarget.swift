// SPDX-License-Identifier: Apache-2.0

// What keypads, scanners and keyboards send, in pieces as a wire brings it.

import Hardware
import QueueCore

enum KeysTarget {
    /// The keys are the same however the bytes are split, there are no more keys than bytes, and every
    /// digit is one.
    @Sendable static func check(_ bytes: [UInt8]) throws(Broken) {
        var script = Script(bytes)
        let isKeyboard = script.draw(2) == 1
        let sizes = script.take(4).map { Int($0 & 0x1F) + 1 }
        let wire = script.takeRest()
        guard !sizes.isEmpty else { return }
        var pieces: [[UInt8]] = []
        var rest = wire[...]
        while !rest.isEmpty {
            pieces.append(Array(rest.prefix(sizes[pieces.count % sizes.count])))
            rest = rest.dropFirst(pieces[pieces.count - 1].count)
        }
        if isKeyboard {
            var (whole, split) = (KeyboardEvents(), KeyboardEvents())
            let keys = whole.take(wire)
            try demand(pieces.flatMap { split.take($0) } == keys, "split by \(sizes) other keys")
            try demand(keys.count <= wire.count / 24, "\(keys.count) keys")
            for case .digit(let digit) in keys { try demand(digit <= 9, "the digit \(digit)") }
        } else {
            var (whole, split) = (TypedDigits(), TypedDigits())
            let keys = whole.take(wire)
            try demand(pieces.flatMap { split.take($0) } == keys, "split by \(sizes) other keys")
            try demand(keys.count <= wire.count, "\(keys.count) keys")
            for case .digit(let digit) in keys { try demand(digit <= 9, "the digit \(digit)") }
        }
    }
}
