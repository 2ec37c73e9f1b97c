// SPDX-License-Identifier: Apache-2.0

// Blinking and beeping: the two ways in which a unit asks a patient to look.

/// Light that goes dark for half of each period, a number of times, and ends lit.
///
/// Two dark phases never begin less than a period apart, however often blinking is started anew, so
/// that no series of shows flashes faster than 2 Hz.
struct Blinker: Sendable {
    private(set) var isLit = true
    /// Blinks left; `Register.blinksForEver` never runs out.
    private(set) var left: UInt16 = 0
    private var litMs: UInt16 = 0
    private var sinceDarkMs: UInt16 = .max

    mutating func start(count: UInt16) {
        left = count
        light()
    }

    mutating func light() {
        isLit = true
        litMs = 0
    }

    /// Passes `count` milliseconds without a blink; only for one that is lit and has none left.
    mutating func rest(milliseconds count: UInt32) {
        litMs = UInt16(clamping: UInt64(litMs) + UInt64(count))
        sinceDarkMs = UInt16(clamping: UInt64(sinceDarkMs) + UInt64(count))
    }

    /// Passes a millisecond. `endless` blinks without using up what is left; `held` stays lit.
    mutating func tick1ms(periodMs: UInt16, endless: Bool, held: Bool) {
        if sinceDarkMs < .max { sinceDarkMs += 1 }
        if held { return light() }
        if litMs < .max { litMs += 1 }
        guard left > 0 || endless else {
            isLit = true
            return
        }
        let halfMs = periodMs / 2
        if isLit {
            guard litMs >= halfMs && sinceDarkMs >= periodMs else { return }
            isLit = false
            sinceDarkMs = 0
        } else if sinceDarkMs >= periodMs - halfMs {
            light()
            if !endless && left != Register.blinksForEver { left -= 1 }
        }
    }
}

/// Beeps of one length with pauses of the same length.
struct Beeper: Sendable {
    private(set) var left: UInt16 = 0
    private(set) var sounds = false
    private var elapsedMs: UInt16 = 0

    mutating func start(count: UInt16) {
        left = count
        sounds = count > 0
        elapsedMs = 0
    }

    mutating func tick1ms(durationMs: UInt16) {
        guard left > 0 else { return }
        elapsedMs += 1
        guard elapsedMs >= durationMs else { return }
        elapsedMs = 0
        if sounds {
            sounds = false
        } else {
            left -= 1
            sounds = left > 0
        }
    }
}
