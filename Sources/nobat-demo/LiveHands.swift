// SPDX-License-Identifier: Apache-2.0

// What the keys do to the hall, one after the other, beside the picture.

import Control
import Foundation
import SoftwareHall
import Synchronization

/// The hands of the person at the keyboard.
final class LiveHands: Sendable {
    /// What the picture needs to know of them.
    struct State: Sendable {
        var message = "t takes a ticket, 1 calls the next patient to booth 1, ? explains all keys."
        var isRefused = false
        var lastBooth = 1
        var isPowered = true
        var cableSince = ContinuousClock.now
        var controllerSince = ContinuousClock.now
        var centralSince = ContinuousClock.now
    }

    private let stage: Stage
    private let feed: EventFeed
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "hands")

    /// The display whose power the demo takes away.
    static let weakUnit = 4

    init(_ stage: Stage, _ feed: EventFeed) {
        self.stage = stage
        self.feed = feed
    }

    /// What the picture needs to know.
    var now: State { state.withLock { $0 } }

    /// Does what a key asks for, after what earlier keys asked for.
    func take(_ key: Key) {
        queue.async { [self] in
            do {
                let text = try act(key)
                state.withLock { ($0.message, $0.isRefused) = (text, false) }
            } catch {
                let text = Self.sentence(error)
                state.withLock { ($0.message, $0.isRefused) = (text, true) }
            }
        }
    }

    /// Waits until everything that was asked for is done.
    func stop() { queue.sync {} }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case let refusal as ControlError: "refused: \(refusal.detail)"
        case ControlClientError.unreachable(let path, _):
            path.hasSuffix("/central.sock")
                ? "nobody hears it: the central is dead; c starts it"
                : "nobody hears it: the controller is dead; d starts it"
        default: "no answer: \(error)"
        }
    }

    private func act(_ key: Key) throws -> String {
        let controller = stage.controller
        let last = now.lastBooth
        switch key {
        case .press(let booth): return try press(booth, "short")
        case .recall(let booth): return try press(booth, "double")
        case .recallLast: return try press(last, "double")
        case .noShowLast: return try press(last, "long")
        case .undoLast: return try stage.act(.undo, booth: last).sentence
        case .takeAtHall: return try take("admission", at: controller.daemon, "the dispenser")
        case .takeAtCentral: return try take("admission", at: stage.hall.central, "the central")
        case .takeLab: return try take("lab", at: controller.daemon, "the dispenser")
        case .network: return turnCable()
        case .central:
            defer { state.withLock { $0.centralSince = .now } }
            return try turn(stage.hall.central, "the central")
        case .controller:
            defer { state.withLock { $0.controllerSince = .now } }
            return try turn(controller.daemon, "the controller")
        case .power: return turnPower()
        case .help, .quit: return ""
        }
    }

    private func press(_ booth: Int, _ gesture: String) throws -> String {
        state.withLock { $0.lastBooth = booth }
        return try stage.hall.press(booth, gesture, at: stage.controller.daemon).sentence
    }

    private func take(
        _ service: String, at daemon: RunningDaemon, _ place: String
    ) throws -> String {
        let result = try stage.hall.take(service, at: daemon)
        return "\(service) ticket from \(place): \(result.sentence)"
    }

    private func turnCable() -> String {
        let wire = stage.controller.wire
        let isGood = wire.condition == .good
        wire.set(isGood ? .cut : .good)
        state.withLock { $0.cableSince = .now }
        let text = isGood ? "the network cable is pulled out" : "the network cable is plugged in"
        feed.note(text)
        return text
    }

    private func turn(_ daemon: RunningDaemon, _ name: String) throws -> String {
        let text: String
        if daemon.isRunning {
            daemon.kill()
            text = "\(name) is killed (kill -9)"
        } else {
            try daemon.start()
            text = "\(name) is started again"
        }
        feed.note(text)
        return text
    }

    private func turnPower() -> String {
        let isOn = state.withLock { state in
            state.isPowered.toggle()
            return state.isPowered
        }
        stage.controller.bus.power(UInt8(Self.weakUnit), isOn)
        let text =
            isOn
            ? "the display of booth 4 has power again" : "the display of booth 4 loses its power"
        feed.note(text)
        return text
    }
}
