// SPDX-License-Identifier: Apache-2.0

// One booth unit in software: the unit's own code, and what a board does for it, so that it can be
// given another address and started anew over the bus as a real one can.

import BoothUnit

/// A unit on a software bus.
struct SoftwareUnit: Sendable {
    private(set) var unit: DisplayUnit
    private var isPowered = true
    /// In the boot loader of its chip a unit hears nothing of the bus until its power is cut.
    private var isInBootLoader = false

    init(address: UInt8, version: SoftwareBus.UnitVersion = (1, 0, 0)) {
        let isNew = address == Register.newUnitAddress
        unit = Self.fresh(address, isNew ? .none : .flash, version, .powerOn)
    }

    /// Whether the unit lights its display and listens.
    var isRunning: Bool { isPowered && !isInBootLoader }

    private static func fresh(
        _ address: UInt8, _ source: AddressSource, _ version: SoftwareBus.UnitVersion,
        _ cause: ResetCause
    ) -> DisplayUnit {
        DisplayUnit(
            identity: UnitIdentity(
                address: address, addressSource: source, boardID: 0, version: version,
                resetCause: cause), gapTicks: 0)
    }

    private mutating func start(_ cause: ResetCause) {
        let old = unit.identity
        unit = Self.fresh(old.address, old.addressSource, old.version, cause)
    }

    /// Takes the power away, or gives it: the unit then starts anew, at the address that it kept.
    mutating func power(_ isOn: Bool) {
        isPowered = isOn
        isInBootLoader = false
        if isOn { start(.powerOn) }
    }

    /// Passes time, then hears bytes that silence follows; the reply, or nothing.
    mutating func serve(_ bytes: [UInt8], ticks: Int64) -> [UInt8] {
        for _ in 0..<ticks { unit.tick1ms(buttons: 0) }
        for byte in bytes { unit.receive(byte) }
        if !bytes.isEmpty { unit.frameGap() }
        var reply: [UInt8] = []
        while let byte = unit.nextReplyByte() { reply.append(byte) }
        switch unit.takeAction() {
        case .adopt(let address): unit.adopted(address, isKept: true)
        case .bootLoader: isInBootLoader = true
        case .restart: start(.software)
        case nil: break
        }
        return reply
    }
}
