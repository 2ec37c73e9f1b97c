// SPDX-License-Identifier: Apache-2.0

// What the master learns from a unit's reply. The unit's word counts: a show is verified only when
// text and tag were read back.

import BoothUnit
import QueueCore

/// What stands on a unit, as it reads `shownTag` to `flags`.
private struct Standing {
    let tag: UInt16
    let text: String
    let row: DigitRow
    let flags: UnitFlags

    /// Whether lamp test or identify cover the show for a time.
    var isCovered: Bool { flags.contains(.lampTest) || flags.contains(.identifying) }
}

extension UnitLink {
    /// Takes in the registers that `kind` asked for; their number is right.
    mutating func accept(
        _ kind: ExchangeKind, words: [UInt16], at now: Moment, settings: BusSettings
    ) {
        switch kind {
        case .identity:
            acceptIdentity(words, at: now)
        case .show(let tag, let withSettings):
            answered(at: now)
            if withSettings { hasSettings = true }
            acceptStanding(words, written: tag, withSettings: withSettings, at: now)
        case .endIdentify:
            answered(at: now)
            endsIdentify = false
            acceptStanding(words, written: nil, withSettings: false, at: now)
        case .settings:
            answered(at: now)
            hasSettings = true
            acceptStanding(words, written: nil, withSettings: true, at: now)
        case .poll:
            answered(at: now)
            acceptStanding(words, written: nil, withSettings: false, at: now)
            acceptUptime(high: words[6], low: words[7])
            acceptButtons(words[4], counters: words[5])
        }
        wasRefused = false
        schedule(at: now, settings: settings)
    }

    private mutating func acceptIdentity(_ words: [UInt16], at now: Moment) {
        answered(at: now)
        state.boardID = Int(words[1])
        state.mapVersion = Int(words[4])
        state.firmware = FirmwareVersion(
            major: Int(words[2] >> 8), minor: Int(words[2] & 0xFF), patch: Int(words[3]))
    }

    private mutating func acceptUptime(high: UInt16, low: UInt16) {
        let uptime = Int(high) << 16 | Int(low)
        if let before = state.uptimeSeconds, uptime < before { restarted() }
        state.uptimeSeconds = uptime
    }

    /// The unit lost its settings and its show. A reset flag that comes with the first answer of
    /// all tells nothing new; one that comes with the settings' own exchange is from before them.
    private mutating func restarted() {
        hasSettings = false
        state.uptimeSeconds = nil
        // Its firmware may be another now.
        state.firmware = nil
        if presses != nil { presses = 0 }
        events.append(.restarted)
    }

    private mutating func acceptStanding(
        _ words: [UInt16], written: UInt16?, withSettings: Bool, at now: Moment
    ) {
        let row = DigitRow(left: words[1], right: words[2])
        let standing = Standing(
            tag: words[0], text: row.text, row: row, flags: UnitFlags(rawValue: words[3]))
        if standing.flags.contains(.resetSinceRead) {
            if state.uptimeSeconds != nil { restarted() }
            if withSettings { hasSettings = true }
        }
        if mayBlink { endsIdentify = standing.flags.contains(.identifying) }
        mayBlink = false
        state.isIdentifying = standing.flags.contains(.identifying)
        state.isLampTest = standing.flags.contains(.lampTest)
        setShows(standing.text, at: now)
        guard let ordered else { return }
        // An order that came while this exchange was under way has yet to be written.
        if let written, written != tag { return }
        if standing.tag == tag && standing.row == ordered.row && !standing.isCovered {
            needsShow = false
            callsAttention = false
            if !state.verified { events.append(.verified(text: ordered.text)) }
            setVerified(true, at: now)
            return
        }
        let wasVerified = state.verified
        setVerified(false, at: now)
        if standing.isCovered {
            // What is beneath shows itself to a later poll; what was written is not written again.
            if written != nil { needsShow = false }
        } else if written != nil {
            mismatched(standing.text, at: now)
        } else if !needsShow {
            if standing.flags.contains(.deadMan) {
                if wasVerified { events.append(.fellSilent) }
                needsShow = true
            } else {
                mismatched(standing.text, at: now)
            }
        }
    }

    private mutating func acceptButtons(_ levels: UInt16, counters: UInt16) {
        for index in state.buttons.indices {
            let isPressed = levels >> index & 1 == 1
            let count = UInt8(truncatingIfNeeded: counters >> (8 * index))
            let before = presses.map { UInt8(truncatingIfNeeded: $0 >> (8 * index)) } ?? count
            let more = Int(count &- before)
            guard more > 0 || isPressed != state.buttons[index].isPressed else { continue }
            state.buttons[index].isPressed = isPressed
            state.buttons[index].presses += more
            events.append(.button(index: index, isPressed: isPressed, presses: more))
        }
        presses = counters
    }
}
