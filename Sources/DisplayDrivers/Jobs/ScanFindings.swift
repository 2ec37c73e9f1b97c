// SPDX-License-Identifier: Apache-2.0

// From what came back from each address to what is wrong, by name.

import BoothUnit
import QueueCore

/// All that a scan saw at one address.
struct UnitLook: Sendable {
    let unit: UnitAddress
    var row: ScannedUnit
    /// Answers that made sense, refusals included.
    private(set) var clean = 0
    /// Times that bytes came which did not.
    private(set) var garbled = 0
    /// Answers with a second one behind them.
    private(set) var doubled = 0
    private(set) var isNobatUnit = false
    var counts: [(at: Moment, counts: UnitCounts)] = []
    private var identity: [UInt16] = []

    init(unit: UnitAddress, booth: Int?) {
        self.unit = unit
        row = ScannedUnit(address: Int(unit.value))
        row.booth = booth
    }

    var isConfigured: Bool { row.booth != nil }
    var knowsMap2: Bool { (row.mapVersion ?? 0) >= 2 }

    mutating func note(_ outcome: JobOutcome) {
        switch outcome {
        case .answer(_, let more):
            clean += 1
            // A line driver that turns around adds a byte or two; an answer has at least five.
            if more >= ModbusReply.length(words: 0) { doubled += 1 }
        case .refusal: clean += 1
        case .garbled: garbled += 1
        case .silence: break
        }
    }

    mutating func take(identity words: [UInt16]) {
        identity = words
        isNobatUnit = words[0] == Register.signatureValue
        if isNobatUnit { row.take(identity: words) }
    }

    var boardIsKnown: Bool { identity.count < 2 || UnitBoard(rawValue: Int(identity[1])) != nil }

    var version: FirmwareVersion? {
        guard isNobatUnit, identity.count >= 4 else { return nil }
        return FirmwareVersion(
            major: Int(identity[2] >> 8), minor: Int(identity[2] & 0xFF), patch: Int(identity[3]))
    }

    /// Looks at which the uptime was less than at the one before.
    var turnsBack: Int {
        zip(counts, counts.dropFirst()).count { $0.counts.uptime > $1.counts.uptime }
    }

    /// Looks at which the uptime had run ahead of the time that passed.
    var leaps: Int {
        zip(counts, counts.dropFirst()).count { before, after in
            let passed = Int((after.at - before.at).milliseconds / 1_000)
            return after.counts.uptime > before.counts.uptime + passed + 3
        }
    }
}

/// The findings of a scan.
struct ScanFindings {
    let looks: [UnitLook]
    let baud: Int
    let hasConfiguration: Bool

    private var clean: [UnitLook] { looks.filter { $0.clean > 0 } }

    var all: [Finding] {
        guard !clean.isEmpty else { return whenNothingAnswers }
        return looks.flatMap(findings) + noise
    }

    /// Garbage at one or two addresses alone comes from units that understood their address: the
    /// speed is right, and several of them speak at once.
    private var whenNothingAnswers: [Finding] {
        let garbled = looks.filter { $0.garbled > 0 }
        guard !garbled.isEmpty else {
            return [Finding(.noAnswer, seen: "nothing answers on this bus", at: baud)]
        }
        if garbled.count <= 2, garbled.allSatisfy({ $0.garbled >= 2 }) {
            return looks.flatMap(findings)
        }
        let seen = "\(garbled.count) addresses gave bytes that make no frame, and none a good one"
        return [Finding(.garbled, seen: seen, at: baud)]
    }

    private func findings(_ look: UnitLook) -> [Finding] {
        let unit = look.unit
        if look.clean == 0 {
            if look.garbled >= 2 {
                let seen = "every answer comes damaged, at this address only"
                return [Finding(.twoUnits, unit, seen: seen)]
            }
            guard let booth = look.row.booth else { return [] }
            return [Finding(.noAnswer, unit, seen: "nothing answers for booth \(booth)")]
        }
        guard look.isNobatUnit else {
            // A Nobat unit whose every identity came damaged is not another device.
            return look.garbled > 0
                ? [Finding(.garbled, unit, seen: "its answers come damaged")]
                : [Finding(.notANobatUnit, unit, seen: "it answers without Nobat's signature")]
        }
        return identityFindings(look) + healthFindings(look)
    }

    private func identityFindings(_ look: UnitLook) -> [Finding] {
        var found: [Finding] = []
        let unit = look.unit
        if look.row.addressSource == "new", Int(unit.value) == Int(Register.newUnitAddress) {
            found.append(Finding(.newUnit, unit, seen: "it was never given an address"))
        } else if hasConfiguration, !look.isConfigured {
            found.append(Finding(.notConfigured, unit, seen: "no booth of this bus has it"))
        }
        if !look.boardIsKnown {
            found.append(Finding(.unknownBoard, unit, seen: "it says \(look.row.board ?? "")"))
        }
        guard let version = look.version, let map = look.row.mapVersion else { return found }
        if let name = OwnFirmware.finding(version, map: map) {
            let own = OwnFirmware.version
            let seen = "firmware \(version), register map \(map); this program knows \(own)"
            found.append(Finding(name, unit, seen: seen))
        }
        return found
    }

    private func healthFindings(_ look: UnitLook) -> [Finding] {
        var found: [Finding] = []
        let unit = look.unit
        if look.doubled > 0 || (look.turnsBack > 0 && look.leaps > 0) {
            let seen =
                look.doubled > 0
                ? "\(look.doubled) of its answers had a second one behind them"
                : "its uptime jumps to and fro"
            found.append(Finding(.twoUnits, unit, seen: seen))
        } else if look.garbled >= 2, !isNoisy(without: look) {
            let seen = "\(look.garbled) answers came damaged, at this address only"
            found.append(Finding(.twoUnits, unit, seen: seen))
        } else if look.turnsBack > 0 {
            found.append(
                Finding(.restarting, unit, seen: "it started anew while it was looked at"))
        }
        if let first = look.counts.first?.counts, let last = look.counts.last?.counts {
            let errors = last.errors(since: first)
            if look.turnsBack == 0, errors >= DisplayLimits.scanErrorsMin {
                let seen = "it saw \(errors) damaged frames during this scan"
                found.append(Finding(.lineErrors, unit, seen: seen))
            }
            if last.resetCause == 3 || last.resetCause == 5
                || (look.row.faults ?? 0) + (look.row.watchdogResets ?? 0) > 0
            {
                let seen =
                    "faults \(look.row.faults ?? 0), watchdog \(look.row.watchdogResets ?? 0), last "
                    + "start by \(last.resetCause == 3 ? "watchdog" : last.resetCause == 5 ? "fault" : "other means")"
                found.append(Finding(.faultResets, unit, seen: seen))
            }
        }
        return found
    }

    private func isNoisy(without look: UnitLook) -> Bool {
        looks.contains { $0.unit != look.unit && $0.garbled > 0 }
    }

    /// Damage at several addresses, beside good answers.
    private var noise: [Finding] {
        let garbled = looks.filter { $0.garbled > 0 }
        let count = garbled.reduce(0) { $0 + $1.garbled }
        guard garbled.count >= 2, count >= DisplayLimits.scanErrorsMin else { return [] }
        let seen = "\(count) answers at \(garbled.count) addresses came damaged"
        return [Finding(.noise, seen: seen, at: baud)]
    }
}
