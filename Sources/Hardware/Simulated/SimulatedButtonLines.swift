// SPDX-License-Identifier: Apache-2.0

// Buttons without a chip, for the demo and for tests: a key or a script presses them.

import CSerialPort
import Glibc
import QueueCore
import Synchronization

/// Button lines that the program itself presses. They queue, overrun and vanish as real ones do.
public final class SimulatedButtonLines: ButtonLines {
    private struct State {
        var levels: [Bool]
        var edges: [LineEdge] = []
        var isOverrun = false
        var isGone = false
    }

    /// How many lines there are.
    public let count: Int

    private let wake: WakeUp
    private let interrupted = Mutex(false)
    private let state: Mutex<State>
    private static let chip = ChipName(path: "none", label: "simulated")

    /// Lines that are all let go at first.
    public init(count: Int) throws(LineError) {
        guard (1...HardwareLimits.linesMax).contains(count) else {
            throw .badRequest(reason: "\(count) lines, 1 to \(HardwareLimits.linesMax) fit")
        }
        do throws(Errno) {
            wake = try WakeUp()
        } catch {
            throw .failed(chip: Self.chip, operation: "eventfd", reason: error.description)
        }
        self.count = count
        state = Mutex(State(levels: [Bool](repeating: false, count: count)))
    }

    /// `4 simulated buttons`.
    public var description: String { "\(count) simulated buttons" }

    /// Presses or lets go a button. The same level again is no edge. From any thread.
    public func set(_ line: Int, isPressed: Bool, at moment: Moment) {
        precondition((0..<count).contains(line), "the caller knows how many lines there are")
        state.withLock { state in
            guard state.levels[line] != isPressed else { return }
            state.levels[line] = isPressed
            if state.edges.count < HardwareLimits.simulatedEdgesMax {
                state.edges.append(LineEdge(line: line, isPressed: isPressed, at: moment))
            } else {
                state.isOverrun = true
            }
        }
        wake.raise()
    }

    /// Makes the chip go, as an unplugged expander does: each call throws from now on.
    public func vanish() {
        state.withLock { $0.isGone = true }
        wake.raise()
    }

    /// Blocks until there are edges, the time has run out, or `interrupt()`.
    public func wait(timeout: TimeSpan) throws(LineError) -> LineBatch {
        let deadline = Posix.now() + timeout
        var set = [pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0)]
        while true {
            let batch = try take()
            if batch != LineBatch() { return batch }
            do throws(Errno) {
                guard try Posix.poll(&set, until: deadline) else { return LineBatch() }
            } catch {
                throw .failed(
                    chip: Self.chip, operation: "waiting for edges", reason: error.description)
            }
            _ = wake.take()
        }
    }

    private func take() throws(LineError) -> LineBatch {
        let isInterrupted = interrupted.withLock { flag in
            defer { flag = false }
            return flag
        }
        return try state.withLock { state throws(LineError) in
            guard !state.isGone else { throw .vanished(chip: Self.chip) }
            defer {
                state.edges = []
                state.isOverrun = false
            }
            return LineBatch(
                edges: state.edges, isOverrun: state.isOverrun, isInterrupted: isInterrupted)
        }
    }

    /// Which buttons are pressed at this moment.
    public func levels() throws(LineError) -> [Bool] {
        try state.withLock { state throws(LineError) in
            guard !state.isGone else { throw .vanished(chip: Self.chip) }
            return state.levels
        }
    }

    /// Ends a wait within milliseconds, or the next one. From any thread.
    public func interrupt() {
        interrupted.withLock { $0 = true }
        wake.raise()
    }
}
