// SPDX-License-Identifier: Apache-2.0

// The call buttons of one GPIO chip: a thread that waits for edges and turns them into gestures.

import DaemonSupport
import Hardware
import QueueCore
import Synchronization

/// What a panel last knew of itself.
struct PanelState: Sendable {
    var state = "opening"
    var since: Moment
    var error: String?
    var stuck: Set<BoothNumber> = []
}

final class ButtonPanel: Sendable {
    /// A button and its booth.
    struct Button: Sendable {
        var booth: BoothNumber
        var line: LineChoice
        var gestures: GestureMap
    }

    let chip: String
    /// The turns of its thread, for the watchdog.
    let turns = TurnCounter()
    private let buttons: [Button]
    private let timing: ButtonTiming
    private let clock: any Clock
    private let lines = Mutex<(any ButtonLines)?>(nil)
    private let isStopping = Atomic<Bool>(false)
    private let published: Mutex<PanelState>
    private let report: @Sendable (BoothNumber, ButtonEvent) -> Void
    private let tell: @Sendable (String, _ isWarning: Bool) -> Void

    /// How long lines that can't be had are left alone, in microseconds.
    private static let retryMicroseconds: UInt32 = 500_000

    init(
        chip: String, buttons: [Button], timing: ButtonTiming, clock: any Clock,
        report: @escaping @Sendable (BoothNumber, ButtonEvent) -> Void,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.chip = chip
        self.buttons = buttons
        self.timing = timing
        self.clock = clock
        self.report = report
        self.tell = tell
        published = Mutex(PanelState(since: clock.now()))
    }

    var state: PanelState { published.withLock { $0 } }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        nudge()
    }

    /// Has the thread come round although nobody presses.
    func nudge() { lines.withLock { $0 }?.interrupt() }

    /// Watches the lines until ``stop()``, on the thread that calls it.
    func run() {
        var machines = buttons.map { ButtonMachine(timing: timing, gestures: $0.gestures) }
        var complaint: String?
        while !isStopping.load(ordering: .relaxed) {
            turns.turn()
            do {
                let opened = try GpiodButtonLines(
                    chipLabel: chip, lines: buttons.map(\.line), user: "nobatd")
                lines.withLock { $0 = opened }
                complaint = nil
                publish("watching", nil)
                tell("buttons: \(opened.description)", false)
                try watch(opened, &machines)
            } catch {
                publish("failed", "\(error)")
                if complaint != "\(error)" {
                    complaint = "\(error)"
                    tell("buttons: \(error)", true)
                }
            }
            lines.withLock { $0 = nil }
            if !isStopping.load(ordering: .relaxed) { Pause.microseconds(Self.retryMicroseconds) }
        }
    }

    private func watch(
        _ lines: any ButtonLines, _ machines: inout [ButtonMachine]
    ) throws(LineError) {
        try level(lines, &machines)
        while !isStopping.load(ordering: .relaxed) {
            turns.turn()
            // Every edge up to this moment is among those read next, and of a later one nothing is
            // known: on a busy board a contact may open again while this thread has to wait.
            let known = clock.now()
            let due = machines.compactMap(\.deadline).min()
            let timeout = due.map { max(.zero, $0 - known) } ?? .seconds(3_600)
            let batch = try lines.wait(timeout: timeout)
            for edge in batch.edges where machines.indices.contains(edge.line) {
                pass(machines[edge.line].edge(isPressed: edge.isPressed, at: edge.at), edge.line)
            }
            if batch.isOverrun {
                tell("buttons: edges were lost; the lines are read again", true)
                try level(lines, &machines)
            }
            for index in machines.indices {
                if let due = machines[index].deadline, due <= known {
                    pass(machines[index].tick(at: known), index)
                }
            }
        }
    }

    private func level(
        _ lines: any ButtonLines, _ machines: inout [ButtonMachine]
    ) throws(LineError) {
        for (index, isPressed) in try lines.levels().enumerated() {
            machines[index].level(isPressed: isPressed, at: clock.now())
        }
    }

    private func pass(_ events: [ButtonEvent], _ index: Int) {
        let booth = buttons[index].booth
        for event in events {
            published.withLock {
                switch event {
                case .stuck: $0.stuck.insert(booth)
                case .free: $0.stuck.remove(booth)
                case .down, .gesture: break
                }
            }
            report(booth, event)
        }
    }

    private func publish(_ state: String, _ error: String?) {
        published.withLock {
            if $0.state != state { $0.since = clock.now() }
            $0.state = state
            $0.error = error
        }
    }
}
