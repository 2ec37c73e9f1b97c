// SPDX-License-Identifier: Apache-2.0

// The people of a busy hall while its daemons are killed: they press, recall and take tickets, and
// remember every answer that they got.

import Control
import Foundation
import SoftwareHall
import Synchronization
import Testing

/// What was answered.
struct KillAnswers: Sendable {
    /// Calls: the number and its booth.
    var calls: [(number: String, booth: Int)] = []
    /// Numbers given out.
    var tickets: [String] = []
    /// Refusals that nobody should meet, with how often they were met.
    var surprises: [String: Int] = [:]
    /// Questions that were never answered.
    var unanswered = 0
}

final class KillLoad: Sendable {
    private struct State {
        var answers = KillAnswers()
        var isPaused = false
        var isStopping = false
        var busy = 0
    }

    private let hall: SoftwareHall
    private let services: [String]
    private let seed: UInt64
    private let state = Mutex(State())
    private let crew = Crew()

    /// Refusals that a busy hall meets: nothing to recall, and a central that has just been killed
    /// before its first number.
    private static let usual: Set<String> = [
        "booth-has-no-ticket", "recall-limit", "settling", "not-introduced", "no-day",
    ]

    init(_ hall: SoftwareHall, services: [String], seed: UInt64) {
        self.hall = hall
        self.services = services
        self.seed = seed
    }

    var answers: KillAnswers { state.withLock { $0.answers } }

    func start() {
        let controller = hall.first.daemon
        for booth in hall.first.booths {
            client(UInt64(booth), pause: 20_000...120_000) { hall, random in
                let gesture = Int.random(in: 0..<6, using: &random) == 0 ? "double" : "short"
                return try hall.press(booth, gesture, at: controller)
            }
        }
        for (index, daemon) in [hall.central, controller].enumerated() {
            client(UInt64(100 + index), pause: 80_000...160_000) { [services] hall, random in
                let service = services.randomElement(using: &random) ?? "admission"
                return try hall.take(service, at: daemon)
            }
        }
    }

    /// Waits until everybody has an answer, or knows that there will be none, and stands still.
    func pause() throws {
        state.withLock { $0.isPaused = true }
        try within(15, "the clients stand still") { state.withLock { $0.busy } == 0 }
    }

    func resume() { state.withLock { $0.isPaused = false } }

    func stop() {
        state.withLock { $0.isStopping = true }
        try? crew.join(30)
    }

    private func client(
        _ number: UInt64, pause: ClosedRange<UInt32>,
        _ act: @escaping @Sendable (SoftwareHall, inout SeededNumbers) throws -> ActionResult
    ) {
        crew.add { [self] in
            var random = SeededNumbers(seed: seed &+ number)
            while !state.withLock({ $0.isStopping }) {
                // People take their time.
                usleep(UInt32.random(in: pause, using: &random))
                let goes = state.withLock { state in
                    guard !state.isPaused, !state.isStopping else { return false }
                    state.busy += 1
                    return true
                }
                guard goes else { continue }
                let result = Result { try act(hall, &random) }
                state.withLock { state in
                    state.busy -= 1
                    Self.note(result, &state.answers)
                }
            }
        }
    }

    private static func note(
        _ result: Result<ActionResult, any Error>, _ answers: inout KillAnswers
    ) {
        switch result {
        case .success(let answer):
            guard let number = answer.number else { return }
            if answer.outcome == "called", let booth = answer.booth {
                answers.calls.append((number, booth))
            } else if answer.outcome == "issued" {
                answers.tickets.append(number)
            }
        case .failure(let error as ControlError):
            if !usual.contains(error.name) { answers.surprises[error.name, default: 0] += 1 }
        case .failure:
            answers.unanswered += 1
        }
    }
}
