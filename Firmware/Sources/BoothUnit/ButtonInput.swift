// SPDX-License-Identifier: Apache-2.0

// One button input of the unit, freed of contact bounce.

/// A button that counts as down or up only after 20 ms without a change.
struct ButtonInput: Sendable {
    /// Longer than the bounce of usual push buttons (5 to 10 ms), too short for a finger to notice.
    static let debounceMs: UInt8 = 20

    private(set) var isDown = false
    private(set) var presses: UInt8 = 0
    private(set) var differsMs: UInt8 = 0

    /// Takes the raw level in, once a millisecond.
    mutating func tick1ms(down: Bool) {
        guard down != isDown else {
            differsMs = 0
            return
        }
        differsMs += 1
        guard differsMs >= Self.debounceMs else { return }
        differsMs = 0
        isDown = down
        if down { presses &+= 1 }
    }
}
