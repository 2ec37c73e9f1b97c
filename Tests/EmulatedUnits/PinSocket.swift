// SPDX-License-Identifier: Apache-2.0

// QEMU's test socket (docs/devel/testing/qtest): it tells every edge of the intercepted port as
// "IRQ raise N" or "IRQ lower N", sets input pins, and reads and writes the chip's memory.

import Foundation

/// The pins of an emulated chip.
final class PinSocket: @unchecked Sendable {
    // `pins` and `answer` are guarded by `condition`; one command at a time by `commands`.

    private let socket: LocalSocket
    private let condition = NSCondition()
    private let commands = NSLock()
    private var answer: String?
    private var hasEnded = false
    private var record = UnitPins()

    init(_ socket: LocalSocket) { self.socket = socket }

    var pins: UnitPins { condition.withLock { record } }

    /// Looks at the pins without copying what they did.
    func look<Value>(_ body: (UnitPins) -> Value) -> Value { condition.withLock { body(record) } }

    func forget() { condition.withLock { record.forget() } }

    /// Reads edges and answers until the socket ends. On a thread of its own.
    func run() {
        var lines = LineBuffer()
        var bytes: [UInt8] = []
        while true {
            bytes.removeAll(keepingCapacity: true)
            guard socket.receive(into: &bytes, seconds: nil) else { break }
            let now = UnitPins.now()
            condition.withLock { lines.take(bytes) { take($0, now) } }
        }
        condition.withLock {
            hasEnded = true
            condition.broadcast()
        }
    }

    private static let raise = Array("IRQ raise ".utf8)
    private static let lower = Array("IRQ lower ".utf8)

    private func take(_ line: ArraySlice<UInt8>, _ now: Double) {
        let isRaise = line.starts(with: Self.raise)
        if isRaise || line.starts(with: Self.lower) {
            let pin = line.dropFirst(10).reduce(0) { $0 * 10 + Int($1) - 0x30 }
            record.edge(pin, isRaise, at: now)
        } else {
            answer = String(decoding: line, as: UTF8.self)
            condition.broadcast()
        }
    }

    /// Gives a command; what follows its "OK".
    @discardableResult
    func command(_ text: String) throws(EmulatorError) -> String {
        commands.lock()
        defer { commands.unlock() }
        condition.lock()
        defer { condition.unlock() }
        answer = nil
        guard socket.send(Array((text + "\n").utf8)) else { throw gone(text) }
        let end = Date().addingTimeInterval(EmulatedUnitLimits.answerSecondsMax)
        while answer == nil && !hasEnded {
            guard condition.wait(until: end) else { throw gone(text) }
        }
        guard let answer, answer.hasPrefix("OK") else {
            throw gone(text + ": \(answer ?? "ended")")
        }
        return String(answer.dropFirst(3))
    }

    private func gone(_ text: String) -> EmulatorError {
        EmulatorError("QEMU's test socket does not carry out \(text)")
    }
}
