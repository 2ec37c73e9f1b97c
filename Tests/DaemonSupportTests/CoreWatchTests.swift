// SPDX-License-Identifier: Apache-2.0

import DaemonSupport
import QueueCore
import Synchronization
import Testing

@Suite struct CoreWatchTests {
    @Test func aCoreThatDoesNotTurnIsToldOnceAndSoIsItsReturn() {
        let time = Mutex(Moment.zero)
        let pending = Mutex<[@Sendable () -> Void]>([])
        let told = Mutex<[Bool]>([])
        let watch = CoreWatch(
            now: { time.withLock { $0 } },
            turn: { done in
                pending.withLock { $0.append(done) }
                return true
            },
            tell: { isStalled in told.withLock { $0.append(isStalled) } })
        let pass = { (seconds: Int64) in
            time.withLock { $0 = $0 + .seconds(seconds) }
            watch.check()
        }
        let turn = {
            let waiting = pending.withLock { items in
                defer { items = [] }
                return items
            }
            for done in waiting { done() }
        }
        watch.check()
        turn()
        for _ in 0..<10 {
            pass(1)
            turn()
        }
        #expect(told.withLock { $0 } == [])
        for _ in 0..<8 { pass(1) }
        #expect(told.withLock { $0 } == [true])
        #expect(pending.withLock { $0 }.count == 1)
        turn()
        pass(1)
        #expect(told.withLock { $0 } == [true, false])
    }

    /// Thousands come at once: what is asked of the core waits behind them, but it does turn.
    @Test func aCoreThatHasMuchToDoIsNotStuck() {
        let time = Mutex(Moment.zero)
        let turns = Mutex<UInt64>(0)
        let told = Mutex<[Bool]>([])
        let watch = CoreWatch(
            now: { time.withLock { $0 } }, turns: { turns.withLock { $0 } }, turn: { _ in true },
            tell: { isStalled in told.withLock { $0.append(isStalled) } })
        for _ in 0..<20 {
            watch.check()
            time.withLock { $0 = $0 + .seconds(1) }
            turns.withLock { $0 += 3 }
        }
        #expect(told.withLock { $0 } == [])
        for _ in 0..<8 {
            watch.check()
            time.withLock { $0 = $0 + .seconds(1) }
        }
        #expect(told.withLock { $0 } == [true])
        turns.withLock { $0 += 1 }
        watch.check()
        #expect(told.withLock { $0 } == [true, false])
    }

    /// What a full mailbox has refused is never answered: it is asked again, and nobody is told.
    @Test func aQuestionThatWasRefusedIsAskedAgain() {
        let time = Mutex(Moment.zero)
        let refusals = Mutex(2)
        let taken = Mutex(0)
        let told = Mutex<[Bool]>([])
        let watch = CoreWatch(
            now: { time.withLock { $0 } },
            turn: { done in
                let isRefused = refusals.withLock { left in
                    left -= 1
                    return left >= 0
                }
                guard !isRefused else { return false }
                taken.withLock { $0 += 1 }
                done()
                return true
            },
            tell: { isStalled in told.withLock { $0.append(isStalled) } })
        for _ in 0..<20 {
            watch.check()
            time.withLock { $0 = $0 + .seconds(1) }
        }
        #expect(taken.withLock { $0 } == 18)
        #expect(told.withLock { $0 } == [])
    }

    /// The mailbox of a core that hangs fills up, and then takes no question either.
    @Test func aCoreThatTakesNoQuestionsAndDoesNotTurnIsTold() {
        let time = Mutex(Moment.zero)
        let isFull = Mutex(true)
        let told = Mutex<[Bool]>([])
        let watch = CoreWatch(
            now: { time.withLock { $0 } },
            turn: { done in
                guard !isFull.withLock({ $0 }) else { return false }
                done()
                return true
            },
            tell: { isStalled in told.withLock { $0.append(isStalled) } })
        let pass = {
            time.withLock { $0 = $0 + .seconds(1) }
            watch.check()
        }
        for _ in 0..<8 { pass() }
        #expect(told.withLock { $0 } == [true])
        isFull.withLock { $0 = false }
        for _ in 0..<8 { pass() }
        #expect(told.withLock { $0 } == [true, false])
    }
}
