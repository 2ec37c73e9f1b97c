// SPDX-License-Identifier: Apache-2.0

// The registers of the unit, joined to what they stand for.

extension DisplayUnit {
    /// The value that a read of `register` returns now.
    public func value(of register: Register) -> UInt16 {
        switch register {
        case .signature: Register.signatureValue
        case .boardID: identity.boardID
        case .firmwareVersion: UInt16(identity.version.major) << 8 | UInt16(identity.version.minor)
        case .firmwarePatch: identity.version.patch
        case .mapVersion: Register.currentMapVersion
        case .unitAddress: UInt16(identity.address)
        case .identify: face.isIdentifying ? 1 : 0
        case .addressSource: identity.addressSource.rawValue
        case .flashKey, .restart: 0
        case .revisionHigh: UInt16(truncatingIfNeeded: identity.revision >> 16)
        case .revisionLow: UInt16(truncatingIfNeeded: identity.revision)
        case .showTag: face.tag
        case .textLeft: face.text.left
        case .textRight: face.text.right
        case .blinks: face.blinker.left
        case .beeps: face.beeper.left
        case .blinkPeriod: face.blinkPeriod
        case .beepDuration: face.beepDuration
        case .deadManTime: face.deadManTime
        case .brightness: face.brightness
        case .lampTest: (face.lampTestMs + 99) / 100
        case .segmentsLeft: face.rawSegments.left
        case .segmentsRight: face.rawSegments.right
        case .shownTag: face.standingTag
        case .shownLeft: shown.left
        case .shownRight: shown.right
        case .flags: flags.rawValue
        case .buttons: (button1.isDown ? 1 : 0) | (button2.isDown ? 2 : 0)
        case .presses: UInt16(button2.presses) << 8 | UInt16(button1.presses)
        case .uptimeHigh: UInt16(truncatingIfNeeded: uptimeSeconds >> 16)
        case .uptimeLow: UInt16(truncatingIfNeeded: uptimeSeconds)
        case .resetCause: identity.resetCause.rawValue
        case .framesReceived: counters.framesReceived
        case .badFrames: counters.badFrames
        case .longFrames: counters.longFrames
        case .othersFrames: counters.othersFrames
        case .exceptions: counters.exceptions
        case .lineErrors: counters.lineErrors
        case .deadManCount: face.deadManCount
        case .stackFree: health.stackFree
        case .faultCount: health.faultCount
        case .watchdogResets: health.watchdogResets
        case .displayKind: identity.displayKind.rawValue
        }
    }

    /// The characters that stand now, read back from the segments.
    public var shown: DigitRow { face.standing.map(Segments.character(for:)) }

    /// The flags as the register holds them; looking here does not clear `resetSinceRead`.
    public var flags: UnitFlags {
        resetSinceRead ? face.flags.union(.resetSinceRead) : face.flags
    }

    /// Takes one checked value: settings at once, what makes up a show into `show`.
    mutating func write(_ value: UInt16, to register: Register, show: inout ShowOrder) {
        switch register {
        case .unitAddress: action = .adopt(UInt8(truncatingIfNeeded: value))
        case .flashKey: action = .bootLoader
        case .restart: action = .restart
        case .identify: face.identify(value == 1)
        case .showTag: show.tag = value
        case .textLeft: show.textLeft = value
        case .textRight: show.textRight = value
        case .blinks: show.blinks = value
        case .beeps: show.beeps = value
        case .blinkPeriod: face.blinkPeriod = value
        case .beepDuration: face.beepDuration = value
        case .deadManTime: face.deadManTime = value
        case .brightness: face.brightness = value
        case .lampTest: face.startLampTest(hundredsOfMs: value)
        case .segmentsLeft: show.segmentsLeft = value
        case .segmentsRight: show.segmentsRight = value
        default: break
        }
    }
}
