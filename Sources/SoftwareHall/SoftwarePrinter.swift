// SPDX-License-Identifier: Apache-2.0

// A slip printer in software behind a pseudo-terminal: it answers as ESC/POS printers do, its paper can
// be used up in the middle of a slip, and its slips can be looked at.

import Foundation
import Hardware
import QueueCore
import Synchronization

/// A printer, served by a thread of its own.
public final class SoftwarePrinter: Sendable {
    private struct State {
        var paper = Int.max
        var isHeld = false
        var isStopping = false
        var buffer: [UInt8] = []
        var current: [UInt8] = []
        var slips: [[UInt8]] = []
        var answers: [UInt8] = []
    }

    /// The path that the daemon opens.
    public let path: String
    private let terminal: PseudoTerminal
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// Plugs in a printer at `path`, and serves it until ``stop()``.
    public init(path: String) throws {
        self.path = path
        terminal = try PseudoTerminal(link: path)
        try terminal.open()
        let thread = Thread { [self] in run() }
        thread.name = "software printer"
        thread.start()
    }

    /// The slips that were cut off, as the bytes that made them.
    public var slips: [[UInt8]] { state.withLock { $0.slips } }

    /// Whether a slip has been begun and not cut off.
    public var isAmidSlip: Bool { state.withLock { $0.current.count > 20 || !$0.buffer.isEmpty } }

    /// So many rows of dots are left of the roll.
    public func setPaper(rows: Int) { state.withLock { $0.paper = rows } }

    /// It goes on, or stands still in the middle of its work and answers all the same.
    public func hold(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }

    /// It has half a picture, as of a program that was killed while it sent one.
    public func leaveHalfAPicture() {
        let head: [UInt8] = [0x1D, 0x76, 0x30, 0, 48, 0, 48, 0]
        state.withLock { $0.buffer += head + Array(repeating: 0x55, count: 900) }
    }

    /// Ends the printer.
    public func stop() {
        state.withLock { $0.isStopping = true }
        terminal.interrupt()
        ended.wait()
        ended.signal()
        terminal.close()
    }

    private func run() {
        var bytes: [UInt8] = []
        while !state.withLock({ $0.isStopping }) {
            bytes.removeAll(keepingCapacity: true)
            let until = SystemClock.monotonic() + .milliseconds(3)
            do {
                _ = try terminal.read(into: &bytes, max: 4_096, until: until)
            } catch {
                // Nobody has the other side open.
                usleep(2_000)
            }
            let answers = state.withLock { state in
                take(bytes, &state)
                while !state.isHeld, work(&state) {}
                defer { state.answers = [] }
                return state.answers
            }
            if !answers.isEmpty {
                try? terminal.write(answers, until: SystemClock.monotonic() + .milliseconds(100))
            }
        }
        ended.signal()
    }

    /// Answers questions about its state wherever they stand, and keeps the rest.
    private func take(_ bytes: [UInt8], _ state: inout State) {
        state.buffer += bytes
        while let place = realTime(state.buffer) {
            if state.buffer[place + 1] == 0x14 {
                // What came before is thrown away.
                state.buffer.removeFirst(min(state.buffer.count, place + 10))
                state.current = []
                continue
            }
            let isOut = state.paper <= 0
            switch state.buffer[place + 2] {
            case 1: state.answers.append(isOut ? 0x1A : 0x12)
            case 2: state.answers.append(isOut ? 0x32 : 0x12)
            case 3: state.answers.append(0x12)
            default: state.answers.append(isOut ? 0x7E : 0x12)
            }
            state.buffer.removeSubrange(place..<place + 3)
        }
    }

    /// Where a real-time command is, when it is there whole.
    private func realTime(_ buffer: [UInt8]) -> Int? {
        buffer.indices.dropLast(2).first {
            buffer[$0] == 0x10
                && (buffer[$0 + 1] == 4 || (buffer[$0 + 1] == 0x14 && buffer.count >= $0 + 10))
        }
    }

    /// Carries out the next command; false when there is none whole, or no paper.
    private func work(_ state: inout State) -> Bool {
        guard let count = length(state.buffer), state.buffer.count >= count else { return false }
        let command = Array(state.buffer.prefix(count))
        let rows = rows(command)
        guard rows == 0 || state.paper > 0 else { return false }
        state.paper = max(0, state.paper - rows)
        // Half of it may be on paper; the rest waits for the next roll.
        guard rows == 0 || state.paper > 0 else { return false }
        state.buffer.removeFirst(count)
        if command == [0] { return true }
        if command.starts(with: [0x1B, 0x40]) { state.current = [] }
        if command.starts(with: [0x1D, 0x72]) {
            state.answers.append(0)
            return true
        }
        state.current += command
        if command.starts(with: [0x1D, 0x56]) {
            state.slips.append(state.current)
            state.current = []
        }
        return true
    }

    private func rows(_ command: [UInt8]) -> Int {
        if command.starts(with: [0x1B, 0x4A]) { return Int(command[2]) }
        return command.starts(with: [0x1D, 0x76]) ? Int(command[6]) + Int(command[7]) << 8 : 0
    }

    /// The length of the command at the beginning, or nil while that can't be told.
    private func length(_ buffer: [UInt8]) -> Int? {
        guard let first = buffer.first else { return nil }
        guard first == 0x1B || first == 0x1D else { return 1 }
        guard buffer.count >= 2 else { return nil }
        switch (first, buffer[1]) {
        case (0x1B, 0x40): return 2
        case (0x1B, _): return 3
        case (0x1D, 0x76):
            guard buffer.count >= 8 else { return nil }
            let width = Int(buffer[4]) + Int(buffer[5]) << 8
            return 8 + width * (Int(buffer[6]) + Int(buffer[7]) << 8)
        case (0x1D, 0x28):
            guard buffer.count >= 5 else { return nil }
            return 5 + Int(buffer[3]) + Int(buffer[4]) << 8
        case (0x1D, 0x72): return 3
        default: return 4
        }
    }
}
