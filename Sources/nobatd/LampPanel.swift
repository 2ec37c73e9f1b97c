// SPDX-License-Identifier: Apache-2.0

// The lamps in the call buttons of one GPIO chip: a thread that turns states into light.

import DaemonSupport
import Hardware
import QueueCore
import Synchronization

final class LampPanel: Sendable {
    let chip: String
    /// The turns of its thread, for the watchdog.
    let turns = TurnCounter()
    let booths: [BoothNumber]
    private let lines: [LineChoice]
    private let clock: any Clock
    private let states: Mutex<[BoothNumber: LampState]>
    private let presses = Mutex<[BoothNumber: Moment]>([:])
    private let refusals = Mutex<[BoothNumber: Moment]>([:])
    private let isStalled = Atomic<Bool>(false)
    private let wake = Mailbox<Bool>(capacity: 64)
    private let isStopping = Atomic<Bool>(false)
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    init(
        chip: String, booths: [BoothNumber], lines: [LineChoice], clock: any Clock,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.chip = chip
        self.booths = booths
        self.lines = lines
        self.clock = clock
        self.tell = tell
        states = Mutex([:])
    }

    func set(_ booth: BoothNumber, _ state: LampState) {
        states.withLock { $0[booth] = state }
        wake.put(true)
    }

    /// The button went down: the lamp answers at once.
    func answer(_ booth: BoothNumber) {
        presses.withLock { $0[booth] = clock.now() }
        wake.put(true)
    }

    /// The press did nothing: the lamp says so.
    func refuse(_ booth: BoothNumber) {
        refusals.withLock { $0[booth] = clock.now() }
        wake.put(true)
    }

    /// The core does not turn: every lamp tells a fault until it does.
    func stall(_ isStalled: Bool) {
        self.isStalled.store(isStalled, ordering: .relaxed)
        wake.put(true)
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        wake.close()
    }

    /// Drives the lamps until ``stop()``, on the thread that calls it.
    func run() {
        var complaint: String?
        while !isStopping.load(ordering: .relaxed) {
            turns.turn()
            do throws(LineError) {
                let opened = try GpiodLampLines(chipLabel: chip, lines: lines, user: "nobatd")
                complaint = nil
                try drive(opened)
            } catch {
                if complaint != "\(error)" {
                    complaint = "\(error)"
                    tell("lamps: \(error)", true)
                }
                Pause.microseconds(500_000)
            }
        }
    }

    private func drive(_ lines: any LampLines) throws(LineError) {
        var lit = [Bool?](repeating: nil, count: booths.count)
        while !isStopping.load(ordering: .relaxed) {
            turns.turn()
            let now = clock.now()
            let (states, presses) = (states.withLock { $0 }, presses.withLock { $0 })
            let refusals = refusals.withLock { $0 }
            let isStalled = isStalled.load(ordering: .relaxed)
            for (index, booth) in booths.enumerated() {
                let light = LampPattern.isLit(
                    isStalled ? .fault : states[booth] ?? .offlineNobody, at: now,
                    pressedAt: presses[booth], refusedAt: refusals[booth])
                if lit[index] != light {
                    try lines.set(index, isLit: light)
                    lit[index] = light
                }
            }
            _ = wake.take(countMax: 64, timeout: LampPattern.step)
        }
        for index in booths.indices { try lines.set(index, isLit: false) }
    }
}
