// SPDX-License-Identifier: Apache-2.0

// What the patient sees and hears: the show, and what may stand in its place. Lamp test goes before
// identify, identify before the dashes of the dead-man, the dashes before the show.

/// The registers of one write that make up a show; nil for those that the write left alone.
struct ShowOrder: Sendable {
    var tag: UInt16?
    var textLeft: UInt16?
    var textRight: UInt16?
    var segmentsLeft: UInt16?
    var segmentsRight: UInt16?
    var blinks: UInt16?
    var beeps: UInt16?
}

/// The display and the buzzer of a unit.
struct UnitFace: Sendable {
    /// What the show is made of.
    enum Content: Equatable, Sendable {
        case text(DigitRow)
        case segments(DigitRow)
    }

    var addressText: DigitRow
    private(set) var content = Content.text(.dashes)
    private(set) var tag: UInt16 = 0
    /// Set from the start: nothing was heard yet.
    private(set) var isDeadMan = true
    private(set) var deadManCount: UInt16 = 0
    private(set) var blinker = Blinker()
    private(set) var beeper = Beeper()
    private(set) var lampTestMs: UInt16 = 0
    private(set) var isIdentifying = false
    var blinkPeriod = Register.blinkPeriod.initialValue
    var beepDuration = Register.beepDuration.initialValue
    var deadManTime = Register.deadManTime.initialValue
    var brightness = Register.brightness.initialValue
    private var silenceMs: UInt32 = 0

    init(addressText: DigitRow) { self.addressText = addressText }

    /// The characters of the show; those of dashes when it is raw segments.
    var text: DigitRow {
        if case .text(let row) = content { return row }
        return .dashes
    }

    /// The raw segments of the show; dark when it is text.
    var rawSegments: DigitRow {
        if case .segments(let row) = content { return row }
        return .dark
    }

    /// The segments that stand now, a blink's dark half aside.
    var standing: DigitRow {
        if lampTestMs > 0 { return .allLit }
        if isIdentifying { return addressText.map { Segments.glyph(for: $0) ?? 0 } }
        switch content {
        case .text(let row): return row.map { Segments.glyph(for: $0) ?? 0 }
        case .segments(let row): return row
        }
    }

    /// The segments to drive in this millisecond.
    var lit: DigitRow { blinker.isLit ? standing : .dark }

    /// The tag of the show, if it is the show that stands.
    var standingTag: UInt16 { lampTestMs > 0 || isIdentifying ? 0 : tag }

    var flags: UnitFlags {
        var flags: UnitFlags = []
        if isDeadMan { flags.insert(.deadMan) }
        if blinker.left > 0 { flags.insert(.blinking) }
        if isIdentifying { flags.insert(.identifying) }
        if lampTestMs > 0 { flags.insert(.lampTest) }
        if case .segments = content { flags.insert(.rawSegments) }
        if beeper.left > 0 { flags.insert(.beeping) }
        return flags
    }

    /// A valid frame for this unit arrived.
    mutating func heard() { silenceMs = 0 }

    mutating func startLampTest(hundredsOfMs: UInt16) {
        lampTestMs = hundredsOfMs * 100
        blinker.light()
    }

    mutating func identify(_ on: Bool) {
        if on != isIdentifying { blinker.light() }
        isIdentifying = on
    }

    /// Carries out the show of one write. A repeated show (the same tag and content, the dead-man
    /// not passed between) is a retry whose reply was lost: it starts nothing anew.
    mutating func carryOut(_ order: ShowOrder) {
        guard let wanted = wanted(by: order) else {
            if let newTag = order.tag { tag = newTag }
            if let count = order.blinks { blinker.start(count: count) }
            if let count = order.beeps { beeper.start(count: count) }
            return
        }
        let newTag = order.tag ?? 0
        let isRepeat = newTag != 0 && newTag == tag && wanted == content && !isDeadMan
        guard !isRepeat else { return }
        content = wanted
        tag = newTag
        isDeadMan = false
        blinker.start(count: order.blinks ?? 0)
        if let count = order.beeps { beeper.start(count: count) }
    }

    private func wanted(by order: ShowOrder) -> Content? {
        if order.segmentsLeft != nil || order.segmentsRight != nil {
            let left = order.segmentsLeft ?? rawSegments.left
            return .segments(DigitRow(left: left, right: order.segmentsRight ?? rawSegments.right))
        }
        if order.textLeft != nil || order.textRight != nil {
            let left = order.textLeft ?? text.left
            return .text(DigitRow(left: left, right: order.textRight ?? text.right))
        }
        return nil
    }

    mutating func tick1ms() {
        blinker.tick1ms(
            periodMs: blinkPeriod * 10, endless: isIdentifying, held: lampTestMs > 0)
        if lampTestMs > 0 { lampTestMs -= 1 }
        beeper.tick1ms(durationMs: beepDuration * 10)
        guard !isDeadMan else { return }
        silenceMs += 1
        if silenceMs >= UInt32(deadManTime) * 100 { fallSilent() }
    }

    /// Milliseconds that may `rest` before anything on the face changes of itself; 0 while it blinks,
    /// beeps or is covered.
    var restMs: UInt32 {
        let isQuiet = blinker.isLit && blinker.left == 0 && beeper.left == 0
        guard isQuiet && lampTestMs == 0 && !isIdentifying else { return 0 }
        guard !isDeadMan else { return .max }
        let end = UInt32(deadManTime) * 100
        return silenceMs + 1 < end ? end - silenceMs - 1 : 0
    }

    /// Passes `count` milliseconds at once, at most `restMs`.
    mutating func rest(milliseconds count: UInt32) {
        blinker.rest(milliseconds: count)
        if !isDeadMan { silenceMs += count }
    }

    /// The show is forgotten, not hidden, so that no later half of a write can bring back half a
    /// stale number.
    private mutating func fallSilent() {
        isDeadMan = true
        deadManCount &+= 1
        content = .text(.dashes)
        tag = 0
        blinker.start(count: 0)
        beeper.start(count: 0)
    }
}
