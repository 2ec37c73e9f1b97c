// SPDX-License-Identifier: Apache-2.0

// The two kinds of units on the rig's lines: the shipped image in its emulator, and its code in
// software where there are more booths than a small machine can emulate.

import BoothUnit
import EmulatedUnits
import Foundation
import Synchronization

/// An emulated unit, whose pins are watched by a thread.
final class EmulatedBooth: RigUnit {
    private let unit: EmulatedUnit

    init(image: String, address: UInt8, voice: Voice) throws {
        let unit = try EmulatedUnit(image: image, switches: address)
        self.unit = unit
        let watch = Thread {
            var told = 0.0
            while unit.isRunning {
                let changes = unit.pins.changes
                let news = changes.reversed().prefix { $0.at > told }.reversed()
                for change in news {
                    voice.show(address, change.text, at: change.at)
                    told = change.at
                }
                if changes.count > 1_000 { unit.forget() }
                usleep(2_000)
            }
            voice.show(address, "gone", at: UnitPins.now())
        }
        watch.start()
    }

    var descriptor: Int32? { unit.uart.descriptor }

    func hear(_ bytes: [UInt8]) { unit.uart.send(bytes) }

    func answer(into bytes: inout [UInt8], ticks: Int) {
        _ = unit.uart.receive(into: &bytes, seconds: 0)
    }
}

/// The unit's code, run by the line's thread.
final class SoftwareBooth: RigUnit {
    private struct State {
        var unit: DisplayUnit
        var told = ""
        var heard: [UInt8] = []
    }

    let descriptor: Int32? = nil
    private let address: UInt8
    private let voice: Voice
    private let state: Mutex<State>

    init(address: UInt8, voice: Voice) {
        self.address = address
        self.voice = voice
        let identity = UnitIdentity(
            address: address, addressSource: .flash, boardID: 0, version: (0, 1, 0),
            resetCause: .powerOn)
        state = Mutex(State(unit: DisplayUnit(identity: identity, gapTicks: 0)))
    }

    func hear(_ bytes: [UInt8]) { state.withLock { $0.heard += bytes } }

    func answer(into bytes: inout [UInt8], ticks: Int) {
        state.withLock { state in
            for _ in 0..<ticks { state.unit.tick1ms(buttons: 0) }
            for byte in state.heard { state.unit.receive(byte) }
            if !state.heard.isEmpty { state.unit.frameGap() }
            state.heard.removeAll(keepingCapacity: true)
            while let byte = state.unit.nextReplyByte() { bytes.append(byte) }
            let text = SevenSegments.text((0..<4).map { state.unit.segments[$0] })
            guard text != state.told else { return }
            state.told = text
            voice.show(address, text, at: UnitPins.now())
        }
    }
}
