// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import SoftwareHall
import Synchronization

/// Asks both daemons how they are, a few times a second, on a thread each: the picture never waits.
final class HallPoller: Sendable {
    /// The last answers; nil of a daemon that did not answer.
    struct Answers: Sendable {
        var rows: [DisplayRow]?
        var tickets: [TicketRow]?
        var controller: StatusReport?
        var centralTickets: [TicketRow]?
        var central: StatusReport?
    }

    private struct State {
        var answers = Answers()
        var isStopping = false
    }

    private let state = Mutex(State())
    private let ended = DispatchGroup()
    private static let intervalMicroseconds: UInt32 = 150_000

    /// Asks from now on.
    init(_ stage: Stage) {
        start("ask the controller") { poller in
            let daemon = stage.controller.daemon
            let status = daemon.isRunning ? stage.status(daemon) : nil
            let rows = status == nil ? nil : stage.displays
            let tickets = status == nil ? nil : stage.queue(daemon)
            poller.state.withLock {
                $0.answers.controller = status
                $0.answers.rows = rows
                $0.answers.tickets = tickets
            }
        }
        start("ask the central") { poller in
            let daemon = stage.hall.central
            let status = daemon.isRunning ? stage.status(daemon) : nil
            let tickets = status == nil ? nil : stage.queue(daemon)
            poller.state.withLock {
                $0.answers.central = status
                $0.answers.centralTickets = tickets
            }
        }
    }

    /// The last answers.
    var answers: Answers { state.withLock { $0.answers } }

    /// Ends, when the questions that are under way are answered.
    func stop() {
        state.withLock { $0.isStopping = true }
        ended.wait()
    }

    private func start(_ name: String, _ ask: @escaping @Sendable (HallPoller) -> Void) {
        ended.enter()
        let thread = Thread { [self] in
            while !state.withLock({ $0.isStopping }) {
                ask(self)
                usleep(Self.intervalMicroseconds)
            }
            ended.leave()
        }
        thread.name = name
        thread.start()
    }
}
