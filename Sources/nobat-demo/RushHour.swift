// SPDX-License-Identifier: Apache-2.0

// Many hands at once, on a thread of their own, while something is killed: every answer is written
// into the ledger.

import Control
import Foundation
import SoftwareHall
import Synchronization

/// Patients and clerks who go on whatever happens.
final class RushHour: Sendable {
    /// What came of it.
    struct Count: Sendable {
        var calls = 0
        var tickets = 0
        /// Presses and takes that found nobody there.
        var unheard = 0
    }

    private let stage: Stage
    private let ledger: Ledger
    private let count = Mutex(Count())
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Begins at once.
    init(_ stage: Stage, _ ledger: Ledger) {
        self.stage = stage
        self.ledger = ledger
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "rush hour"
        thread.start()
    }

    /// What came of it so far.
    var soFar: Count { count.withLock { $0 } }

    /// Ends it and waits until every question is answered.
    func stop() -> Count {
        isEnding.store(true, ordering: .relaxed)
        ended.wait()
        ended.signal()
        return soFar
    }

    private func run() {
        let booths = stage.controller.booths
        var step = 0
        while !isEnding.load(ordering: .relaxed), StopSignals.number == nil {
            press(booths[step % booths.count])
            if step % 6 == 0 { take(at: stage.hall.central) }
            if step % 6 == 3 { take(at: stage.controller.daemon) }
            step += 1
            usleep(50_000)
        }
    }

    private func press(_ booth: Int) {
        do {
            let result = try stage.hall.press(booth, at: stage.controller.daemon)
            guard result.outcome == "called", let number = result.number else { return }
            ledger.called(number, at: booth)
            count.withLock { $0.calls += 1 }
        } catch is ControlError {
            // Refused: too soon after the last call.
        } catch ControlClientError.unreachable {
            count.withLock { $0.unheard += 1 }
        } catch {
            count.withLock { $0.unheard += 1 }
            ledger.lostPress(at: booth)
        }
    }

    private func take(at daemon: RunningDaemon) {
        do {
            guard let number = try stage.hall.take(at: daemon).number else { return }
            ledger.issued(number)
            count.withLock { $0.tickets += 1 }
        } catch is ControlError {
            // Refused: the central is not ready yet.
        } catch ControlClientError.unreachable {
            count.withLock { $0.unheard += 1 }
        } catch {
            count.withLock { $0.unheard += 1 }
            ledger.lostTicket()
        }
    }
}
